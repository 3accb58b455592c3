// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Daily figures and the queues' totals, over real rows.
#include <gtest/gtest.h>

#include "storage/statistics_store.h"
#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::DailyFigures;
using storage::DecisionAction;

constexpr std::int64_t kDaySeconds = 86'400;

class StatisticsTest : public testing::Test {
 protected:
  StatisticsTest() { MakeSite(*database_); }

  // Midnight of the first day is at or before At(0).
  static std::chrono::sys_days DayOf(std::int64_t seconds) {
    return std::chrono::floor<std::chrono::days>(At(seconds));
  }

  storage::CommentId Store(storage::SubmissionOutcome outcome, std::int64_t seconds,
                           std::optional<double> probability,
                           std::optional<double> novelty = std::nullopt) {
    outcome.assessment.probability = probability;
    outcome.novelty = novelty;
    CommentSpec spec;
    spec.received = At(seconds);
    spec.body += std::to_string(seconds);
    const auto stored = Submit(*database_, MakeDraft(spec), Always(outcome));
    EXPECT_TRUE(stored.ok()) << stored.status();
    return stored->comment.comment_id;
  }

  storage::Decision Decide(const storage::CommentId& id, DecisionAction action,
                           std::int64_t seconds) {
    storage::DecisionRequest request;
    request.comment_id = id;
    request.action = action;
    auto results = database_->decisions().Decide(1, actor_, {request}, At(seconds), Soon());
    EXPECT_TRUE(results.ok() && results->front().decision) << results.status();
    return *results->front().decision;
  }

  std::vector<DailyFigures> Days(std::int64_t since, std::int64_t until) {
    auto days = store_.Daily({1, At(since), At(until)}, Soon());
    EXPECT_TRUE(days.ok()) << days.status();
    return *std::move(days);
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  storage::StatisticsStore& store_ = database_->statistics();
  const storage::Actor actor_{"Ann", "a0", storage::StatusSource::kModerator};
};

TEST_F(StatisticsTest, CommentsAreCountedByDayVerdictAndProbability) {
  Store(Approved(), 0, 0.0, 0.25);
  Store(Approved(), 1, 0.1, 0.75);
  Store(Spam(), 2, 1.0);
  Store(Held(), 3, std::nullopt, 1.0);
  Store(Held(), 3 + 2 * kDaySeconds, 0.55);
  const auto days = Days(0, 10 * kDaySeconds);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].day, DayOf(0));
  EXPECT_EQ(days[0].approved_count, 2);
  EXPECT_EQ(days[0].held_count, 1);
  EXPECT_EQ(days[0].spam_count, 1);
  EXPECT_EQ(days[0].probability_counts,
            (std::array<std::int64_t, 10>{1, 1, 0, 0, 0, 0, 0, 0, 0, 1}))
      << "what was not scored is in none";
  EXPECT_EQ(days[0].novelty_count, 3);
  EXPECT_DOUBLE_EQ(days[0].novelty_sum, 2.0);
  EXPECT_EQ(days[1].day, DayOf(2 * kDaySeconds));
  EXPECT_EQ(days[1].held_count, 1);
  EXPECT_EQ(days[1].probability_counts[5], 1);
  EXPECT_EQ(days[1].novelty_count, 0);
  EXPECT_TRUE(Days(4 * kDaySeconds, 10 * kDaySeconds).empty());
  EXPECT_EQ(Days(2, 3).front().spam_count, 1) << "until is not included";
}

TEST_F(StatisticsTest, OnlyTheLastStandingDecisionCounts) {
  const auto rescued = Store(Spam(), 0, 0.95);
  const auto missed = Store(Approved(), 1, 0.05);
  const auto agreed = Store(Spam(), 2, 0.95);
  const auto held = Store(Held(), 3, 0.5);
  const auto undone = Store(Spam(), 4, 0.95);
  const auto changed = Store(Spam(), 5, 0.95);
  Decide(rescued, DecisionAction::kApprove, 10);
  Decide(missed, DecisionAction::kSpam, 11);
  Decide(agreed, DecisionAction::kSpam, 12);
  Decide(held, DecisionAction::kApprove, 13);
  const auto taken_back = Decide(undone, DecisionAction::kApprove, 14);
  ASSERT_TRUE(database_->decisions()
                  .Undo(1, actor_, taken_back.decision_id, At(15), Soon())
                  .value()
                  .status.ok());
  Decide(changed, DecisionAction::kApprove, 16);
  Decide(changed, DecisionAction::kSpam, 17);
  const auto days = Days(0, kDaySeconds);
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0].decided_count, 5) << "four and the second thought; not the one taken back";
  EXPECT_EQ(days[0].spam_then_approved_count, 1);
  EXPECT_EQ(days[0].approved_then_spam_count, 1);
}

TEST_F(StatisticsTest, TheQueuesOfAllSitesAreOne) {
  EXPECT_EQ(store_.Queue(Soon())->pending_count, 0);
  EXPECT_FALSE(store_.Queue(Soon())->oldest_at.has_value());
  Store(Held(), 5, 0.5);
  Store(Held(), 6, 0.5);
  Store(Spam(), 7, 0.99);
  const auto totals = store_.Queue(Soon());
  ASSERT_TRUE(totals.ok()) << totals.status();
  EXPECT_EQ(totals->pending_count, 2);
  EXPECT_TRUE(totals->oldest_at.has_value());
}

}  // namespace
}  // namespace replyguard::tests
