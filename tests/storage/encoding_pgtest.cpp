// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A database that cannot hold every comment is neither migrated nor served.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/inspection.h"
#include "storage/migrator.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using ::testing::HasSubstr;

class EncodingTest : public ::testing::TestWithParam<const char*> {
 protected:
  // Whoever connects from now on finds a database of that encoding.
  static void Encode(const TestDatabase& test) {
    test.Sql(std::string("UPDATE pg_database SET encoding = pg_char_to_encoding('") + GetParam() +
             "') WHERE datname = current_database()");
  }
};

TEST_P(EncodingTest, IsNotMigrated) {
  const TestDatabase test(TestDatabase::Kind::kEmpty);
  Encode(test);
  const auto done = storage::OpenMigrator(test.owner_url())->Up(std::nullopt, Soon());
  EXPECT_EQ(done.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(done.status().message()), HasSubstr(GetParam()));
  EXPECT_EQ(test.Sql("SELECT to_regnamespace('replyguard') IS NULL"), "t");
}

TEST_P(EncodingTest, IsNotServed) {
  const TestDatabase test;
  Encode(test);
  const auto ready = test.Open()->maintenance().CheckReady(Soon()).status();
  EXPECT_EQ(ready.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(ready.message()), HasSubstr(GetParam()));
  EXPECT_EQ(storage::Inspect(test.app_url(), Soon())->encoding, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Others, EncodingTest, ::testing::Values("LATIN1", "SQL_ASCII", "EUC_JP"));

}  // namespace
}  // namespace replyguard::tests
