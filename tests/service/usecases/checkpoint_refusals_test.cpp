// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Checkpoints that cannot be stored: tried again after pauses, while somebody wants them.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "service/usecases/fakes.h"
#include "service/usecases/label_rows.h"
#include "service/usecases/learn/learner.h"
#include "support/eventually.h"
#include "usecases/growing_pause.h"

namespace replyguard::service {
namespace {

using std::chrono::milliseconds;
using tests::Eventually;

// A full disk, until `room` is set.
class FullCheckpoints final : public FakeCheckpoints {
 public:
  absl::StatusOr<std::int64_t> Put(const storage::CheckpointInfo& info, std::string_view bytes,
                                   const Holds& holds, storage::Deadline deadline) override {
    ++tried;
    if (!room) return absl::UnavailableError("the database is out of space; try again later");
    return FakeCheckpoints::Put(info, bytes, holds, deadline);
  }

  std::atomic<int> tried = 0;
  std::atomic<bool> room = false;
};

// Counts the learner's rounds.
class CountedLabels final : public FakeLabels {
 public:
  absl::StatusOr<std::int64_t> HeadPosition(storage::Deadline deadline) override {
    ++rounds;
    return FakeLabels::HeadPosition(deadline);
  }

  std::atomic<int> rounds = 0;
};

class CheckpointRefusalsTest : public testing::Test {
 protected:
  CheckpointRefusalsTest() {
    labels_.entries = {Entry(1, "c:1", std::nullopt, State(kHam, "one"))};
    options_.poll_interval = milliseconds(1);
  }
  void AwaitRounds(int count) {
    const int until = labels_.rounds + count;
    ASSERT_TRUE(Eventually([&] { return labels_.rounds >= until; })) << "the learner stands still";
  }

  CountedLabels labels_;
  FullCheckpoints checkpoints_;
  FixedClock clock_;
  LearnerOptions options_;
};

TEST(GrowingPauseTest, DoublesAfterEachFailureUntilTheLongestAndBeginsAnewAfterASuccess) {
  GrowingPause pause(milliseconds(10), milliseconds(35));
  const GrowingPause::Time now{std::chrono::hours(1)};
  const auto lasts = [&] {
    milliseconds length{0};
    while (pause.Lasts(now + length)) ++length;
    return length.count();
  };
  EXPECT_EQ(lasts(), 0);
  for (const int expected : {10, 20, 35, 35}) {
    pause.Failed(now);
    EXPECT_EQ(lasts(), expected);
  }
  pause.Succeeded();
  EXPECT_EQ(lasts(), 0);
  pause.Failed(now);
  EXPECT_EQ(lasts(), 10);
}

TEST_F(CheckpointRefusalsTest, WhatCannotBeStoredIsLeftAloneForAWhile) {
  options_.checkpoint_work = milliseconds(0);
  options_.checkpoint_pause = std::chrono::hours(1);
  Learner learner(labels_, checkpoints_, clock_, options_);
  learner.Start();
  ASSERT_TRUE(Eventually([&] { return checkpoints_.tried > 0; }));
  AwaitRounds(50);
  EXPECT_EQ(checkpoints_.tried, 1);
}

TEST_F(CheckpointRefusalsTest, OnceThereIsRoomItIsStored) {
  options_.checkpoint_work = milliseconds(0);
  options_.checkpoint_pause = milliseconds(1);
  options_.checkpoint_pause_max = milliseconds(2);
  Learner learner(labels_, checkpoints_, clock_, options_);
  learner.Start();
  ASSERT_TRUE(Eventually([&] { return checkpoints_.tried > 2; }));
  checkpoints_.room = true;
  EXPECT_TRUE(Eventually([&] { return learner.State().checkpoint_count == 1; }));
}

TEST_F(CheckpointRefusalsTest, WhatNobodyWaitsForAnyMoreIsNotTriedAgain) {
  options_.checkpoint_pause = options_.checkpoint_pause_max = milliseconds(0);
  Learner learner(labels_, checkpoints_, clock_, options_);
  learner.Start();
  ASSERT_TRUE(Eventually([&] { return learner.State().caught_up; }));
  ASSERT_TRUE(Eventually([&] {
    const auto soon = std::chrono::steady_clock::now() + milliseconds(50);
    EXPECT_TRUE(absl::IsDeadlineExceeded(learner.StoreFresh(1, soon).status()));
    return checkpoints_.tried > 0;
  }));
  AwaitRounds(2);  // what was begun for whoever gave up is over
  const int tried = checkpoints_.tried;
  AwaitRounds(50);
  EXPECT_EQ(checkpoints_.tried, tried);
}

TEST_F(CheckpointRefusalsTest, WhoeverAsksAnewIsHeardInTheMidstOfAPause) {
  options_.checkpoint_pause = std::chrono::hours(1);
  Learner learner(labels_, checkpoints_, clock_, options_);
  learner.Start();
  ASSERT_TRUE(Eventually([&] { return learner.State().caught_up; }));
  const auto ask = [&] {
    const auto fresh =
        learner.StoreFresh(1, std::chrono::steady_clock::now() + 3 * tests::kPatience);
    EXPECT_TRUE(fresh.ok()) << fresh.status();
  };
  std::thread first(ask);
  EXPECT_TRUE(Eventually([&] { return checkpoints_.tried > 0; }));
  AwaitRounds(50);
  EXPECT_EQ(checkpoints_.tried, 1) << "he waits for the end of the pause";
  checkpoints_.room = true;
  ask();
  first.join();
}

}  // namespace
}  // namespace replyguard::service
