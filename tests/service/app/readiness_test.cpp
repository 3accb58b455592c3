// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/readiness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "support/eventually.h"

namespace replyguard::service {
namespace {

using std::chrono::milliseconds;
using tests::Eventually;

class ReadinessTest : public testing::Test {
 protected:
  ~ReadinessTest() override { hangs_ = false; }

  absl::Status Check() {
    while (hangs_) std::this_thread::sleep_for(milliseconds(1));
    ++checks_;
    return good_ ? absl::OkStatus() : absl::UnavailableError("it is away");
  }

  std::atomic<bool> hangs_ = false;
  std::atomic<bool> good_ = true;
  std::atomic<bool> works_ = false;
  std::atomic<int> checks_ = 0;
  std::atomic<int> changes_ = 0;
  Readiness readiness_{[this](storage::Deadline /*deadline*/) { return Check(); },
                       [this] { return works_.load(); },
                       [this](const absl::Status& /*status*/) { ++changes_; },
                       {milliseconds(1), milliseconds(20), milliseconds(10)}};
};

TEST_F(ReadinessTest, IsWhatTheLastCheckSaid) {
  readiness_.Start();
  ASSERT_TRUE(Eventually([&] { return readiness_.ready(); }));
  good_ = false;
  ASSERT_TRUE(Eventually([&] { return !readiness_.ready(); }));
  EXPECT_EQ(changes_, 2);
  readiness_.Stop();
}

TEST_F(ReadinessTest, EndsWhileACheckHangs) {
  readiness_.Start();
  ASSERT_TRUE(Eventually([&] { return readiness_.ready(); }));
  hangs_ = true;
  EXPECT_TRUE(Eventually([&] { return !readiness_.ready(); }));
  hangs_ = false;
  EXPECT_TRUE(Eventually([&] { return readiness_.ready(); }));
  readiness_.Stop();
}

TEST_F(ReadinessTest, StaysWhileTheServerDoesItsWorkNevertheless) {
  works_ = true;
  readiness_.Start();
  ASSERT_TRUE(Eventually([&] { return readiness_.ready(); }));
  hangs_ = true;
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_TRUE(readiness_.ready());
  works_ = false;
  EXPECT_TRUE(Eventually([&] { return !readiness_.ready(); }));
  hangs_ = false;
  readiness_.Stop();
}

}  // namespace
}  // namespace replyguard::service
