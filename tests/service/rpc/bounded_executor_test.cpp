// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/bounded_executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

namespace replyguard::service::rpc {
namespace {

// What jobs stand in front of until it is opened.
class Barrier {
 public:
  void Pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void WaitForArrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }
  void Open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

constexpr BoundedExecutor::Lane kFlood = 1;
constexpr BoundedExecutor::Lane kOther = 2;

TEST(BoundedExecutor, OneLaneNeverHasEveryThread) {
  Barrier barrier;
  Barrier never_waits;
  never_waits.Open();
  BoundedExecutor executor({.threads = 3, .waiting_max = 100});
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(executor.TryRun(kFlood, [&] { barrier.Pass(); }));
  }
  barrier.WaitForArrivals(2);
  // All that the flood may have are held: this ends only if a thread is left.
  ASSERT_TRUE(executor.TryRun(kOther, [&] { never_waits.Pass(); }));
  never_waits.WaitForArrivals(1);
  barrier.Open();
}

TEST(BoundedExecutor, LanesAreServedInTurn) {
  std::string order;
  Barrier barrier;
  {
    BoundedExecutor executor({.threads = 1, .waiting_max = 100});
    ASSERT_TRUE(executor.TryRun(BoundedExecutor::kOwnLane, [&] { barrier.Pass(); }));
    barrier.WaitForArrivals(1);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(executor.TryRun(kFlood, [&] { order += 'f'; }));
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(executor.TryRun(kOther, [&] { order += 'o'; }));
    barrier.Open();
  }
  EXPECT_EQ(order, "fofoff");
}

TEST(BoundedExecutor, AFloodLeavesRoomForOthersAndRefusalsTakeNone) {
  Barrier barrier;
  BoundedExecutor executor({.threads = 2, .waiting_max = 100});
  const auto wait = [&] { barrier.Pass(); };
  ASSERT_TRUE(executor.TryRun(kFlood, wait));
  barrier.WaitForArrivals(1);
  int taken = 0;
  while (executor.TryRun(kFlood, wait)) ++taken;
  EXPECT_EQ(taken, 50);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(executor.TryRun(kFlood, wait));
  taken = 0;
  while (executor.TryRun(kOther, wait)) ++taken;
  EXPECT_GE(taken, 25);
  EXPECT_TRUE(executor.TryRun(3, wait));
  barrier.Open();
}

TEST(BoundedExecutor, PlacesThatAreKeptAreSharedLikeTheOthers) {
  constexpr std::size_t kKept = 8;
  Barrier barrier;
  BoundedExecutor executor({.threads = 1, .waiting_max = 10});
  const auto wait = [&] { barrier.Pass(); };
  ASSERT_TRUE(executor.TryRun(BoundedExecutor::kOwnLane, wait));
  barrier.WaitForArrivals(1);
  for (BoundedExecutor::Lane lane = 1; executor.TryRun(lane, wait); ++lane)
    continue;  // all is full
  constexpr BoundedExecutor::Lane kKnown = 100;
  std::size_t taken = 0;
  while (executor.TryRun(kKnown, wait, kKept)) ++taken;
  EXPECT_EQ(taken, kKept / 2);
  EXPECT_TRUE(executor.TryRun(kKnown + 1, wait, kKept));
  EXPECT_FALSE(executor.TryRun(kKnown + 2, wait));
  barrier.Open();
}

TEST(BoundedExecutor, WhatWouldWaitTooLongIsRefusedThoughThereIsRoom) {
  Barrier barrier;
  // Whatever takes time takes longer than this.
  BoundedExecutor executor(
      {.threads = 1, .waiting_max = 100'000, .wait_max = std::chrono::milliseconds(1)});
  std::atomic<int> ran = 0;
  const auto slow = [&] {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
    while (std::chrono::steady_clock::now() < until) continue;
    ++ran;
  };
  ASSERT_TRUE(executor.TryRun(kFlood, slow));
  ASSERT_TRUE(executor.TryRun(kOther, [&] { barrier.Pass(); }));
  barrier.WaitForArrivals(1);  // the slow one has been measured
  std::size_t taken = 0;
  while (taken < 10'000 && executor.TryRun(kFlood, slow)) ++taken;
  EXPECT_EQ(taken, kLaneWaitingMin);
  EXPECT_TRUE(executor.TryRun(3, slow));
  barrier.Open();
}

TEST(BoundedExecutor, RunsWhatWaitsBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    BoundedExecutor executor({.threads = 4, .waiting_max = 1000});
    for (std::uint64_t i = 0; i < 200; ++i) {
      ASSERT_TRUE(executor.TryRun(i % 3, [&] { ++ran; })) << i;
    }
  }
  EXPECT_EQ(ran, 200);
}

}  // namespace
}  // namespace replyguard::service::rpc
