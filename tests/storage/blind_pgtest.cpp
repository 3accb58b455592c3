// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Comments drawn blind are a queue of their own that tells nothing, and weigh by how they were
// drawn; and the queue in the order of what a label would teach.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::CommentId;
using storage::DecisionAction;
using storage::QueueCause;
using storage::QueueItem;
using storage::QueueOrder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kRate = 0.25;

class BlindTest : public ::testing::Test {
 protected:
  BlindTest() { MakeSite(*database_); }

  CommentId Store(storage::SubmissionOutcome outcome, const std::string& body = "") {
    CommentSpec spec;
    spec.received = At(++second_);
    spec.body = body.empty() ? "text number " + std::to_string(second_) : body;
    outcome.assessment.assessed_at = At(second_);
    auto draft = MakeDraft(spec);
    const CommentId id = draft.comment_id;
    const auto answer = Submit(*database_, std::move(draft), Always(std::move(outcome)));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return id;
  }

  static storage::SubmissionOutcome Drawn(storage::SubmissionOutcome outcome) {
    outcome.queue = storage::QueueEntry{QueueCause::kSampled, kRate};
    return outcome;
  }

  static storage::SubmissionOutcome New(double probability, std::int32_t novelty_permille) {
    storage::SubmissionOutcome outcome = Held(probability);
    outcome.queue = storage::QueueEntry{QueueCause::kHeld, std::nullopt, novelty_permille};
    return outcome;
  }

  std::vector<CommentId> Pages(QueueOrder order, std::optional<QueueCause> cause = std::nullopt) {
    storage::QueueQuery query{.site_id = 1, .order = order, .limit = 1};
    query.filter.cause = cause;
    std::vector<CommentId> ids;
    for (;;) {
      const auto page = database_->queue().List(query, Soon());
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok() || page->empty() || ids.size() > 100) return ids;
      ids.push_back(page->front().comment.comment_id);
      query.after = QueueCursorOf(page->front());
    }
  }

  std::vector<QueueItem> Blind() {
    storage::QueueQuery query{.site_id = 1};
    query.filter.cause = QueueCause::kSampled;
    return *database_->queue().List(query, Soon());
  }

  storage::DecisionResult Decide(const CommentId& id, DecisionAction action) {
    const storage::DecisionRequest request{.comment_id = id, .action = action};
    return database_->decisions()
        .Decide(1, {"Ann", "k1"}, {request}, At(++second_), Soon())
        ->front();
  }

  storage::DecisionResult Undo(const storage::DecisionResult& of) {
    const auto undone = database_->decisions().Undo(1, {"Ann", "k1"}, of.decision->decision_id,
                                                    At(++second_), Soon());
    EXPECT_TRUE(undone.ok() && undone->status.ok()) << undone.status();
    return *undone;
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  std::int64_t second_ = 0;
};

TEST_F(BlindTest, WhatWasDrawnIsAQueueOfItsOwn) {
  const CommentId held = Store(Held());
  const CommentId spam = Store(Drawn(Spam()));
  const CommentId good = Store(Drawn(Approved()));
  Store(Approved());
  for (const QueueOrder order :
       {QueueOrder::kOldest, QueueOrder::kNewest, QueueOrder::kUncertain, QueueOrder::kUseful}) {
    EXPECT_THAT(Pages(order), ElementsAre(held));
  }
  // No order but that of time tells them apart.
  EXPECT_THAT(Pages(QueueOrder::kOldest, QueueCause::kSampled), ElementsAre(spam, good));
  EXPECT_THAT(Pages(QueueOrder::kUncertain, QueueCause::kSampled), ElementsAre(spam, good));
  EXPECT_THAT(Pages(QueueOrder::kUseful, QueueCause::kSampled), ElementsAre(spam, good));
  EXPECT_THAT(Pages(QueueOrder::kNewest, QueueCause::kSampled), ElementsAre(good, spam));
  storage::QueueQuery likely{.site_id = 1};
  likely.filter = {.cause = QueueCause::kSampled, .probability_min = 0};
  EXPECT_TRUE(database_->queue().List(likely, Soon())->empty()) << "nor does a filter";
  const auto items = Blind();
  EXPECT_EQ(items[0].uncertainty, items[1].uncertainty);
  EXPECT_EQ(items[0].usefulness, items[1].usefulness);
  EXPECT_EQ(items[0].inclusion_probability, kRate);
  for (const QueueItem& item : items) {
    EXPECT_EQ(item.comment.status, storage::CommentStatus::kPending);
    EXPECT_FALSE(item.comment.assessment.probability) << "storage does not tell it either";
  }
  EXPECT_THAT(*database_->queue().DrawnBlind(1, {held, spam, good, NextId()}, Soon()),
              ElementsAre(spam, good));

  const auto stats = *database_->queue().Stats({1}, At(9), Soon());
  EXPECT_EQ(stats.pending_count, 1);
  EXPECT_EQ(stats.sampled_count, 2);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.events"), "1") << "only the held one";
}

TEST_F(BlindTest, ALeaseTakesFromTheQueueThatIsAskedFor) {
  const CommentId held = Store(Held());
  const CommentId drawn = Store(Drawn(Spam()));
  storage::LeaseRequest request{.site_id = 1, .count = 5};
  request.holder = "Ann";
  request.token = "token-number-one-1";
  for (const QueueOrder order : {QueueOrder::kOldest, QueueOrder::kUseful}) {
    request.order = order;
    request.filter.cause.reset();
    const auto seen = *database_->queue().LeaseNext(request, Soon());
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen.front().comment.comment_id, held);
    request.filter.cause = QueueCause::kSampled;
    const auto blind = *database_->queue().LeaseNext(request, Soon());
    ASSERT_EQ(blind.size(), 1U);
    EXPECT_EQ(blind.front().comment.comment_id, drawn);
    test_.Sql("UPDATE replyguard.queue_items SET lease_until = now() - interval '1 second'");
  }
}

TEST_F(BlindTest, ADecisionSettlesItAndAnUndoSendsItBackForAllToSee) {
  const CommentId drawn = Store(Drawn(Spam()));
  const auto decided = Decide(drawn, DecisionAction::kSpam);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  EXPECT_EQ(decided.comment->status, storage::CommentStatus::kSpam);
  EXPECT_THAT(Blind(), IsEmpty());
  EXPECT_EQ(database_->labels().Counts(1, Soon())->spam_count, 1);
  const auto undone = Undo(decided);
  EXPECT_THAT(Blind(), IsEmpty()) << "whoever decided it knows the verdict";
  const auto item = database_->queue().Get(1, drawn, Soon());
  ASSERT_TRUE(item.ok()) << item.status();
  EXPECT_EQ(item->cause, QueueCause::kReturned);
  EXPECT_EQ(item->inclusion_probability, std::nullopt);
  EXPECT_EQ(item->uncertainty, *item->comment.assessment.probability - 0.5);
  EXPECT_GT(item->usefulness, 0);
  EXPECT_THAT(Pages(QueueOrder::kUseful), ElementsAre(drawn));
  EXPECT_EQ(database_->labels().Counts(1, Soon())->spam_count, 0);
  EXPECT_EQ(undone.comment->status_source, storage::StatusSource::kMachine);
  // Done again, and undone again: it stays so.
  const auto again = Undo(undone);
  EXPECT_THAT(Pages(QueueOrder::kUseful), IsEmpty());
  Undo(again);
  EXPECT_THAT(Pages(QueueOrder::kUseful), ElementsAre(drawn));
  EXPECT_THAT(Blind(), IsEmpty());
}

// Labels of what was drawn speak for all comments where they were given blind, and only there.
TEST_F(BlindTest, OnlyTheLabelOfTheFirstDecisionIsOneOfTheDraw) {
  const CommentId kept = Store(Drawn(Approved()));
  Decide(kept, DecisionAction::kApprove);
  Decide(kept, DecisionAction::kTrash);
  const CommentId undone = Store(Drawn(Spam()));
  Undo(Decide(undone, DecisionAction::kSpam));
  Decide(undone, DecisionAction::kSpam);
  const CommentId redone = Store(Drawn(Spam()));
  Undo(Undo(Decide(redone, DecisionAction::kSpam)));
  const CommentId held = Store(Drawn(Spam()));
  Decide(held, DecisionAction::kHold);
  Decide(held, DecisionAction::kApprove);
  const CommentId changed = Store(Drawn(Spam()));
  Decide(changed, DecisionAction::kApprove);
  Decide(changed, DecisionAction::kSpam);

  const std::vector<CommentId> all = {changed, held, redone, undone, kept};
  for (const bool retained : {true, false}) {
    if (!retained) test_.Sql("DELETE FROM replyguard.decisions");
    const auto judged = *database_->labels().Judged(
        {.site_id = 1, .model_id_prefix = "x", .details = {"{"}, .decided = {"{"}}, Soon());
    ASSERT_EQ(judged.size(), all.size());
    const auto inclusions = *database_->labels().Inclusions(1, all, Soon());
    for (std::size_t i = 0; i < all.size(); ++i) {
      // What was decided again since is no evidence once nothing tells in which order.
      const bool counts = all[i] == kept && retained;
      EXPECT_EQ(judged[i].drawn, counts) << i;
      EXPECT_EQ(judged[i].inclusion_probability, counts ? std::optional(kRate) : std::nullopt) << i;
      EXPECT_EQ(inclusions[i], judged[i].inclusion_probability) << i;
    }
  }
}

TEST_F(BlindTest, ALabelStaysOneOfTheDrawWhenItsDecisionIsForgotten) {
  const CommentId drawn = Store(Drawn(Spam()));
  Decide(drawn, DecisionAction::kSpam);
  test_.Sql("DELETE FROM replyguard.decisions");
  EXPECT_THAT(*database_->labels().Inclusions(1, {drawn}, Soon()), ElementsAre(kRate));
}

TEST_F(BlindTest, WeightsTellWhatChanceChose) {
  const CommentId held = Store(Held());
  const CommentId drawn = Store(Drawn(Spam()));
  const CommentId found = Store(Spam());
  const CommentId edited = Store(Held());
  test_.Sql("UPDATE replyguard.comments SET edited_at = now() WHERE comment_id = '" +
            edited.ToHex() + "'");
  storage::JudgedQuery query{
      .site_id = 1, .model_id_prefix = "x", .details = {"{"}, .decided = {"{"}};
  EXPECT_TRUE(*database_->labels().DecidedAlone(query, Soon()));
  for (const CommentId& id : {held, drawn, found}) Decide(id, DecisionAction::kApprove);
  EXPECT_THAT(*database_->labels().Inclusions(1, {found, drawn, held, edited, NextId()}, Soon()),
              ElementsAre(std::nullopt, kRate, 1.0, std::nullopt, std::nullopt));
  const auto judged = *database_->labels().Judged(query, Soon());  // newest label first
  ASSERT_EQ(judged.size(), 3U);
  EXPECT_EQ(judged[0].inclusion_probability, std::nullopt);
  EXPECT_EQ(judged[1].inclusion_probability, kRate);
  EXPECT_EQ(judged[2].inclusion_probability, 1);
  EXPECT_TRUE(judged[1].drawn && !judged[0].drawn && !judged[2].drawn);
  EXPECT_EQ(judged[2].received_at, At(1));
  query.decided = {"nothing like it"};
  EXPECT_EQ(database_->labels().Judged(query, Soon())->size(), 1U) << "rules decided the others";
  EXPECT_FALSE(*database_->labels().DecidedAlone(query, Soon()));
}

TEST_F(BlindTest, AReportEndsTheBlindness) {
  const CommentId drawn = Store(Drawn(Approved()));
  storage::CommentReport report;
  report.site_id = 1;
  report.comment_id = drawn;
  report.reporter_hash = "reader";
  report.hourly_limit = 10;
  report.now = At(50);
  const auto answer = database_->comments().Report(report, Soon());
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->queued);
  EXPECT_THAT(Blind(), IsEmpty());
  EXPECT_THAT(Pages(QueueOrder::kOldest, QueueCause::kReported), ElementsAre(drawn));
  Decide(drawn, DecisionAction::kSpam);
  EXPECT_THAT(*database_->labels().Inclusions(1, {drawn}, Soon()), ElementsAre(kRate));
}

TEST_F(BlindTest, TheMostUsefulComesFirst) {
  const CommentId sure = Store(New(0.85, 0));
  const CommentId unsure = Store(New(0.5, 0));
  const CommentId novel = Store(New(0.5, 400));
  const CommentId first = Store(New(0.4, 0), "buy my pills");
  const CommentId copy = Store(New(0.4, 0), "buy my pills");
  const CommentId third = Store(New(0.4, 0), "buy my pills");
  EXPECT_THAT(Pages(QueueOrder::kUseful), ElementsAre(third, copy, novel, unsure, first, sure));
  // A copy that was decided is none that waits.
  ASSERT_TRUE(Decide(third, DecisionAction::kSpam).status.ok());
  ASSERT_TRUE(Decide(copy, DecisionAction::kSpam).status.ok());
  ASSERT_TRUE(Decide(first, DecisionAction::kSpam).status.ok());
  const CommentId late = Store(New(0.4, 0), "buy my pills");
  EXPECT_THAT(Pages(QueueOrder::kUseful), ElementsAre(novel, unsure, late, sure));
}

TEST_F(BlindTest, ReadingTheQueueDoesNotCostMoreForWhatWasDrawn) {
  for (int i = 0; i < 300; ++i) Store(Drawn(Approved()));
  const CommentId held = Store(Held());
  test_.Sql("ANALYZE replyguard.queue_items");
  // The row alone that is not blind is in the indexes of the other queue.
  EXPECT_EQ(
      test_.Sql(
          "SELECT reltuples::bigint FROM pg_class WHERE relname = 'queue_items_by_usefulness'"),
      "1");
  EXPECT_THAT(Pages(QueueOrder::kUseful), ElementsAre(held));
}

}  // namespace
}  // namespace replyguard::tests
