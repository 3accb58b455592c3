// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What roles, databases and servers may have set otherwise, and what a transaction makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "postgres/session.h"
#include "storage/api_key_store.h"
#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::storage {
namespace {

constexpr TxMode kModes[] = {TxMode::kNormal,  TxMode::kBatch,    TxMode::kBatchPlanning,
                             TxMode::kByIndex, TxMode::kSnapshot, TxMode::kByTerms};

class SessionTest : public ::testing::Test {
 protected:
  void Set(const std::string& setting) {
    test_.Sql("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET " + setting +
              "', current_database()); END $$");
  }

  // In a transaction of a session that begins now.
  std::string Shown(const std::string& setting, TxMode mode = TxMode::kNormal) {
    Session session(*MakeConnectionString(test_.app_url(), 5), false, watchdog_);
    Tx tx(session, tests::Soon(), mode);
    const std::string sql = "SHOW " + setting;
    return tx.Exec({"show", sql.c_str()})[0][0].c_str();
  }

  const tests::TestDatabase test_;
  Watchdog watchdog_;
};

// Others wait for the locks of a process that stands still.
TEST_F(SessionTest, ATransactionThatAsksNoMoreEndsBySomeTime) {
  for (const TxMode mode : kModes) {
    EXPECT_EQ(Shown("idle_in_transaction_session_timeout", mode), "15s");
  }
}

TEST_F(SessionTest, WhatIsCommittedIsOnDiskWhateverTheDatabaseHasByDefault) {
  for (const TxMode mode : kModes) {
    Set("synchronous_commit = off");
    EXPECT_EQ(Shown("synchronous_commit", mode), "on");
    // More, or on this machine only, is as its owner chose.
    for (const char* chosen : {"local", "remote_write", "remote_apply", "on"}) {
      Set(std::string("synchronous_commit = ") + chosen);
      EXPECT_EQ(Shown("synchronous_commit", mode), chosen);
    }
  }
}

TEST_F(SessionTest, ResultsAreReadAsTheyAreWritten) {
  Set("bytea_output = escape");
  Set("extra_float_digits = 0");
  Set("datestyle = german");
  Set("default_transaction_isolation = serializable");
  for (const TxMode mode : kModes) {
    EXPECT_EQ(Shown("bytea_output", mode), "hex");
    EXPECT_EQ(Shown("extra_float_digits", mode), "1");
    EXPECT_THAT(Shown("datestyle", mode), ::testing::StartsWith("ISO"));
    EXPECT_EQ(Shown("transaction_isolation", mode),
              mode == TxMode::kSnapshot ? "repeatable read" : "read committed");
  }
}

TEST_F(SessionTest, AKeyIsFoundInADatabaseThatWritesBytesOtherwise) {
  Set("bytea_output = escape");
  const auto database = test_.Open();
  ApiKeyRecord key;
  key.key_id = "0123456789abcdef";
  key.secret_hash = std::string(62, 'h') + "\\x";
  key.display_name = "a key";
  key.role = KeyRole::kOperator;
  key.created_at = tests::At(0);
  const auto made = database->api_keys().Create(key, tests::Soon());
  ASSERT_TRUE(made.ok()) << made;
  const auto found = database->api_keys().Get(key.key_id, tests::Soon());
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->secret_hash, key.secret_hash);
}

}  // namespace
}  // namespace replyguard::storage
