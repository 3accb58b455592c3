// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Generations and which of them is active; and the log as it reads without somebody's labels.
#include <gtest/gtest.h>

#include "storage/generation_store.h"
#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::Activation;
using storage::ActivationKind;
using storage::Generation;

class GenerationsTest : public testing::Test {
 protected:
  std::int64_t Make() {
    Generation generation;
    generation.excluded = {"evil", "worse"};
    generation.note = "without two";
    generation.report = "{}";
    generation.created_by = "k1";
    generation.created_at = At(2);
    const auto made = store_.Create(generation, nullptr, Soon());
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? made->number : 0;
  }
  std::int64_t ActiveNumber() { return store_.Active(Soon())->number; }
  std::string Revision() { return test_.Sql("SELECT revision FROM replyguard.config_head"); }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  storage::GenerationStore& store_ = database_->generations();
};

TEST_F(GenerationsTest, TheFirstLeavesOutNothingAndIsActive) {
  const auto active = store_.Active(Soon());
  ASSERT_TRUE(active.ok()) << active.status();
  EXPECT_EQ(active->number, storage::kFirstGeneration);
  EXPECT_TRUE(active->excluded.empty());
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Rollback(0, "k1", At(3), Soon()).status()));
  EXPECT_TRUE(absl::IsNotFound(store_.Get(2, Soon()).status()));
}

TEST_F(GenerationsTest, WhatIsMadeReadsBack) {
  EXPECT_EQ(Make(), 2);
  EXPECT_EQ(Make(), 3);
  EXPECT_EQ(ActiveNumber(), 1) << "making one activates nothing";
  const auto read = store_.Get(3, Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->excluded, (std::vector<std::string>{"evil", "worse"}));
  EXPECT_EQ(read->note, "without two");
  EXPECT_EQ(read->report, "{}");
  EXPECT_EQ(read->created_by, "k1");
  EXPECT_EQ(read->created_at, At(2));
  const auto list = store_.List({0, 2}, Soon());
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ(list->front().number, 3);
}

TEST_F(GenerationsTest, RollbacksGoBackStepByStepAndEverythingIsKept) {
  Make();
  Make();
  const std::string before = Revision();
  ASSERT_TRUE(store_.Activate({2, 1, false, "k1", At(3)}, Soon()).ok());
  EXPECT_NE(Revision(), before) << "no server would look";
  ASSERT_TRUE(store_.Activate({3, 2, true, "k2", At(4)}, Soon()).ok());
  EXPECT_EQ(store_.Activate({3, 2, true, "k2", At(4)}, Soon())->activation, 3) << "active already";
  EXPECT_EQ(store_.Rollback(0, "k3", At(5), Soon())->generation, 2);
  EXPECT_EQ(ActiveNumber(), 2);
  EXPECT_EQ(store_.Rollback(0, "k3", At(6), Soon())->generation, 1);
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Rollback(0, "k3", At(7), Soon()).status()));
  const auto all = store_.Activations({0, 10}, Soon());
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 5U);
  const Activation& forced = (*all)[2];
  EXPECT_EQ(forced.generation, 3);
  EXPECT_TRUE(forced.forced);
  EXPECT_EQ(forced.activated_by, "k2");
  EXPECT_EQ(forced.activated_at, At(4));
  EXPECT_EQ(all->front().kind, ActivationKind::kRolledBack);
}

TEST_F(GenerationsTest, ARollbackThatNamesWhatItLeavesGoesBackOnce) {
  Make();
  Make();
  ASSERT_TRUE(store_.Activate({2, 1, false, "k1", At(3)}, Soon()).ok());
  ASSERT_TRUE(store_.Activate({3, 2, false, "k1", At(4)}, Soon()).ok());
  EXPECT_TRUE(absl::IsAborted(store_.Rollback(2, "k1", At(5), Soon()).status()));
  const auto back = store_.Rollback(3, "k1", At(5), Soon());
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->generation, 2);
  for (int n = 0; n < 2; ++n) {
    const auto again = store_.Rollback(3, "k2", At(6), Soon());
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->activation, back->activation) << "one of two who do it at once, or twice";
    EXPECT_EQ(again->activated_by, "k1");
  }
  EXPECT_EQ(ActiveNumber(), 2);
  EXPECT_EQ(store_.Rollback(2, "k1", At(7), Soon())->generation, 1);
  EXPECT_TRUE(absl::IsAborted(store_.Rollback(3, "k1", At(8), Soon()).status())) << "long ago";
  EXPECT_TRUE(absl::IsFailedPrecondition(store_.Rollback(1, "k1", At(8), Soon()).status()));
}

TEST_F(GenerationsTest, WhatWasComparedWithAnotherIsNotActivated) {
  Make();
  Make();
  ASSERT_TRUE(store_.Activate({2, 1, false, "k1", At(3)}, Soon()).ok());
  EXPECT_TRUE(absl::IsAborted(store_.Activate({3, 1, false, "k1", At(3)}, Soon()).status()));
  EXPECT_TRUE(absl::IsNotFound(store_.Activate({9, 2, false, "k1", At(3)}, Soon()).status()));
  EXPECT_EQ(ActiveNumber(), 2);
}

TEST_F(GenerationsTest, WhoWasRefusedIsKept) {
  Make();
  for (const char* who : {"k1", "k2", "k3"}) {
    ASSERT_TRUE(store_.Refuse({0, 2, 1, who, At(4), "figures"}, Soon()).ok());
  }
  EXPECT_TRUE(absl::IsNotFound(store_.Refuse({0, 9, 1, "k1", At(4), ""}, Soon())));
  const auto page = store_.Refusals({0, 2}, Soon());
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->size(), 2U);
  EXPECT_EQ(page->front().attempted_by, "k3") << "newest first";
  EXPECT_EQ(page->front().generation, 2);
  EXPECT_EQ(page->front().active, 1);
  EXPECT_EQ(page->front().attempted_at, At(4));
  EXPECT_EQ(page->front().report, "figures");
  const auto rest = store_.Refusals({page->back().refusal, 2}, Soon());
  ASSERT_TRUE(rest.ok());
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().attempted_by, "k1");
}

TEST_F(GenerationsTest, ListsGoOnWhereAPageEnded) {
  for (int i = 0; i < 3; ++i) Make();
  const auto first = store_.List({0, 3}, Soon());
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->size(), 3U);
  EXPECT_EQ(first->back().number, 2);
  const auto second = store_.List({2, 3}, Soon());
  ASSERT_TRUE(second.ok());
  ASSERT_EQ(second->size(), 1U);
  EXPECT_EQ(second->front().number, 1);
  EXPECT_TRUE(store_.Activations({1, 3}, Soon())->empty());
}

TEST_F(GenerationsTest, TheLogReadsAsIfSomebodyHadNeverLabelled) {
  MakeSite(*database_);
  auto& labels = database_->labels();
  const auto say = [&](const std::string& by, storage::LabelClass label, const std::string& body) {
    storage::ExternalLabel external;
    external.external_id = "x";
    external.label = label;
    external.sample.body = body;
    const auto said =
        labels.Append(1, {external}, storage::LabelSource::kImport, by, At(2), Soon());
    ASSERT_TRUE(said.ok()) << said.status();
    ASSERT_TRUE(said->front().learnt);
  };
  constexpr auto kHam = storage::LabelClass::kHam;
  constexpr auto kSpam = storage::LabelClass::kSpam;
  say("good", kHam, "one");
  say("evil", kSpam, "two");
  say("good", kSpam, "three");
  say("evil", storage::LabelClass::kNone, "");
  say("evil", kHam, "four");
  say("good", storage::LabelClass::kNone, "");
  const auto read = labels.ReadWithout({"evil"}, 0, 10, Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 6U) << "positions stay";
  EXPECT_EQ((*read)[0].new_state->sample.body, "one");
  EXPECT_FALSE((*read)[1].new_state || (*read)[1].old_state);
  EXPECT_EQ((*read)[1].sample_id, "");
  EXPECT_EQ((*read)[2].old_state->sample.body, "one") << "not what was left out";
  EXPECT_EQ((*read)[2].new_state->sample.body, "three");
  EXPECT_EQ((*read)[3].old_state->sample.body, "three") << "what was taken back stays so";
  EXPECT_FALSE((*read)[3].new_state);
  EXPECT_FALSE((*read)[4].new_state || (*read)[4].old_state);
  EXPECT_FALSE((*read)[5].new_state || (*read)[5].old_state) << "nothing was left to take back";
}

}  // namespace
}  // namespace replyguard::tests
