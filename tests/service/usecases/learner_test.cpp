// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/learner.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <thread>

#include "classifier/starter.h"
#include "service/usecases/fakes.h"
#include "service/usecases/label_rows.h"
#include "support/eventually.h"

namespace replyguard::service {
namespace {

class LearnerTest : public testing::Test {
 protected:
  FakeLabels labels_;
  FakeCheckpoints checkpoints_;
  FixedClock clock_;
  Learner learner_{labels_, checkpoints_, clock_};
};

void ExpectACheckpointWhileItRuns(Learner& learner) {
  learner.Start();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (learner.State().checkpoint_count == 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(learner.State().checkpoint_count, 1) << "before it stops";
  learner.Stop();
}

TEST_F(LearnerTest, AnEmptyLogIsAModelToo) {
  EXPECT_EQ(learner_.Snapshot(), nullptr);
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  EXPECT_EQ(learner_.Snapshot()->id().ToString(),
            "x" + std::to_string(classifier::kExtractorVersion) + ".e0.p0");
  EXPECT_TRUE(learner_.State().caught_up);
}

TEST_F(LearnerTest, WhatContradictsTheFoldIsSkippedTheSameWayEverywhere) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "good")),
                     // Takes away what never was there.
                     Entry(2, "c:2", State(kSpam, "bad"), State(kHam, "bad")),
                     Entry(3, "c:1", State(kHam, "good"), State(kSpam, "good"))};
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  EXPECT_EQ(learner_.State().position, 3);
  EXPECT_EQ(learner_.State().skipped_count, 1);
  EXPECT_EQ(learner_.Snapshot()->TrainingOf(1).spam, 1U);
  EXPECT_EQ(learner_.Snapshot()->TrainingOf(1).ham, 0U);

  FakeCheckpoints none;
  LearnerOptions small;
  small.read_entries_max = 1;
  Learner other(labels_, none, clock_, small);
  ASSERT_TRUE(other.Load().ok());
  ASSERT_TRUE(other.CatchUp().ok());
  EXPECT_EQ(other.CountsDigest(), learner_.CountsDigest());
}

// Row 2 is a label that row 5 takes back; the text is erased while some servers stand between.
std::vector<storage::LabelEntry> ErasableLog(bool erased) {
  storage::LabelState gone = State(kSpam, erased ? "" : "to be erased");
  gone.sample.erased = erased;
  return {Entry(1, "c:1", std::nullopt, State(kHam, "good words")),
          Entry(2, "c:2", std::nullopt, gone),
          Entry(3, "c:3", std::nullopt, State(kSpam, "other words")),
          Entry(4, "c:1", State(kHam, "good words"), State(kSpam, "good words")),
          Entry(5, "c:2", gone, std::nullopt),
          Entry(6, "c:4", std::nullopt, State(kHam, "last words"))};
}

std::uint64_t DigestOf(const std::vector<storage::LabelEntry>& entries) {
  FakeLabels labels;
  labels.entries = entries;
  FakeCheckpoints none;
  FixedClock clock;
  Learner learner(labels, none, clock);
  EXPECT_TRUE(learner.Load().ok() && learner.CatchUp().ok());
  return learner.CountsDigest();
}

TEST_F(LearnerTest, ATextErasedUnderARunningFoldLeavesNoTrace) {
  const auto whole = ErasableLog(false);
  for (std::size_t stands = 1; stands < whole.size(); ++stands) {
    labels_.entries.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(stands));
    FakeCheckpoints none;
    Learner learner(labels_, none, clock_);
    ASSERT_TRUE(learner.Load().ok());
    ASSERT_TRUE(learner.CatchUp().ok());
    labels_.entries = ErasableLog(true);
    ASSERT_TRUE(learner.CatchUp().ok());
    EXPECT_EQ(learner.State().position, 6);
    EXPECT_EQ(learner.State().skipped_count, 0);
    EXPECT_EQ(learner.CountsDigest(), DigestOf(ErasableLog(true))) << "stood at " << stands;
    EXPECT_EQ(learner.CountsDigest(), DigestOf(whole)) << "as if nothing had been erased";
  }
}

TEST_F(LearnerTest, WhateverCheckpointIsLeftAnErasedTextLeavesNoTrace) {
  const auto whole = ErasableLog(false);
  for (std::size_t stands = 1; stands < whole.size(); ++stands) {
    labels_.entries.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(stands));
    FakeCheckpoints left;
    {
      Learner learner(labels_, left, clock_);
      ASSERT_TRUE(learner.Load().ok() && learner.CatchUp().ok() && learner.StoreCheckpoint().ok());
    }
    labels_.entries = ErasableLog(true);
    Learner learner(labels_, left, clock_);
    ASSERT_TRUE(learner.Load().ok());
    ASSERT_TRUE(learner.CatchUp().ok());
    EXPECT_EQ(learner.CountsDigest(), DigestOf(whole)) << "a checkpoint at " << stands;
    EXPECT_EQ(learner.State().skipped_count, 0);
  }
}

TEST_F(LearnerTest, WhileItIsBuiltAnewTheOldModelAnswers) {
  const auto whole = ErasableLog(false);
  labels_.entries.assign(whole.begin(), whole.begin() + 4);
  LearnerOptions small;
  small.read_entries_max = 1;
  Learner learner(labels_, checkpoints_, clock_, small);
  ASSERT_TRUE(learner.Load().ok() && learner.CatchUp().ok());
  const auto before = learner.Snapshot()->id();
  labels_.entries = ErasableLog(true);
  // Row 3 cannot be read, in the midst of the rebuilding.
  labels_.entries.pop_back();
  labels_.entries.erase(labels_.entries.begin() + 2);
  EXPECT_FALSE(learner.CatchUp().ok());
  EXPECT_EQ(learner.Snapshot()->id(), before);
  labels_.entries = ErasableLog(true);
  ASSERT_TRUE(learner.CatchUp().ok());
  EXPECT_EQ(learner.Snapshot()->id().position, 6U);
  EXPECT_EQ(learner.CountsDigest(), DigestOf(whole));
}

TEST_F(LearnerTest, ReadingFarAheadChangesNothing) {
  std::map<std::string, storage::LabelState> held;
  for (std::int64_t i = 1; i <= 3'000; ++i) {
    const std::string sample = "c:" + std::to_string(i * 7 % 1'900);
    std::optional<storage::LabelState> before;
    if (held.contains(sample)) before = held[sample];
    std::optional<storage::LabelState> after;
    if (i % 11 != 0) {
      after = State(i % 3 == 0 ? kSpam : kHam, "word" + std::to_string(i % 97) + " and more words");
    }
    if (after) held[sample] = *after;
    if (!after) held.erase(sample);
    labels_.entries.push_back(Entry(i, sample, before, after));
  }
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  EXPECT_EQ(learner_.State().position, 3'000);
  EXPECT_EQ(learner_.State().skipped_count, 0);
  // Once it answers it reads page by page.
  FakeLabels later;
  FakeCheckpoints none;
  Learner slow(later, none, clock_);
  later.entries = {labels_.entries.front()};
  ASSERT_TRUE(slow.Load().ok() && slow.CatchUp().ok());
  later.entries = labels_.entries;
  ASSERT_TRUE(slow.CatchUp().ok());
  EXPECT_EQ(slow.Snapshot()->id(), learner_.Snapshot()->id());
  EXPECT_EQ(slow.CountsDigest(), learner_.CountsDigest());
}

TEST_F(LearnerTest, AnErasedLabelAndItsRetractionChangeNothing) {
  storage::LabelState erased;
  erased.sample.erased = true;
  labels_.entries = {Entry(1, "c:1", std::nullopt, erased), Entry(2, "c:1", erased, std::nullopt)};
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  EXPECT_EQ(learner_.State().position, 2);
  EXPECT_EQ(learner_.State().skipped_count, 0);
  EXPECT_EQ(learner_.Snapshot()->feature_count(), 0U);
}

TEST_F(LearnerTest, WaitsAtAGapInsteadOfLosingALabel) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one")),
                     Entry(3, "c:3", std::nullopt, State(kHam, "three"))};
  ASSERT_TRUE(learner_.Load().ok());
  EXPECT_TRUE(absl::IsDataLoss(learner_.CatchUp()));
  EXPECT_EQ(learner_.State().position, 1);
  labels_.entries.insert(labels_.entries.begin() + 1,
                         Entry(2, "c:2", std::nullopt, State(kSpam, "two")));
  ASSERT_TRUE(learner_.CatchUp().ok());
  EXPECT_EQ(learner_.State().position, 3);
}

TEST_F(LearnerTest, AnOutageKeepsWhatWasLearnt) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one"))};
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  labels_.status = absl::UnavailableError("away");
  EXPECT_TRUE(absl::IsUnavailable(learner_.CatchUp()));
  EXPECT_EQ(learner_.Snapshot()->TrainingOf(1).ham, 1U);
}

TEST_F(LearnerTest, ALogThatWentBackInTimeIsReadAnew) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one")),
                     Entry(2, "c:2", std::nullopt, State(kHam, "two"))};
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  labels_.entries = {Entry(1, "c:9", std::nullopt, State(kSpam, "other"))};
  ASSERT_TRUE(learner_.CatchUp().ok());
  EXPECT_EQ(learner_.State().position, 1);
  EXPECT_EQ(learner_.Snapshot()->TrainingOf(1).spam, 1U);
  EXPECT_EQ(learner_.Snapshot()->TrainingOf(1).ham, 0U);
}

TEST_F(LearnerTest, WorkThatAStartWouldDoAgainIsKeptInACheckpoint) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one"))};
  LearnerOptions options;
  options.checkpoint_work = std::chrono::milliseconds(0);
  Learner learner(labels_, checkpoints_, clock_, options);
  ExpectACheckpointWhileItRuns(learner);
}

// It would be given more to write for being slow.
TEST_F(LearnerTest, ToWaitForTheDatabaseIsNoWork) {
  class SlowLabels final : public FakeLabels {
   public:
    absl::StatusOr<std::vector<storage::LabelEntry>> Read(std::int64_t after, std::int32_t limit,
                                                          storage::Deadline deadline) override {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      return FakeLabels::Read(after, limit, deadline);
    }
  };
  SlowLabels labels;
  labels.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one"))};
  LearnerOptions options;
  options.checkpoint_work = std::chrono::milliseconds(200);
  options.poll_interval = std::chrono::milliseconds(1);
  Learner learner(labels, checkpoints_, clock_, options);
  learner.Start();
  ASSERT_TRUE(tests::Eventually([&] { return learner.State().caught_up; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(learner.State().checkpoint_count, 0);
  learner.Stop();
}

TEST_F(LearnerTest, AStartThatIsCutOffGoesOnWhereItStoredTheModel) {
  for (int n = 1; n <= 20; ++n) {
    labels_.entries.push_back(Entry(n, "c:" + std::to_string(n), std::nullopt,
                                    State(n % 2 == 0 ? kHam : kSpam, "word" + std::to_string(n))));
  }
  // The eleventh is not there yet: the learner stops before it, long before it has caught up.
  const auto missing = labels_.entries[10];
  labels_.entries.erase(labels_.entries.begin() + 10);
  LearnerOptions options;
  options.read_entries_max = 1;
  options.rebuild_work = std::chrono::milliseconds(0);
  {
    Learner killed(labels_, checkpoints_, clock_, options);
    ASSERT_TRUE(killed.Load().ok());
    EXPECT_TRUE(absl::IsDataLoss(killed.CatchUp()));
    EXPECT_FALSE(killed.State().caught_up);
  }
  ASSERT_FALSE(checkpoints_.stored_.empty());
  labels_.entries.insert(labels_.entries.begin() + 10, missing);
  Learner restarted(labels_, checkpoints_, clock_);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_GT(restarted.State().position, 0) << "not from the beginning";
  EXPECT_LE(restarted.State().position, 10);
  ASSERT_TRUE(restarted.CatchUp().ok());
  FakeCheckpoints none;
  Learner whole(labels_, none, clock_);
  ASSERT_TRUE(whole.Load().ok());
  ASSERT_TRUE(whole.CatchUp().ok());
  EXPECT_EQ(restarted.CountsDigest(), whole.CountsDigest());
  EXPECT_EQ(restarted.Snapshot()->id(), whole.Snapshot()->id());
}

TEST_F(LearnerTest, ATakenBackLabelAsksForACheckpointSoon) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one")),
                     Entry(2, "c:1", State(kHam, "one"), std::nullopt)};
  LearnerOptions options;
  options.checkpoint_work = std::chrono::hours(1);
  options.retraction_interval = std::chrono::milliseconds(0);
  Learner learner(labels_, checkpoints_, clock_, options);
  ExpectACheckpointWhileItRuns(learner);
}

TEST_F(LearnerTest, TheNewestGoodCheckpointServesWhenTheNewestIsTorn) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one"))};
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  ASSERT_TRUE(learner_.StoreCheckpoint().ok());
  labels_.entries.push_back(Entry(2, "c:2", std::nullopt, State(kSpam, "two")));
  ASSERT_TRUE(learner_.CatchUp().ok());
  ASSERT_TRUE(learner_.StoreCheckpoint().ok());
  ASSERT_TRUE(learner_.StoreCheckpoint().ok()) << "nothing new";
  ASSERT_EQ(checkpoints_.stored_.size(), 2U);

  std::string& newest = checkpoints_.stored_.rbegin()->second.second;
  newest[newest.size() / 2] = static_cast<char>(newest[newest.size() / 2] ^ 1);
  Learner restarted(labels_, checkpoints_, clock_);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().position, 1);
  EXPECT_EQ(restarted.State().torn_checkpoint_count, 1);
  ASSERT_TRUE(restarted.CatchUp().ok());
  EXPECT_EQ(restarted.CountsDigest(), learner_.CountsDigest());
}

TEST_F(LearnerTest, ACheckpointOfAnotherStarterModelIsNotDamagedAndNotUsed) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one"))};
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  ASSERT_TRUE(learner_.StoreCheckpoint().ok());

  LearnerOptions options;
  options.starter = classifier::Starter::Shipped().value();
  std::vector<std::string> warnings;
  options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
  Learner other(labels_, checkpoints_, clock_, options);
  ASSERT_TRUE(other.Load().ok());
  EXPECT_EQ(other.State().position, 0) << "built anew";
  ASSERT_TRUE(other.CatchUp().ok());
  EXPECT_EQ(other.CountsDigest(), learner_.CountsDigest());
  EXPECT_NE(other.Snapshot()->id(), learner_.Snapshot()->id());
  EXPECT_TRUE(other.Snapshot()->TrainingOf(1).trained);
  ASSERT_TRUE(other.StoreCheckpoint().ok());
  EXPECT_EQ(checkpoints_.stored_.size(), 2U) << "each kind has its own of the same position";

  // What says that it is of this kind, and is not, is passed over all the same.
  for (auto& [id, stored] : checkpoints_.stored_) {
    stored.first.kind = {static_cast<std::int32_t>(classifier::kExtractorVersion),
                         options.starter->id()};
  }
  Learner restarted(labels_, checkpoints_, clock_, options);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().position, 1);
  EXPECT_EQ(restarted.State().torn_checkpoint_count, 0);
  EXPECT_TRUE(warnings.empty());
}

TEST_F(LearnerTest, ThatTheModelIsBuiltAnewIsToldOnce) {
  std::vector<std::string> warnings;
  LearnerOptions options;
  options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
  Learner learner(labels_, checkpoints_, clock_, options);
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one")),
                     Entry(2, "c:2", std::nullopt, State(kSpam, "two"))};
  ASSERT_TRUE(learner.Load().ok() && learner.CatchUp().ok());
  labels_.entries.pop_back();  // of another log
  checkpoints_.status = absl::UnavailableError("away");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(learner.CatchUp().ok());
  EXPECT_EQ(learner.State().position, 2) << "what is learnt serves";
  checkpoints_.status = absl::OkStatus();
  ASSERT_TRUE(learner.CatchUp().ok());
  EXPECT_EQ(learner.State().position, 1);
  EXPECT_EQ(learner.State().astray_count, 1);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings.front().find("built anew"), std::string::npos);
}

TEST_F(LearnerTest, ALogWithAGapIsToldOnce) {
  std::vector<std::string> warnings;
  LearnerOptions options;
  options.warn = [&](std::string_view text) { warnings.emplace_back(text); };
  Learner learner(labels_, checkpoints_, clock_, options);
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one")),
                     Entry(3, "c:3", std::nullopt, State(kSpam, "three"))};
  ASSERT_TRUE(learner.Load().ok());
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(learner.CatchUp().ok());
  EXPECT_EQ(learner.State().position, 1);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings.front().find("gap after position 1"), std::string::npos);
}

TEST_F(LearnerTest, ASettingIsARowThatTeachesNothing) {
  labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one")),
                     Entry(2, "", std::nullopt, std::nullopt)};
  ASSERT_TRUE(learner_.Load().ok());
  ASSERT_TRUE(learner_.CatchUp().ok());
  EXPECT_EQ(learner_.State().position, 2);
  EXPECT_EQ(learner_.State().skipped_count, 0);
  EXPECT_EQ(learner_.Snapshot()->TrainingOf(1).ham, 1U);
}

TEST_F(LearnerTest, WaitForEndsWhenTheLearnerStops) {
  learner_.Start();
  std::thread waiter([this] {
    EXPECT_FALSE(
        learner_.WaitFor(1, std::chrono::steady_clock::now() + std::chrono::seconds(60)).ok());
  });
  learner_.Stop();
  waiter.join();
}

}  // namespace
}  // namespace replyguard::service
