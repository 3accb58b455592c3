// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Database::EndBy: what a hung PostgreSQL keeps is let go, and the end can be moved.
#include <gtest/gtest.h>

#include <thread>

#include "storage/event_log.h"
#include "storage/site_store.h"
#include "support/locked_table.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using std::chrono::steady_clock;

TEST(EndByTest, EndsWhatRunsAndWhatComesUntilTheEndIsMoved) {
  const TestDatabase test;
  const auto database = test.Open();
  const LockedTable locked(test, "events");
  // Would be DEADLINE_EXCEEDED were it not for the end.
  absl::Status ended;
  std::thread reader([&] {
    ended = database->events()
                .Read(storage::SiteId{1}, 0, 1, steady_clock::now() + std::chrono::seconds(60))
                .status();
  });
  locked.WaitForWaiting(1);
  database->EndBy(steady_clock::now());
  reader.join();
  EXPECT_EQ(ended.code(), absl::StatusCode::kUnavailable) << ended;
  EXPECT_EQ(database->sites().ConfigRevision(Soon()).status().code(),
            absl::StatusCode::kUnavailable);
  database->EndBy(Soon());
  EXPECT_TRUE(database->sites().ConfigRevision(Soon()).ok());
  database->EndBy(steady_clock::now());
  // On a connection that rests.
  EXPECT_EQ(database->sites().ConfigRevision(Soon()).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace replyguard::tests
