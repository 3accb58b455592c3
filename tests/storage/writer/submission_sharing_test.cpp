// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>

#include "writer/submission_queue.h"

namespace replyguard::storage {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t kBatchMax = 128;

class SubmissionSharingTest : public testing::Test {
 protected:
  void Push(SubmissionQueue& queue, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      PendingSubmission submission;
      submission.draft.deadline = std::chrono::steady_clock::now() + hours(1);
      submission.done = [this](const auto& /*result*/) { ++answered_; };
      queue.Push(std::move(submission));
    }
  }
  static std::future<std::vector<TicketPtr>> PopOnAnotherThread(SubmissionQueue& queue) {
    return std::async(std::launch::async, [&queue] { return queue.Pop(kBatchMax); });
  }

  std::atomic<std::size_t> answered_ = 0;
};

TEST_F(SubmissionSharingTest, ALoneSubmissionWaitsForNobody) {
  SubmissionQueue queue({.waiting_max = 1000, .share_time_max = hours(1)});
  Push(queue, 1);
  const auto batch = queue.Pop(kBatchMax);
  EXPECT_EQ(batch.size(), 1u);
  queue.LetNextBegin();
  Push(queue, 1);
  const auto next = queue.Pop(kBatchMax);
  EXPECT_EQ(next.size(), 1u);
  queue.LetNextBegin();
  queue.Retire(batch);
  queue.Retire(next);
  EXPECT_EQ(answered_, 2u);
}

TEST_F(SubmissionSharingTest, WhatArrivesWhileABatchBeginsSharesTheNext) {
  SubmissionQueue queue({.waiting_max = 1000, .share_time_max = hours(1)});
  Push(queue, 1);
  const auto first = queue.Pop(kBatchMax);
  auto popped = PopOnAnotherThread(queue);
  Push(queue, 5);
  EXPECT_EQ(queue.waiting(), 5);
  queue.LetNextBegin();
  const auto second = popped.get();
  EXPECT_EQ(second.size(), 5u);
  queue.LetNextBegin();
  queue.Retire(first);
  queue.Retire(second);
  EXPECT_EQ(answered_, 6u);
}

TEST_F(SubmissionSharingTest, EnoughForABatchOfTheirOwnDoNotWait) {
  SubmissionQueue queue({.waiting_max = 1000, .share_time_max = hours(1)});
  Push(queue, 1);
  const auto first = queue.Pop(kBatchMax);
  auto popped = PopOnAnotherThread(queue);
  Push(queue, SubmissionQueue::kOwnBatchMin);
  EXPECT_EQ(popped.get().size(), SubmissionQueue::kOwnBatchMin);
}

TEST_F(SubmissionSharingTest, ABatchThatDoesNotGetOnHoldsNobodyForLong) {
  SubmissionQueue queue({.waiting_max = 1000, .share_time_max = milliseconds(1)});
  Push(queue, 1);
  const auto first = queue.Pop(kBatchMax);
  auto popped = PopOnAnotherThread(queue);
  Push(queue, 1);
  EXPECT_EQ(popped.get().size(), 1u);
}

TEST_F(SubmissionSharingTest, StopEndsTheWaitForABatch) {
  SubmissionQueue queue({.waiting_max = 1000, .share_time_max = hours(1)});
  Push(queue, 1);
  const auto first = queue.Pop(kBatchMax);
  auto popped = PopOnAnotherThread(queue);
  Push(queue, 1);
  queue.Stop();
  EXPECT_TRUE(popped.get().empty());
  EXPECT_EQ(answered_, 2u);
}

}  // namespace
}  // namespace replyguard::storage
