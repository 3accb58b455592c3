// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "service/policy/decision.h"

namespace replyguard::service::policy {
namespace {

using storage::CommentStatus;
using storage::RuleAction;
using storage::Verdict;

const Time kNow{std::chrono::seconds(1'800'000'000)};

Lookup<ClassifierEvidence> Score(double probability) {
  return Lookup<ClassifierEvidence>::Found(
      {.probability = probability, .spam_labels = 100, .ham_labels = 100});
}

// Everything consulted, nothing found, the classifier sure that it is good.
Evidence Good() {
  Evidence evidence;
  evidence.now = kNow;
  evidence.text.body = "a fine comment";
  evidence.thread = Lookup<ThreadEvidence>::Found({});
  evidence.parent = Lookup<ParentEvidence>::NotApplicable();
  evidence.author = Lookup<SeenBefore>::Found({});
  evidence.network = Lookup<SeenBefore>::Found({});
  evidence.same_text = Lookup<SeenBefore>::Found({});
  evidence.classifier = Score(0.01);
  return evidence;
}

class WithRule : public testing::Test {
 protected:
  // The evidence with a rule that matched.
  Evidence Matched(Evidence evidence, RuleAction action, bool log_only = false) {
    rules_.push_back(std::make_unique<Rule>(Rule{.id = "rule" + std::to_string(rules_.size()),
                                                 .action = action,
                                                 .pattern = "x",
                                                 .reason = "a test",
                                                 .log_only = log_only}));
    evidence.rule_matches.push_back(
        {.rule = rules_.back().get(), .spans = {{0, 1}}, .field = "body"});
    return evidence;
  }

  std::vector<std::unique_ptr<Rule>> rules_;
};

std::string Decisive(const Decision& decision) {
  std::string codes;
  for (const Reason& reason : decision.reasons) {
    if (reason.decisive) codes += (codes.empty() ? "" : " ") + reason.code;
  }
  return codes;
}

TEST(Decide, TheClassifierDecidesWhereNothingElseSpeaks) {
  Evidence evidence = Good();
  Decision decision = Decide(evidence, {});
  EXPECT_EQ(decision.verdict, Verdict::kApprove);
  EXPECT_EQ(decision.status, CommentStatus::kApproved);
  EXPECT_EQ(Decisive(decision), "LIKELY_HAM");
  EXPECT_FALSE(decision.degraded);
  EXPECT_TRUE(decision.not_consulted.empty());
  evidence.classifier = Score(0.5);
  decision = Decide(evidence, {});
  EXPECT_EQ(decision.verdict, Verdict::kHold);
  EXPECT_EQ(decision.status, CommentStatus::kPending);
  EXPECT_EQ(Decisive(decision), "UNSURE");
  evidence.classifier = Score(0.95);
  decision = Decide(evidence, {});
  EXPECT_EQ(decision.verdict, Verdict::kSpam);
  EXPECT_EQ(decision.status, CommentStatus::kSpam);
  EXPECT_FALSE(decision.blatant);
  evidence.classifier = Score(0.9999);
  EXPECT_TRUE(Decide(evidence, {}).blatant);
}

TEST(Decide, AnUntrainedClassifierHolds) {
  Evidence evidence = Good();
  evidence.classifier =
      Lookup<ClassifierEvidence>::Found({.probability = 0.0, .spam_labels = 3, .ham_labels = 40});
  const Decision decision = Decide(evidence, {});
  EXPECT_EQ(decision.verdict, Verdict::kHold);
  EXPECT_EQ(Decisive(decision), "UNTRAINED");
  EXPECT_NE(decision.reasons[0].text.find("3 spam and 40 good"), std::string::npos);
  evidence.classifier =
      Lookup<ClassifierEvidence>::Found({.probability = 1.0, .spam_labels = 3, .ham_labels = 40});
  EXPECT_EQ(Decide(evidence, {}).verdict, Verdict::kHold) << "not even spam";
}

TEST_F(WithRule, RulesGoBeforeTheClassifier) {
  EXPECT_EQ(Decide(Matched(Good(), RuleAction::kSpam), {}).verdict, Verdict::kSpam);
  EXPECT_FALSE(Decide(Matched(Good(), RuleAction::kSpam), {}).blatant);
  EXPECT_TRUE(Decide(Matched(Good(), RuleAction::kDiscard), {}).blatant);
  const Decision held = Decide(Matched(Good(), RuleAction::kHold), {});
  EXPECT_EQ(held.verdict, Verdict::kHold);
  EXPECT_EQ(held.reasons[0].rule_id, "rule3");
  EXPECT_EQ(held.reasons[0].spans, (std::vector<Span>{{0, 1}}));
  EXPECT_TRUE(held.reasons[0].decisive);
  Evidence spam = Good();
  spam.classifier = Score(0.9999);
  EXPECT_EQ(Decide(Matched(spam, RuleAction::kApprove), {}).verdict, Verdict::kApprove);
}

TEST_F(WithRule, SpamAndHoldRulesGoBeforeApprovingOnes) {
  EXPECT_EQ(Decide(Matched(Matched(Good(), RuleAction::kApprove), RuleAction::kSpam), {}).verdict,
            Verdict::kSpam);
  EXPECT_EQ(Decide(Matched(Matched(Good(), RuleAction::kApprove), RuleAction::kHold), {}).verdict,
            Verdict::kHold);
  EXPECT_EQ(Decide(Matched(Matched(Good(), RuleAction::kHold), RuleAction::kSpam), {}).verdict,
            Verdict::kSpam);
}

TEST_F(WithRule, LogOnlyRulesAreListedAndDecideNothing) {
  const Decision decision = Decide(Matched(Good(), RuleAction::kDiscard, true), {});
  EXPECT_EQ(decision.verdict, Verdict::kApprove);
  EXPECT_EQ(Decisive(decision), "LIKELY_HAM");
  ASSERT_EQ(decision.reasons.size(), 2u);
  EXPECT_EQ(decision.reasons[1].code, code::kRule);
  EXPECT_NE(decision.reasons[1].text.find("log only"), std::string::npos);
}

TEST_F(WithRule, TheHoneypotIsNotApprovedAway) {
  Evidence evidence = Matched(Good(), RuleAction::kApprove);
  evidence.honeypot_filled = true;
  EXPECT_EQ(Decide(evidence, {}).verdict, Verdict::kSpam);
}

TEST_F(WithRule, ModerateAllHoldsAllButWhatRulesCallSpam) {
  SitePolicy policy;
  policy.mode = Mode::kModerateAll;
  for (const double probability : {0.0, 0.5, 1.0}) {
    Evidence evidence = Good();
    evidence.classifier = Score(probability);
    EXPECT_EQ(Decide(evidence, policy).verdict, Verdict::kHold);
    EXPECT_EQ(Decide(Matched(evidence, RuleAction::kApprove), policy).verdict, Verdict::kHold);
  }
  EXPECT_EQ(Decisive(Decide(Good(), policy)), "MODERATE_ALL");
  EXPECT_EQ(Decide(Matched(Good(), RuleAction::kSpam), policy).verdict, Verdict::kSpam);
}

TEST(Decide, ApproveTrusted) {
  SitePolicy policy;
  policy.mode = Mode::kApproveTrusted;
  Evidence evidence = Good();
  EXPECT_EQ(Decisive(Decide(evidence, policy)), "NOT_TRUSTED");
  evidence.author_verified = true;
  evidence.author = Lookup<SeenBefore>::Found({.verified_approved_streak = 1});
  EXPECT_EQ(Decide(evidence, policy).verdict, Verdict::kApprove);
  EXPECT_EQ(Decisive(Decide(evidence, policy)), "TRUSTED_AUTHOR");
  evidence.classifier = Lookup<ClassifierEvidence>::Found({});
  EXPECT_EQ(Decide(evidence, policy).verdict, Verdict::kApprove) << "trust needs no classifier";
  evidence.classifier = Score(0.95);
  EXPECT_EQ(Decide(evidence, policy).verdict, Verdict::kHold) << "a person tells who errs";
  evidence.author_verified = false;
  EXPECT_EQ(Decide(evidence, policy).verdict, Verdict::kSpam);
}

TEST(Decide, CautionsHoldWhatTheClassifierWouldApproveAndDoNotSaveSpam) {
  SitePolicy policy;
  policy.links_max = 1;
  policy.duplicate_window = std::chrono::hours(1);
  Evidence evidence = Good();
  evidence.text.body = "http://a.example";
  evidence.same_text = Lookup<SeenBefore>::Found({.recent_count = 2});
  Decision decision = Decide(evidence, policy);
  EXPECT_EQ(decision.verdict, Verdict::kHold);
  EXPECT_EQ(Decisive(decision), "LINKS_MAX DUPLICATE");
  evidence.classifier = Score(0.95);
  decision = Decide(evidence, policy);
  EXPECT_EQ(decision.verdict, Verdict::kSpam);
  EXPECT_EQ(Decisive(decision), "LIKELY_SPAM");
  EXPECT_EQ(decision.reasons.size(), 3u);
}

TEST_F(WithRule, ARefusalGoesBeforeEverything) {
  Evidence evidence = Matched(Good(), RuleAction::kApprove);
  evidence.thread = Lookup<ThreadEvidence>::Found({.closed = true, .published_at = std::nullopt});
  const Decision decision = Decide(evidence, {});
  EXPECT_EQ(decision.refusal, Refusal::kThreadClosed);
  EXPECT_EQ(decision.verdict, Verdict::kHold);
  evidence = Good();
  evidence.parent = Lookup<ParentEvidence>::Found({.in_thread = false});
  EXPECT_EQ(Decide(evidence, {}).refusal, Refusal::kParentNotInThread);
  EXPECT_EQ(Decide(Good(), {}).refusal, std::nullopt);
}

TEST(Decide, WhatFailedDegradesWhenThePolicyWantsIt) {
  SitePolicy policy;
  Evidence evidence = Good();
  evidence.same_text = Lookup<SeenBefore>::Failed();
  EXPECT_EQ(Decide(evidence, policy).verdict, Verdict::kApprove)
      << "the policy does not ask for it";
  policy.duplicate_window = std::chrono::hours(1);
  const Decision decision = Decide(evidence, policy);
  EXPECT_TRUE(decision.degraded);
  EXPECT_EQ(decision.verdict, Verdict::kHold);
  EXPECT_EQ(Decisive(decision), "DEGRADED");
  EXPECT_EQ(decision.not_consulted, (std::vector<std::string>{"same_text"}));
}

TEST(Decide, ANetworkRuleThatMayMatchHolds) {
  Evidence evidence = Good();
  evidence.network_rules_unknown = true;
  const Decision decision = Decide(evidence, {});
  EXPECT_EQ(decision.verdict, Verdict::kHold);
  EXPECT_EQ(Decisive(decision), "DEGRADED");
  EXPECT_EQ(decision.not_consulted, (std::vector<std::string>{"network_rules"}));
}

TEST(Decide, WhatWasNotAskedForIsListed) {
  SitePolicy policy;
  policy.duplicate_window = std::chrono::hours(1);
  policy.flood_count_max = 3;
  Evidence evidence;
  evidence.classifier = Score(0.01);
  const Decision decision = Decide(evidence, policy);
  EXPECT_FALSE(decision.degraded);
  EXPECT_EQ(decision.not_consulted, (std::vector<std::string>{"thread", "parent", "author_history",
                                                              "network_history", "same_text"}));
}

TEST(Decide, RepairsAreOnRecord) {
  Evidence evidence = Good();
  evidence.repairs = {"body CUT"};
  const Decision decision = Decide(evidence, {});
  EXPECT_EQ(decision.reasons.back().code, code::kRepaired);
  EXPECT_EQ(decision.verdict, Verdict::kApprove);
}

TEST_F(WithRule, ReasonsAreBounded) {
  Evidence evidence = Good();
  for (int i = 0; i < 100; ++i) evidence = Matched(std::move(evidence), RuleAction::kSpam);
  for (auto& rule : rules_) rule->reason = "é" + std::string(600, 'e');
  const Decision decision = Decide(evidence, {});
  EXPECT_LE(decision.reasons.size(), 64u);
  for (const Reason& reason : decision.reasons) EXPECT_LE(reason.text.size(), 500u);
}

// Whatever the evidence: the promises of the header hold.
TEST_F(WithRule, PromisesHoldForAnyEvidence) {
  std::mt19937 random(7);
  const auto coin = [&random](int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(random) == 0;
  };
  const auto lookup = [&](auto value) {
    using L = Lookup<decltype(value)>;
    const int state = std::uniform_int_distribution<int>(0, 5)(random);
    return state == 0   ? L::Failed()
           : state == 1 ? L::NotConsulted()
           : state == 2 ? L::NotApplicable()
                        : L::Found(value);
  };
  int approved = 0;
  for (int round = 0; round < 20'000; ++round) {
    Evidence evidence = Good();
    rules_.clear();
    for (const RuleAction action :
         {RuleAction::kSpam, RuleAction::kHold, RuleAction::kApprove, RuleAction::kDiscard}) {
      if (coin(6)) evidence = Matched(std::move(evidence), action, coin(2));
    }
    evidence.honeypot_filled = coin(10);
    evidence.author_verified = coin(2);
    evidence.thread = lookup(ThreadEvidence{.closed = coin(8), .published_at = kNow});
    evidence.parent = lookup(ParentEvidence{.in_thread = !coin(8)});
    const SeenBefore seen{.approved_streak = coin(2),
                          .verified_approved_streak = coin(2),
                          .recent_count = coin(3) ? 5 : 0};
    evidence.author = lookup(seen);
    evidence.network = lookup(seen);
    evidence.same_text = lookup(seen);
    evidence.classifier = lookup(
        ClassifierEvidence{.probability = std::uniform_real_distribution<double>(0, 1)(random),
                           .spam_labels = coin(3) ? 5 : 50,
                           .ham_labels = 50});
    SitePolicy policy;
    policy.mode = static_cast<Mode>(std::uniform_int_distribution<int>(1, 3)(random));
    policy.hold_first_time_authors = coin(3);
    policy.flood_count_max = coin(2) ? 3 : 0;
    policy.duplicate_window = std::chrono::hours(coin(2) ? 1 : 0);
    policy.trust_typed_identity = coin(2);

    const Decision decision = Decide(evidence, policy);
    ASSERT_FALSE(decision.reasons.empty());
    ASSERT_TRUE(decision.reasons[0].decisive);
    ASSERT_FALSE(decision.blatant && decision.verdict != Verdict::kSpam);
    if (decision.verdict == Verdict::kApprove) {
      ++approved;
      ASSERT_FALSE(decision.degraded);
      ASSERT_FALSE(decision.refusal.has_value());
      ASSERT_FALSE(evidence.honeypot_filled);
      ASSERT_NE(policy.mode, Mode::kModerateAll);
      const bool vouched =
          std::any_of(decision.checks.begin(), decision.checks.end(), [](const CheckResult& check) {
            return check.opinion == Opinion::kHam && !check.log_only;
          });
      ASSERT_TRUE(vouched) << "approved for want of evidence";
    }
    const Decision again = Decide(evidence, policy);
    ASSERT_EQ(again.verdict, decision.verdict);
    ASSERT_EQ(again.reasons.size(), decision.reasons.size());
  }
  EXPECT_GT(approved, 300);
}

}  // namespace
}  // namespace replyguard::service::policy
