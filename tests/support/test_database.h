// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A PostgreSQL database for one test: cloned from a migrated template, dropped at the end. The
// cluster is the one that REPLYGUARD_TEST_DATABASE_URL (a superuser's connection string) names;
// tests/with-postgres makes one.
#pragma once

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "storage/database.h"

namespace replyguard::tests {

// kPatience from now: long enough on a busy machine, and no test hangs.
storage::Deadline Soon();

class TestDatabase {
 public:
  enum class Kind { kMigrated, kEmpty };
  // Throws when REPLYGUARD_TEST_DATABASE_URL is missing or wrong: a pg test without PostgreSQL
  // fails.
  explicit TestDatabase(Kind kind = Kind::kMigrated);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // As the least privileged role of the application.
  const std::string& app_url() const { return app_url_; }
  // As the superuser, for looking behind the scenes.
  const std::string& owner_url() const { return owner_url_; }

  storage::PostgresOptions Options() const;
  // Opens with Options().
  std::unique_ptr<storage::Database> Open() const;

  // Runs SQL as the superuser; answers the first field of the first row, or an empty string.
  std::string Sql(const std::string& sql) const;
  // Waits until no client is connected: what they read is counted then.
  void AwaitNoSession() const;
  // What the sink of Options() was given: "statement sqlstate message".
  std::vector<std::string> Log() const;

 private:
  struct Sink;
  std::string name_;
  std::string app_url_;
  std::string owner_url_;
  std::shared_ptr<Sink> sink_;
};

// The connection string with these keywords replaced.
std::string WithKeywords(const std::string& url,
                         const std::vector<std::pair<std::string, std::string>>& keywords);

}  // namespace replyguard::tests
