// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/maintain/housekeeper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace replyguard::service {
namespace {

const storage::Timestamp kNow{std::chrono::hours(24 * 365 * 50)};

class StillClock final : public Clock {
 public:
  storage::Timestamp Now() const override { return kNow; }
};

// Has `rows` rows of each kind to do away with, and notes up to when it was asked.
class CountingMaintenance final : public storage::Maintenance {
 public:
  absl::StatusOr<storage::Timestamp> CheckReady(storage::Deadline) override { return kNow; }
  absl::Status CheckRoom(storage::Deadline) override { return absl::OkStatus(); }
  absl::StatusOr<std::string> ServerVersion(storage::Deadline) override { return "15"; }
  absl::StatusOr<std::int64_t> ExpireRequestIds(storage::Timestamp before, std::int32_t limit,
                                                storage::Deadline) override {
    return Take("request_ids", before, limit);
  }
  absl::StatusOr<std::int64_t> PruneEvents(storage::Timestamp before, std::int32_t limit,
                                           storage::Deadline) override {
    return Take("events", before, limit);
  }
  absl::StatusOr<std::int64_t> BlankErasedSamples(storage::Timestamp before, std::int32_t limit,
                                                  storage::Deadline) override {
    return Take("samples", before, limit);
  }
  absl::StatusOr<std::int64_t> PruneShadowVerdicts(storage::Timestamp before, std::int32_t limit,
                                                   storage::Deadline) override {
    return Take("shadow", before, limit);
  }

  std::map<std::string, std::int64_t> rows{
      {"request_ids", 25}, {"events", 5}, {"samples", 20}, {"shadow", 15}};
  std::map<std::string, storage::Timestamp> asked;
  std::string broken;

 private:
  absl::StatusOr<std::int64_t> Take(const std::string& kind, storage::Timestamp before,
                                    std::int32_t limit) {
    if (kind == broken) return absl::UnavailableError("away");
    asked[kind] = before;
    const std::int64_t taken = std::min<std::int64_t>(rows[kind], limit);
    rows[kind] -= taken;
    return taken;
  }
};

TEST(HousekeeperTest, ARoundDoesAllThereIsWithinItsTerms) {
  CountingMaintenance maintenance;
  StillClock clock;
  HousekeeperOptions options;
  options.rows_max = 10;
  Housekeeper housekeeper(maintenance, clock, options);
  ASSERT_TRUE(housekeeper.RunOnce().ok());
  for (const auto& [kind, left] : maintenance.rows) EXPECT_EQ(left, 0) << kind;
  EXPECT_EQ(kNow - maintenance.asked["request_ids"], std::chrono::hours(24 * 30));
  EXPECT_EQ(kNow - maintenance.asked["events"], std::chrono::hours(24 * 90));
  EXPECT_EQ(kNow - maintenance.asked["samples"], std::chrono::minutes(1));
  EXPECT_EQ(kNow - maintenance.asked["shadow"], std::chrono::hours(24 * 30));
}

TEST(HousekeeperTest, WhatFailsKeepsNothingBehindItFromBeingDone) {
  for (const std::string broken : {"samples", "request_ids", "events", "shadow"}) {
    CountingMaintenance maintenance;
    StillClock clock;
    maintenance.broken = broken;
    Housekeeper housekeeper(maintenance, clock);
    for (int round = 1; round <= 2; ++round) {
      const absl::Status told = housekeeper.RunOnce();
      EXPECT_EQ(told.code(), absl::StatusCode::kUnavailable) << broken;
      EXPECT_NE(told.message().find(broken), std::string::npos) << told;
      EXPECT_EQ(housekeeper.failed_count(), round);
    }
    for (const auto& [kind, left] : maintenance.rows) {
      EXPECT_EQ(left == 0, kind != broken) << kind << " while " << broken << " fails";
    }
    maintenance.broken.clear();
    EXPECT_TRUE(housekeeper.RunOnce().ok());
    EXPECT_EQ(maintenance.rows[broken], 0);
    EXPECT_EQ(housekeeper.failed_count(), 2);
  }
}

TEST(HousekeeperTest, StopsAtOnceWhileItWaits) {
  CountingMaintenance maintenance;
  StillClock clock;
  Housekeeper housekeeper(maintenance, clock);
  housekeeper.Start();
  housekeeper.Stop();  // hangs for a minute, and so fails by its timeout, if the wait is not ended
  EXPECT_EQ(maintenance.rows["events"], 5);
}

}  // namespace
}  // namespace replyguard::service
