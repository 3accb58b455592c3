// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a watch of the queue tells of comments that come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::CommentId;
using storage::DecisionAction;
using storage::QueueCause;
using ::testing::IsEmpty;

class QueueWatchTest : public ::testing::Test {
 protected:
  QueueWatchTest() {
    world_.hub.Start();
    auto follower = world_.queue_watch.Watch(world_.moderator, std::nullopt, nullptr);
    EXPECT_TRUE(follower.ok()) << follower.status();
    follower_ = *std::move(follower);
    Next();  // where it begins
  }
  ~QueueWatchTest() override { world_.hub.Stop(); }

  QueueBatch Next() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < until) {
      world_.hub.Wake();
      if (auto batch = follower_->Take()) return *std::move(batch);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << "the watch says nothing";
    return {};
  }
  // The next that names a comment.
  QueueBatch NextChange() {
    for (;;) {
      QueueBatch batch = Next();
      if (!batch.entered.empty() || !batch.left.empty() || HasFailure()) return batch;
    }
  }
  void DecideAndUndo(const CommentId& id) {
    const auto decided = world_.Decide(id, DecisionAction::kSpam);
    ASSERT_TRUE(decided.status.ok()) << decided.status;
    NextChange();
    const auto undone =
        world_.moderate.Undo(world_.moderator, "blog", decided.decision->decision_id, Soon());
    ASSERT_TRUE(undone.ok()) << undone.status();
  }

  World world_;
  std::shared_ptr<QueueSubscription> follower_;
};

TEST_F(QueueWatchTest, AnUndoneDecisionOnOneDrawnBlindBringsItBackWithoutAVerdict) {
  const CommentId id = world_.Stored("drawn").comment_id;
  NextChange();
  world_.test.Sql(
      "UPDATE replyguard.queue_items SET cause = 5, probability = NULL, "
      "inclusion_probability = 0.5");
  DecideAndUndo(id);
  const QueueBatch back = NextChange();
  EXPECT_THAT(back.left, IsEmpty());
  ASSERT_EQ(back.entered.size(), 1U);
  EXPECT_EQ(back.entered.front().item.cause, QueueCause::kSampled);
  EXPECT_EQ(back.entered.front().item.comment.assessment.probability, std::nullopt);
}

TEST_F(QueueWatchTest, OneThatComesBackBehindAThousandOthersHasNotLeft) {
  const CommentId id = world_.Stored("the first").comment_id;
  NextChange();
  DecideAndUndo(id);
  NextChange();
  world_.test.Sql(
      "INSERT INTO replyguard.queue_items (site_id, comment_id, thread_id, cause, entered_at, "
      "uncertainty) SELECT site_id, gen_random_uuid(), thread_id, cause, entered_at + n * interval "
      "'1 second', uncertainty FROM replyguard.queue_items, generate_series(1, 1500) n");
  DecideAndUndo(id);
  const QueueBatch back = NextChange();
  EXPECT_THAT(back.left, IsEmpty());
  ASSERT_EQ(back.entered.size(), 1U);
  EXPECT_EQ(back.entered.front().item.comment.comment_id, id);
}

}  // namespace
}  // namespace replyguard::service
