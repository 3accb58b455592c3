// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a watch of the queue tells of comments that come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/usecases/errors.h"
#include "service/usecases/world.h"
#include "support/passed_queue.h"

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

TEST_F(QueueWatchTest, AnUndoneDecisionOnOneDrawnBlindSendsItBackWithItsVerdict) {
  const CommentId id = world_.Stored("drawn").comment_id;
  NextChange();
  world_.test.Sql(
      "UPDATE replyguard.queue_items SET cause = 5, probability = NULL, "
      "inclusion_probability = 0.5");
  DecideAndUndo(id);
  const QueueBatch back = NextChange();
  EXPECT_THAT(back.left, IsEmpty());
  ASSERT_EQ(back.entered.size(), 1U);
  EXPECT_EQ(back.entered.front().item.cause, QueueCause::kReturned);
  EXPECT_NE(back.entered.front().item.comment.assessment.probability, std::nullopt);
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

// A role that changes on one site ends no session, but every stream that it was needed for.
TEST(QueueWatchRights, StreamsEndWithWhatTheyNeedAndNoOthers) {
  World world;
  std::atomic<bool> moderates{true};
  const auto ada = [](bool moderates_blog) {
    Principal person{"people/ada", "Ada", Role::kBackend, std::nullopt};
    person.person = PersonScope{"ada", "0123456789abcdef", std::nullopt, {}};
    person.person->site_roles["other"] = Role::kModerator;
    if (moderates_blog) person.person->site_roles["blog"] = Role::kModerator;
    return person;
  };
  HubOptions options;
  options.key_check_interval = std::chrono::milliseconds(1);
  Hub hub(options,
          [&](const FollowerOwner& owner, storage::Deadline) { return owner.may(ada(moderates)); });
  hub.Start();
  storage::SiteRecord other;
  other.slug = "other";
  other.display_name = "Other";
  other.created_at = world.clock.Now();
  ASSERT_TRUE(world.db->sites().Create(other, Soon()).ok());
  ASSERT_TRUE(world.directory.Refresh().ok());
  const QueueWatch watch(world.directory, world.db->queue(), world.db->events(), hub, world.clock);
  const auto of_blog = *watch.Watch(ada(true), "blog", nullptr);
  const auto of_other = *watch.Watch(ada(true), "other", nullptr);
  const auto of_all = *watch.Watch(ada(true), std::nullopt, nullptr);
  moderates = false;
  const auto ended = [](const QueueSubscription& stream) {
    const auto end = Soon();
    while (stream.end_status().ok() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return ReasonOf(stream.end_status());
  };
  EXPECT_EQ(ended(*of_blog), "PERMISSION_DENIED");
  EXPECT_EQ(ended(*of_all), "RIGHTS_CHANGED");
  EXPECT_FALSE(of_blog->Take().has_value());
  EXPECT_TRUE(of_other->end_status().ok());
  hub.Stop();
}

// A queue that takes long to count.
class SlowCounts final : public tests::PassedQueue {
 public:
  using PassedQueue::PassedQueue;
  absl::StatusOr<storage::QueueStats> Stats(const std::vector<storage::SiteId>& sites,
                                            storage::Timestamp now,
                                            storage::Deadline deadline) override {
    ++counts;
    std::this_thread::sleep_for(time);
    if (fails) return absl::DeadlineExceededError("too many to count");
    return PassedQueue::Stats(sites, now, deadline);
  }

  std::chrono::milliseconds time{50};
  std::atomic<int> counts{0};
  std::atomic<bool> fails{false};
};

TEST(QueueWatchCounts, WhatHappensIsToldThoughItCannotBeCounted) {
  World world;
  SlowCounts store(world.db->queue());
  store.time = std::chrono::milliseconds(0);  // nobody's count is another's
  Hub hub;
  const QueueWatch watch(world.directory, store, world.db->events(), hub, world.clock);
  hub.Start();
  const auto console = *watch.Watch(world.moderator, std::nullopt, nullptr);
  const auto next = [&](QueueSubscription& of) {
    const auto end = Soon();
    while (std::chrono::steady_clock::now() < end) {
      hub.Wake();
      if (auto batch = of.Take()) return *std::move(batch);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << "the watch says nothing";
    return QueueBatch{};
  };
  EXPECT_EQ(next(*console).stats->pending_count, 0);
  store.fails = true;
  // Who begins knows no count, unless one that began before was still under way.
  QueueBatch first;
  do {
    const auto late = *watch.Watch(world.moderator, std::nullopt, nullptr);
    first = next(*late);
  } while (first.stats && !testing::Test::HasFailure());
  // Its count has failed, so that none which began before is still under way.
  const CommentId id = world.Stored("waits").comment_id;
  QueueBatch batch = next(*console);
  while (batch.entered.empty() && !testing::Test::HasFailure()) batch = next(*console);
  ASSERT_EQ(batch.entered.size(), 1U);
  EXPECT_EQ(batch.entered.front().item.comment.comment_id, id);
  EXPECT_EQ(batch.stats->pending_count, 0) << "what was counted last";
  store.fails = false;
  while (batch.stats->pending_count != 1 && !testing::Test::HasFailure()) batch = next(*console);
  EXPECT_EQ(batch.stats->pending_count, 1);
  hub.Stop();
}

TEST(QueueWatchCounts, ManyConsolesCountOnceAndHoldUpNoStreamOfEvents) {
  World world;
  SlowCounts store(world.db->queue());
  HubOptions options;
  options.poll_interval = std::chrono::milliseconds(100);
  Hub hub(options);
  const QueueWatch watch(world.directory, store, world.db->events(), hub, world.clock);
  const EventStream events(world.directory, world.db->events(), hub);
  hub.Start();
  constexpr std::size_t kConsoles = 20;
  constexpr int kCountsMax = 10;
  std::vector<std::shared_ptr<QueueSubscription>> consoles;
  for (std::size_t i = 0; i < kConsoles; ++i) {
    consoles.push_back(*watch.Watch(world.moderator, std::nullopt, nullptr));
  }
  const auto stream = *events.Watch(world.backend, "blog", 0, nullptr);
  const auto until = [](const std::function<bool()>& done) {
    const auto end = Soon();
    while (std::chrono::steady_clock::now() < end) {
      if (done()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  };
  std::vector<QueueBatch> last(kConsoles);
  const auto all = [&](const std::function<bool(const QueueBatch&)>& good) {
    return until([&] {
      for (std::size_t i = 0; i < kConsoles; ++i) {
        if (auto batch = consoles[i]->Take()) last[i] = *std::move(batch);
      }
      return std::all_of(last.begin(), last.end(), good);
    });
  };
  // What the consoles have heard, and the counts catch up with it.
  for (int stored = 1; stored <= 3; ++stored) {
    const int counts = store.counts;
    world.Stored("waits " + std::to_string(stored));
    hub.Wake();
    EXPECT_TRUE(until([&] {
      const auto batch = stream->Take();
      return batch && batch->cursor == stored;
    }));
    EXPECT_LT(store.counts - counts, kCountsMax) << "the events did not wait for twenty counts";
    EXPECT_TRUE(
        all([&](const QueueBatch& b) { return b.stats && b.stats->pending_count == stored; }));
    EXPECT_LT(store.counts - counts, kCountsMax) << "not twenty";
  }
  hub.Stop();
}

}  // namespace
}  // namespace replyguard::service
