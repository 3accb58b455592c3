// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <string>

#include "support/eventually.h"
#include "support/test_database.h"

namespace replyguard::tests {

// Keeps everybody from a table as long as it lives, as a PostgreSQL that hangs does.
class LockedTable {
 public:
  LockedTable(const TestDatabase& database, const std::string& name)
      : database_(database),
        relation_("'replyguard." + name + "'::regclass"),
        connection_(database.owner_url()),
        work_(connection_) {
    work_.exec("LOCK TABLE replyguard." + name + " IN ACCESS EXCLUSIVE MODE");
  }

  // Until so many wait for it.
  void WaitForWaiting(int count) const {
    const std::string sql = "SELECT count(*) >= " + std::to_string(count) +
                            " FROM pg_locks WHERE NOT granted AND relation = " + relation_;
    EXPECT_TRUE(Eventually([&] { return database_.Sql(sql) == "t"; })) << "nobody waits";
  }

 private:
  const TestDatabase& database_;
  const std::string relation_;
  pqxx::connection connection_;
  pqxx::work work_;
};

}  // namespace replyguard::tests
