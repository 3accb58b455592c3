// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Backtest: figures counted by hand.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "service/usecases/errors.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::DecisionAction;
using storage::Verdict;

constexpr char kSpamText[] = "cheap pills casino bonus click here now";
constexpr char kGoodText[] = "thank you, the chapter about bees helped my garden";

class BacktestTest : public testing::Test {
 protected:
  // Good: two that were approved at once. Spam: two that were caught. Undecided: one of each. One
  // that a person called spam though the machine approved it, and one the other way round.
  void Fill() {
    world.Train();
    Judge(kGoodText, 2, DecisionAction::kApprove);
    Judge(kSpamText, 2, DecisionAction::kSpam);
    world.Stored(kGoodText);
    world.Stored(kSpamText);
    Judge(kGoodText, 1, DecisionAction::kSpam);
    Judge(kSpamText, 1, DecisionAction::kApprove);
  }
  void Judge(const std::string& text, int count, DecisionAction action) {
    for (int i = 0; i < count; ++i) {
      const auto comment = world.Stored(text);
      ASSERT_TRUE(world.Decide(comment.comment_id, action).status.ok());
    }
  }
  Backtest::Result Run(Backtest::Request request = {}) {
    request.site = "blog";
    auto result = world.backtest.Run(world.admin, std::move(request), Soon());
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : Backtest::Result();
  }
  static policy::Rule SpamWord(std::string word) {
    policy::Rule rule;
    rule.kind = storage::RuleKind::kWord;
    rule.action = storage::RuleAction::kSpam;
    rule.pattern = std::move(word);
    rule.reason = "a test";
    return rule;
  }

  static std::int64_t Count(const Backtest::Result& result, BacktestLabel label, Verdict tested) {
    std::int64_t count = 0;
    for (const auto& kind : result.kinds) {
      if (kind.label == label && kind.tested == tested) count += kind.count;
    }
    return count;
  }

  World world;
};

TEST_F(BacktestTest, ThePolicyOfNowGivesWhatHappened) {
  Fill();
  const auto result = Run();
  EXPECT_EQ(result.comment_count, 8);
  EXPECT_FALSE(result.cut);
  EXPECT_EQ(Count(result, BacktestLabel::kGood, Verdict::kApprove), 2);
  EXPECT_EQ(Count(result, BacktestLabel::kGood, Verdict::kSpam), 1) << "lost";
  EXPECT_EQ(Count(result, BacktestLabel::kSpam, Verdict::kSpam), 2) << "caught";
  EXPECT_EQ(Count(result, BacktestLabel::kSpam, Verdict::kApprove), 1) << "missed";
  EXPECT_EQ(Count(result, BacktestLabel::kUndecided, Verdict::kApprove), 1);
  EXPECT_EQ(Count(result, BacktestLabel::kUndecided, Verdict::kSpam), 1);
  ASSERT_EQ(result.kinds.size(), 6U);
  for (const auto& kind : result.kinds) {
    EXPECT_EQ(kind.recorded, kind.tested);
    const bool wrong = (kind.label == BacktestLabel::kGood && kind.tested == Verdict::kSpam) ||
                       (kind.label == BacktestLabel::kSpam && kind.tested == Verdict::kApprove);
    EXPECT_EQ(kind.examples.size(), wrong ? 1U : 0U);
  }
  EXPECT_EQ(result.model_id, "");
}

TEST_F(BacktestTest, APolicyThatHoldsEverythingHoldsEverything) {
  Fill();
  Backtest::Request request;
  request.policy.emplace();
  request.policy->mode = policy::Mode::kModerateAll;
  request.example_count = 1;
  const auto result = Run(request);
  EXPECT_EQ(Count(result, BacktestLabel::kGood, Verdict::kHold), 3);
  EXPECT_EQ(Count(result, BacktestLabel::kSpam, Verdict::kHold), 3);
  EXPECT_EQ(Count(result, BacktestLabel::kUndecided, Verdict::kHold), 2);
  for (const auto& kind : result.kinds) {
    EXPECT_NE(kind.recorded, Verdict::kHold) << "nothing was held then";
    EXPECT_EQ(kind.examples.size(), 1U) << "no more than asked for";
  }
}

TEST_F(BacktestTest, WhatAnEarlierChangeDidIsNoEffectOfWhatIsTried) {
  Fill();
  Sites::UpdateRequest update;
  update.slug = "blog";
  update.policy.emplace().mode = policy::Mode::kModerateAll;
  ASSERT_TRUE(world.sites.Update(world.admin, std::move(update), Soon()).ok());
  Backtest::Request request;
  request.rule = SpamWord("bees");
  const auto result = Run(request);
  ASSERT_TRUE(result.rule_hits.has_value());
  std::int64_t effect = 0;
  for (const auto& kind : result.kinds) {
    EXPECT_EQ(kind.present, Verdict::kHold);
    EXPECT_NE(kind.recorded, Verdict::kHold) << "nothing was held then";
    if (kind.tested != kind.present) effect += kind.count;
    EXPECT_EQ(kind.examples.empty(), kind.tested == kind.present);
  }
  const auto& hits = *result.rule_hits;
  EXPECT_EQ(effect, hits.good_count + hits.spam_count + hits.undecided_count);
  EXPECT_GT(effect, 0);
  EXPECT_LT(effect, result.comment_count);
}

TEST_F(BacktestTest, ARuleTellsWhatItHitsAndWhoseThatIs) {
  Fill();
  Backtest::Request request;
  request.rule = SpamWord("bees");
  const auto result = Run(request);
  ASSERT_TRUE(result.rule_hits);
  EXPECT_EQ(result.rule_hits->good_count, 2);
  EXPECT_EQ(result.rule_hits->spam_count, 1);
  EXPECT_EQ(result.rule_hits->undecided_count, 1);
  EXPECT_EQ(result.rule_hits->unknown_count, 0);
  EXPECT_EQ(result.rule_hits->examples.size(), 4U);
  EXPECT_EQ(Count(result, BacktestLabel::kGood, Verdict::kSpam), 3);
  EXPECT_EQ(world.test.Sql("SELECT count(*) FROM replyguard.rules"), "0") << "nothing is stored";

  request.rule->kind = storage::RuleKind::kCidr;
  request.rule->pattern = "192.0.2.9";
  const auto address = Run(request);
  EXPECT_EQ(address.rule_hits->unknown_count, 8) << "of the address only the network is left";
  EXPECT_TRUE(address.rule_hits->examples.empty());
}

TEST_F(BacktestTest, AGenerationHasNotLearntWhatItScores) {
  // Two identical comments, labelled against what the model says: had it learnt them, it would
  // agree with the labels.
  world.Train();
  Judge(kGoodText, 30, DecisionAction::kSpam);
  ASSERT_TRUE(world.learner.CatchUp().ok());
  Backtest::Request request;
  request.generation = 1;
  const auto result = Run(request);
  EXPECT_EQ(result.comment_count, 30);
  EXPECT_NE(result.model_id, "");
  ASSERT_FALSE(result.kinds.empty());
  // The first came when its text was known as good, and so it is scored.
  storage::CommentRecord first = world.db->comments().ListReceived(1, {}, 1, Soon())->front();
  EXPECT_EQ(first.assessment.verdict, Verdict::kApprove);
  EXPECT_GE(Count(result, BacktestLabel::kSpam, Verdict::kApprove), 1);
  const auto learnt = world.Stored(kGoodText);
  EXPECT_NE(learnt.assessment.verdict, Verdict::kApprove) << "by now it has learnt";
}

TEST_F(BacktestTest, AGenerationScoresAsTheModelThatAnswered) {
  // Where the learner keeps up with every label, replaying generation 1 gives the very scores.
  world.Train();
  for (int i = 0; i < 12; ++i) {
    const bool spam = i % 3 == 0;
    const auto comment = world.Stored((spam ? kSpamText : kGoodText) + std::to_string(i));
    ASSERT_TRUE(
        world.Decide(comment.comment_id, spam ? DecisionAction::kSpam : DecisionAction::kApprove)
            .status.ok());
    ASSERT_TRUE(world.learner.CatchUp().ok());
  }
  const auto last = world.Stored("an offer for your garden, click here");
  Backtest::Request request;
  request.generation = 1;
  request.policy.emplace();
  request.policy->mode = policy::Mode::kModerateAll;  // so that all are examples
  request.example_count = 50;
  const auto result = Run(request);
  std::size_t compared = 0;
  for (const auto& kind : result.kinds) {
    for (const auto& example : kind.examples) {
      EXPECT_EQ(example.probability, example.recorded_probability);
      ++compared;
    }
  }
  EXPECT_GE(compared, 12U);
  EXPECT_EQ(result.model_id, last.assessment.model_id);
}

TEST_F(BacktestTest, FloodsAreKeptAsTheyWereSaid) {
  world.Train();
  Sites::UpdateRequest update;
  update.slug = "blog";
  update.policy.emplace();
  update.policy->flood_count_max = 1;
  ASSERT_TRUE(world.sites.Update(world.admin, update, Soon()).ok());
  world.Stored(kGoodText);
  const auto flood = world.Stored(kGoodText);
  ASSERT_EQ(flood.assessment.verdict, Verdict::kHold);
  const auto same = Run();
  EXPECT_EQ(Count(same, BacktestLabel::kUndecided, Verdict::kHold), 1);
  EXPECT_EQ(Count(same, BacktestLabel::kUndecided, Verdict::kApprove), 1);
  Backtest::Request request;
  request.policy.emplace();
  EXPECT_EQ(Count(Run(request), BacktestLabel::kUndecided, Verdict::kApprove), 2)
      << "a policy that does not ask for floods";
}

TEST_F(BacktestTest, WhatThereIsNoTimeForIsNotJudgedAndSaid) {
  Fill();
  const auto all = world.db->comments().ListReceived(1, {}, 8, Soon());
  ASSERT_TRUE(all.ok() && all->size() == 8U);
  Backtest::Request request;
  request.site = "blog";
  // Two seconds are kept for the answer: from the fourth comment on nothing else is left.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(6);
  int asked = 0;
  request.cancelled = [&] {
    if (++asked == 4) std::this_thread::sleep_until(deadline - std::chrono::milliseconds(1'900));
    return false;
  };
  const auto part = world.backtest.Run(world.admin, request, deadline);
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_TRUE(part->stopped);
  EXPECT_TRUE(part->cut);
  EXPECT_EQ(part->comment_count, 3);
  EXPECT_EQ(part->from, storage::TimeOfUuidV7((*all)[0].comment_id));
  EXPECT_EQ(part->until, storage::TimeOfUuidV7((*all)[2].comment_id));
  std::int64_t counted = 0;
  for (const auto& kind : part->kinds) counted += kind.count;
  EXPECT_EQ(counted, 3) << "the figures are of what was judged";

  request.cancelled = nullptr;
  const auto none = world.backtest.Run(
      world.admin, request, std::chrono::steady_clock::now() + std::chrono::milliseconds(1'900));
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_TRUE(none->stopped);
  EXPECT_EQ(none->comment_count, 0);
  EXPECT_FALSE(none->until);
}

TEST_F(BacktestTest, IsBoundedAndChecked) {
  Fill();
  Backtest::Request request;
  request.comment_count = 3;
  auto result = Run(request);
  EXPECT_EQ(result.comment_count, 3);
  EXPECT_TRUE(result.cut);
  EXPECT_EQ(Count(result, BacktestLabel::kGood, Verdict::kSpam), 1) << "the newest ones";
  request.comment_count = 8;
  EXPECT_FALSE(Run(request).cut);

  request.site = "blog";
  request.cancelled = [] { return true; };
  EXPECT_EQ(world.backtest.Run(world.admin, request, Soon()).status().code(),
            absl::StatusCode::kCancelled);
  request.cancelled = nullptr;
  request.days = 0;
  EXPECT_EQ(world.backtest.Run(world.admin, request, Soon()).status().code(),
            absl::StatusCode::kInvalidArgument);
  request.days = 30;
  request.generation = 9;
  EXPECT_EQ(ReasonOf(world.backtest.Run(world.admin, request, Soon()).status()),
            reasons::kGenerationNotFound);
  const Principal one{"c0c0c0c0c0c0c0c0", "ops", Role::kOperator, "blog"};
  EXPECT_EQ(world.backtest.Run(one, request, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied)
      << "a generation is of all sites";
  request.generation.reset();
  EXPECT_TRUE(world.backtest.Run(one, request, Soon()).ok());
  request.site = "other";
  EXPECT_EQ(world.backtest.Run(one, request, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace replyguard::service
