// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A transaction whose deadline passes while it begins: late itself, and nobody after it is harmed.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "storage/site_store.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

constexpr int kThreads = 8;
constexpr int kCallsARound = 200;

TEST(LateBeginTest, LeavesTheConnectionAsGoodAsItWas) {
  const TestDatabase test;
  const auto database = test.Open();
  const auto began_late = [&test] {
    const auto log = test.Log();
    return std::any_of(log.begin(), log.end(),
                       [](const std::string& line) { return line.starts_with("begin 57014"); });
  };
  std::atomic<int> spoilt = 0;
  // When a begin is late depends on the machine: until one was, and a round more.
  for (bool more = true, last = false; more; more = !last) {
    last = began_late();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kCallsARound; ++i) {
          const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
          const auto code = database->sites().ConfigRevision(soon).status().code();
          // Late, or there was no connection in time.
          spoilt += code != absl::StatusCode::kOk && code != absl::StatusCode::kDeadlineExceeded &&
                    code != absl::StatusCode::kResourceExhausted;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(spoilt, 0);
  for (int i = 0; i < kCallsARound; ++i) {
    EXPECT_TRUE(database->sites().ConfigRevision(Soon()).ok());
  }
}

}  // namespace
}  // namespace replyguard::tests
