// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Rules that teach.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

class TeachingRulesTest : public testing::Test {
 protected:
  absl::StatusOr<storage::RuleRecord> Rule(const std::string& word, storage::RuleAction action,
                                           bool log_only = false) {
    Sites::RuleRequest request;
    request.site = "blog";
    request.kind = storage::RuleKind::kWord;
    request.action = action;
    request.pattern = word;
    request.reason = "a test";
    request.log_only = log_only;
    request.teaches = true;
    return world_.sites.CreateRule(world_.admin, request, Soon());
  }
  std::vector<storage::LabelEntry> Log() { return *world_.db->labels().Read(0, 100, Soon()); }

  World world_;
};

TEST_F(TeachingRulesTest, WhatARuleDecidesBecomesALabelAndNothingElse) {
  const auto spam = Rule("casino", storage::RuleAction::kSpam);
  const auto ham = Rule("beekeeper", storage::RuleAction::kApprove);
  ASSERT_TRUE(spam.ok() && ham.ok()) << spam.status();
  world_.Stored("come to our casino");
  world_.Stored("I am a beekeeper");
  world_.Stored("nothing of both");
  world_.Stored("a beekeeper in a casino");
  const auto log = Log();
  ASSERT_EQ(log.size(), 3U);
  EXPECT_EQ(log[0].labelled_by, storage::RuleExclusion(1, spam->rule_id));
  EXPECT_EQ(log[0].new_state->label, storage::LabelClass::kSpam);
  EXPECT_EQ(log[1].labelled_by, storage::RuleExclusion(1, ham->rule_id));
  EXPECT_EQ(log[1].new_state->label, storage::LabelClass::kHam);
  EXPECT_EQ(log[2].labelled_by, storage::RuleExclusion(1, spam->rule_id)) << "the one that decided";
  // It is learnt like any other, and a moderator's decision takes its place.
  ASSERT_TRUE(world_.learner.Load().ok() && world_.learner.CatchUp().ok());
  EXPECT_EQ(world_.learner.Snapshot()->TrainingOf(1).spam, 2U);
  const auto comment = storage::Uuid::FromHex(log[0].sample_id.substr(2));
  ASSERT_TRUE(world_.Decide(*comment, storage::DecisionAction::kApprove).status.ok());
  ASSERT_TRUE(world_.learner.CatchUp().ok());
  EXPECT_EQ(world_.learner.Snapshot()->TrainingOf(1).spam, 1U);
  EXPECT_EQ(world_.learner.Snapshot()->TrainingOf(1).ham, 2U);
}

TEST_F(TeachingRulesTest, OnlyRulesThatDecideMayTeachAndOnlyWhenTold) {
  EXPECT_TRUE(absl::IsInvalidArgument(Rule("a", storage::RuleAction::kHold).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Rule("a", storage::RuleAction::kSpam, true).status()));
  Sites::RuleRequest request;
  request.site = "blog";
  request.kind = storage::RuleKind::kWord;
  request.action = storage::RuleAction::kSpam;
  request.pattern = "casino";
  request.reason = "a test";
  ASSERT_TRUE(world_.sites.CreateRule(world_.admin, request, Soon()).ok());
  world_.Stored("come to our casino");
  EXPECT_TRUE(Log().empty());
}

}  // namespace
}  // namespace replyguard::service
