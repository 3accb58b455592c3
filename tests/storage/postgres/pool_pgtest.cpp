// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which errors of PostgreSQL cost the connections that rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "postgres/pool.h"
#include "support/test_database.h"

namespace replyguard::storage {
namespace {

using ::testing::Contains;

constexpr Statement kBackend{"test_backend", "SELECT pg_backend_pid()"};
constexpr Statement kUnsupported{"test_unsupported", "SELECT 1 UNION SELECT 2 FOR UPDATE"};
constexpr Statement kRead{"test_read", "SELECT t.a FROM public.changing t"};

class PoolTest : public ::testing::Test {
 protected:
  absl::StatusOr<int> Run(const Statement& statement) {
    return RunTransaction(pool_, tests::Soon(), [&](Tx& tx) -> absl::StatusOr<int> {
      return tx.Exec(statement)[0][0].as<int>();
    });
  }

  tests::TestDatabase test_;
  Watchdog watchdog_;
  Pool pool_{{.connection_string = *MakeConnectionString(test_.app_url(), 2),
              .log_sink = test_.Options().log_sink},
             watchdog_};
};

TEST_F(PoolTest, WhatPostgresqlDoesNotSupportCostsNoConnection) {
  const auto before = Run(kBackend);
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_TRUE(absl::IsInternal(Run(kUnsupported).status()));
  EXPECT_EQ(*Run(kBackend), *before);
}

TEST_F(PoolTest, APlanThatAMigrationMadeStaleGoesWithItsConnection) {
  test_.Sql("CREATE TABLE public.changing AS SELECT 1 AS a");
  test_.Sql("GRANT SELECT ON public.changing TO PUBLIC");
  ASSERT_TRUE(Run(kRead).ok());
  test_.Sql("ALTER TABLE public.changing ALTER COLUMN a TYPE text");
  const absl::Status stale = Run(kRead).status();
  EXPECT_TRUE(absl::IsUnavailable(stale)) << stale;
  const auto anew = Run(kRead);
  EXPECT_TRUE(anew.ok()) << anew.status();
  EXPECT_THAT(test_.Log(), Contains("test_read 0A000 ERROR:  cached plan must not change result "
                                    "type"));
}

}  // namespace
}  // namespace replyguard::storage
