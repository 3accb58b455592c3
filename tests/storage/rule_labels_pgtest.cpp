// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Labels of rules, beside those of people: who takes whose place, what an undo puts back, what is
// left out as a whole; and weights, and decisions that a cap kept from teaching.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::CommentId;
using storage::DecisionAction;
using storage::LabelClass;
using storage::LabelEntry;
using storage::LabelSource;

class RuleLabelsTest : public DecidingTest {
 protected:
  storage::SubmissionOutcome ByRule(LabelClass label = LabelClass::kSpam) {
    storage::SubmissionOutcome outcome = label == LabelClass::kSpam ? Spam() : Approved();
    outcome.rule_label = storage::RuleLabel{label, rule_};
    return outcome;
  }
  std::vector<LabelEntry> Log(const std::vector<std::string>& excluded = {}) {
    auto log = database_->labels().ReadWithout(excluded, 0, 1000, Soon());
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  // What a fold holds of all samples after a log: how much each class counts.
  static std::pair<int, int> Held(const std::vector<LabelEntry>& log) {
    int ham = 0;
    int spam = 0;
    for (const LabelEntry& entry : log) {
      for (const auto& [state, sign] :
           {std::pair(entry.old_state, -1), std::pair(entry.new_state, 1)}) {
        if (!state) continue;
        (state->label == LabelClass::kSpam ? spam : ham) += sign * state->weight;
      }
    }
    return {ham, spam};
  }

  const storage::RuleId rule_ = NextId();
  const std::string excluded_ = storage::RuleExclusion(1, rule_);
};

TEST_F(RuleLabelsTest, ASubmissionCarriesItsLabelInTheSameTransaction) {
  const CommentId id = Store(ByRule());
  Store(Spam());
  const auto log = Log();
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].source, LabelSource::kRule);
  EXPECT_EQ(log[0].labelled_by, excluded_);
  EXPECT_EQ(log[0].sample_id, "c:" + id.ToHex());
  ASSERT_TRUE(log[0].new_state);
  EXPECT_EQ(log[0].new_state->label, LabelClass::kSpam);
  EXPECT_EQ(log[0].new_state->weight, 1);
  EXPECT_EQ(Held(Log()), std::pair(0, 1));
  EXPECT_EQ(Held(Log({excluded_})), std::pair(0, 0)) << "left out as a whole";
}

TEST_F(RuleLabelsTest, AReplayTeachesNothingTwice) {
  CommentSpec spec;
  spec.request_id = "again";
  ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(ByRule())).ok());
  ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(ByRule()))->replayed);
  EXPECT_EQ(Log().size(), 1U);
}

TEST_F(RuleLabelsTest, APersonTakesTheRulesPlaceAlsoByConfirmingIt) {
  const CommentId wrong = Store(ByRule());
  const CommentId right = Store(ByRule());
  ASSERT_TRUE(Decide(wrong, DecisionAction::kApprove).status.ok());
  ASSERT_TRUE(Decide(right, DecisionAction::kSpam).status.ok());
  EXPECT_EQ(Held(Log()), std::pair(1, 1));
  EXPECT_EQ(Held(Log({excluded_})), std::pair(1, 1)) << "the person's stay";
  const auto log = Log();
  EXPECT_EQ(log.back().source, LabelSource::kHuman);
  // Once more changes nothing.
  ASSERT_TRUE(Decide(right, DecisionAction::kSpam).status.ok());
  EXPECT_EQ(Log().size(), log.size());
}

TEST_F(RuleLabelsTest, AnUndoPutsTheRulesLabelBackAsTheRules) {
  for (const DecisionAction action : {DecisionAction::kApprove, DecisionAction::kSpam}) {
    const CommentId id = Store(ByRule());
    const auto decided = Decide(id, action);
    ASSERT_TRUE(decided.status.ok());
    ASSERT_TRUE(Undo(decided.decision->decision_id).status.ok());
  }
  EXPECT_EQ(Held(Log()), std::pair(0, 2)) << "as before the decisions";
  EXPECT_EQ(Held(Log({excluded_})), std::pair(0, 0)) << "nobody else said so";
  storage::InForceQuery query;
  query.site_id = 1;
  query.as_of = 1'000;
  query.before = 1'000;
  EXPECT_EQ(database_->labels().InForce(query, Soon())->size(), 2U);
  query.excluded = {excluded_};
  EXPECT_TRUE(database_->labels().InForce(query, Soon())->empty());
}

TEST_F(RuleLabelsTest, RulesAreLimitedLikeKeys) {
  test_.Sql("UPDATE replyguard.sites SET by_key_max = 2");
  for (int i = 0; i < 3; ++i) Store(ByRule());
  EXPECT_EQ(Held(Log()), std::pair(0, 2));
  EXPECT_EQ(Log().back().cap, storage::LabelCap::kKey);
}

TEST_F(RuleLabelsTest, WhatTheActiveGenerationLeavesOutUsesNoAllowanceUp) {
  test_.Sql("UPDATE replyguard.sites SET of_author_max = 2");
  Store(ByRule());
  Store(ByRule());
  const CommentId id = Store(Approved());
  EXPECT_EQ(Decide(id, DecisionAction::kSpam).cap, storage::LabelCap::kAuthor)
      << "all of one author";
  storage::Generation without;
  without.excluded = {excluded_};
  without.created_at = At(1);
  const auto made = database_->generations().Create(without, nullptr, Soon());
  ASSERT_TRUE(made.ok()) << made.status();
  ASSERT_TRUE(database_->generations().Activate({made->number, 1, true, "k1", At(2)}, Soon()).ok());
  const CommentId next = Store(Approved());
  EXPECT_EQ(Decide(next, DecisionAction::kSpam).cap, storage::LabelCap::kNone);
}

TEST_F(RuleLabelsTest, ADecisionThatACapKeptFromTeachingSaysSo) {
  test_.Sql("UPDATE replyguard.sites SET by_key_max = 1");
  const auto first = Decide(Store(Approved()), DecisionAction::kSpam);
  const auto second = Decide(Store(Approved()), DecisionAction::kSpam);
  EXPECT_TRUE(first.decision->teaches);
  EXPECT_FALSE(second.decision->teaches);
  for (const auto* result : {&first, &second}) {
    const auto read = database_->decisions().Get(1, result->decision->decision_id, Soon());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->teaches, result->decision->teaches) << "read back, too";
  }
}

TEST_F(RuleLabelsTest, WeightsAreKeptAndAnotherWeightIsAnotherLabel) {
  storage::ExternalLabel label;
  label.external_id = "a";
  label.label = LabelClass::kSpam;
  label.sample.body = "cheap pills";
  label.weight = 3;
  const auto say = [&] {
    return database_->labels().Append(1, {label}, LabelSource::kImport, "k1", At(1), Soon());
  };
  EXPECT_TRUE((*say())[0].learnt);
  EXPECT_FALSE((*say())[0].learnt);
  EXPECT_EQ(Held(Log()), std::pair(0, 3));
  label.weight = 2;
  EXPECT_TRUE((*say())[0].learnt);
  EXPECT_EQ(Held(Log()), std::pair(0, 2));
  EXPECT_EQ(Log().back().old_state->weight, 3);
  label.label = LabelClass::kNone;
  EXPECT_TRUE((*say())[0].learnt);
  EXPECT_EQ(Held(Log()), std::pair(0, 0));
  storage::LabelExportQuery query;
  query.site_id = 1;
  query.as_of = 100;
  query.history = true;
  EXPECT_EQ(database_->exports().Labels(query, Soon())->at(1).step.weight, 2);
}

}  // namespace
}  // namespace replyguard::tests
