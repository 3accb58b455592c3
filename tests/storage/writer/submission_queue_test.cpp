// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "writer/submission_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "support/eventually.h"

namespace replyguard::storage {
namespace {

using std::chrono::milliseconds;

// Two batches of four at once.
constexpr SubmissionQueueOptions kOptions{
    .waiting_max = 1000, .wait_max = milliseconds(250), .in_progress_max = 8};

class SubmissionQueueTest : public testing::Test {
 protected:
  // OK: it waits.
  absl::StatusCode Push(std::chrono::steady_clock::duration left = std::chrono::hours(1)) {
    PendingSubmission submission;
    submission.draft.deadline = std::chrono::steady_clock::now() + left;
    const int number = ++pushed_;
    submission.done = [this, number](const absl::StatusOr<SubmissionResult>& result) {
      answers_[number] = result.status().code();
    };
    queue_.Push(std::move(submission));
    const auto found = answers_.find(number);
    return found == answers_.end() ? absl::StatusCode::kOk : found->second;
  }
  int PushAll() {
    int taken = 0;
    while (taken < 2000 && Push() == absl::StatusCode::kOk) ++taken;
    return taken;
  }
  ~SubmissionQueueTest() override { queue_.Stop(); }

  std::map<int, absl::StatusCode> answers_;
  int pushed_ = 0;
  SubmissionQueue queue_{kOptions};
};

TEST_F(SubmissionQueueTest, TakesUpToItsCountWhileNothingIsKnownOfTime) {
  EXPECT_EQ(PushAll(), 1000);
  EXPECT_EQ(Push(), absl::StatusCode::kResourceExhausted);
}

TEST_F(SubmissionQueueTest, TakesAsManyAsAreServedInTime) {
  queue_.NoteBatch(milliseconds(50));
  EXPECT_EQ(PushAll(), (2 + 250 / 50) * 8);
  EXPECT_EQ(Push(), absl::StatusCode::kResourceExhausted);
}

TEST_F(SubmissionQueueTest, SlowBatchesLeaveTwoRounds) {
  queue_.NoteBatch(std::chrono::seconds(5));
  EXPECT_EQ(PushAll(), 2 * 8);
}

TEST_F(SubmissionQueueTest, HasRoomAgainOnceBatchesAreQuick) {
  queue_.NoteBatch(std::chrono::seconds(5));
  for (int i = 0; i < 100; ++i) queue_.NoteBatch(milliseconds(1));
  EXPECT_GT(queue_.Room(), 100 * kOptions.in_progress_max);
}

TEST_F(SubmissionQueueTest, RefusesWhatWouldBeLateButNotWhatGoesNext) {
  queue_.NoteBatch(std::chrono::minutes(1));
  for (std::size_t i = 0; i < kOptions.in_progress_max; ++i) {
    EXPECT_EQ(Push(std::chrono::seconds(30)), absl::StatusCode::kOk);
  }
  EXPECT_EQ(Push(std::chrono::seconds(30)), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Push(std::chrono::hours(1)), absl::StatusCode::kOk);
}

TEST_F(SubmissionQueueTest, WhatIsRetiredMakesRoom) {
  queue_.NoteBatch(std::chrono::seconds(5));
  PushAll();
  queue_.Retire(queue_.Pop(4));
  EXPECT_EQ(PushAll(), 4);
}

TEST_F(SubmissionQueueTest, WhatIsRetiredTooLateIsToldSo) {
  EXPECT_EQ(Push(milliseconds(5)), absl::StatusCode::kOk);
  EXPECT_EQ(Push(), absl::StatusCode::kOk);
  const auto tickets = queue_.Pop(2);
  const Deadline deadline = tickets.front()->submission().draft.deadline;
  while (std::chrono::steady_clock::now() < deadline) {
  }
  queue_.Retire(tickets);
  EXPECT_EQ(answers_.at(1), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(answers_.at(2), absl::StatusCode::kInternal);
}

TEST_F(SubmissionQueueTest, WritersThatCannotWakeOneThatCanByTheTimeTheyAreWoken) {
  constexpr std::size_t kWithout = 3;
  std::atomic<std::int32_t> able = 0;
  std::vector<std::thread> without;
  for (std::size_t i = 0; i < kWithout; ++i) {
    without.emplace_back([&] { queue_.AwaitWork(able); });
  }
  // They went to sleep while nobody could.
  EXPECT_TRUE(tests::Eventually([&] { return queue_.asleep() == kWithout; }));
  able = 1;
  auto popped = std::async(std::launch::async, [&] { return queue_.Pop(1).size(); });
  EXPECT_TRUE(tests::Eventually([&] { return queue_.asleep() == kWithout + 1; }));
  EXPECT_EQ(Push(), absl::StatusCode::kOk);
  EXPECT_EQ(popped.wait_for(tests::kPatience), std::future_status::ready) << "a lost wake-up";
  queue_.Stop();
  for (std::thread& thread : without) thread.join();
  EXPECT_EQ(popped.get(), 1U);
}

}  // namespace
}  // namespace replyguard::storage
