// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/migrator.h"
#include "storage/mutex.h"
#include "support/comments.h"
#include "support/patience.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

std::set<std::string> Column(const std::string& url, const std::string& sql) {
  pqxx::connection connection(url);
  pqxx::work work(connection);
  std::set<std::string> out;
  for (const auto& row : work.exec(sql)) out.insert(row[0].c_str());
  return out;
}

// Every table belongs to one class; a new one must be put here by whoever adds it.
const std::set<std::string> kGlobalTables{
    "account_audit",      "account_links",  "memberships",         "people",
    "recovery_codes",     "sessions",       "activation_refusals", "activations",
    "api_keys",           "checkpoints",    "config_head",         "generations",
    "hmac_keys",          "label_head",     "schema_migrations",   "sites",
    "operations",         "shadow_changes", "model_bases",         "model_uploads",
    "model_upload_pieces"};
const std::set<std::string> kSiteTables{"blind_samples",
                                        "comments",
                                        "decisions",
                                        "events",
                                        "label_erasures",
                                        "labels",
                                        "queue_items",
                                        "reports",
                                        "rules",
                                        "site_heads",
                                        "threads",
                                        "shadow_counts",
                                        "shadow_verdicts",
                                        "akismet_usage",
                                        "akismet_callbacks",
                                        "callback_cursors",
                                        "sealed_keys",
                                        "comment_terms",
                                        "spam_folder",
                                        "comment_notes",
                                        "comments_to_index",
                                        "bulks",
                                        "reason_codes",
                                        "audit_events",
                                        "webhooks",
                                        "webhook_attempts",
                                        "webhook_redeliveries",
                                        "retention_ages"};
const std::set<std::string> kAppendOnly{"account_audit", "activation_refusals", "activations",
                                        "audit_events",  "blind_samples",       "decisions",
                                        "generations",   "hmac_keys",           "label_erasures",
                                        "labels",        "shadow_changes",      "model_bases"};

TEST(SchemaTest, EveryTableHasAClassAndSiteKeysBeginWithTheSite) {
  const TestDatabase test;
  std::set<std::string> all = kGlobalTables;
  all.insert(kSiteTables.begin(), kSiteTables.end());
  EXPECT_EQ(
      Column(test.owner_url(), "SELECT tablename FROM pg_tables WHERE schemaname = 'replyguard'"),
      all);
  const auto keyed =
      Column(test.owner_url(),
             "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
             "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'replyguard' "
             "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
             "WHERE i.indisunique AND a.attname <> 'site_id'");
  for (const std::string& table : kSiteTables) EXPECT_FALSE(keyed.contains(table)) << table;
  EXPECT_EQ(
      Column(
          test.owner_url(),
          "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
          "n.nspname = 'replyguard' AND c.relkind = 'r' AND NOT EXISTS (SELECT 1 FROM pg_index i "
          "WHERE i.indrelid = c.oid AND i.indisprimary)"),
      std::set<std::string>{});
}

// PostgreSQL refuses a partitioned table whose unique indexes lack the site, and Citus would too.
TEST(SchemaTest, SiteTablesCanBePartitionedBySiteAsTheyAre) {
  const TestDatabase test;
  for (const std::string& table : kSiteTables) {
    const std::string copy = "replyguard.partitioned_" + table;
    test.Sql("CREATE TABLE " + copy + " (LIKE replyguard." + table +
             " INCLUDING ALL) PARTITION BY HASH (site_id)");
    for (const char* remainder : {"0", "1"}) {
      test.Sql("CREATE TABLE " + copy + "_" + remainder + " PARTITION OF " + copy +
               " FOR VALUES WITH (MODULUS 2, REMAINDER " + remainder + ")");
    }
    test.Sql("INSERT INTO " + copy + " SELECT * FROM replyguard." + table);
  }
  EXPECT_THROW(test.Sql("CREATE TABLE replyguard.refused (LIKE replyguard.people INCLUDING ALL, "
                        "site_id bigint) PARTITION BY HASH (site_id)"),
               pqxx::sql_error);
}

TEST(SchemaTest, TheApplicationCannotChangeThePast) {
  const TestDatabase test;
  pqxx::connection app(test.app_url());
  for (const std::string& table : kAppendOnly) {
    for (const std::string& sql :
         {"DELETE FROM replyguard." + table, "TRUNCATE replyguard." + table,
          "UPDATE replyguard." + table + " SET " +
              (table == "hmac_keys" ? "fingerprint = ''"
               : table == "activations" || table == "generations" ||
                       table == "activation_refusals" || table == "shadow_changes"
                   ? "generation = 1"
               : table == "model_bases" ? "base = 1"
                                        : "site_id = 1")}) {
      pqxx::work work(app);
      EXPECT_THROW(work.exec(sql), pqxx::insufficient_privilege) << sql;
    }
  }
  for (const std::string sql :
       {"DELETE FROM replyguard.comments", "CREATE TABLE replyguard.x (a int)",
        "INSERT INTO replyguard.schema_migrations VALUES (99, '', '')",
        "DELETE FROM replyguard.label_head"}) {
    pqxx::work work(app);
    EXPECT_THROW(work.exec(sql), pqxx::insufficient_privilege) << sql;
  }
}

TEST(SchemaTest, MigrationsGoUpAndDownAndUpAgain) {
  const TestDatabase test(TestDatabase::Kind::kEmpty);
  const auto migrator = storage::OpenMigrator(test.owner_url());
  const std::string list =
      "SELECT string_agg(relname || relkind::text, ',' ORDER BY relname) FROM pg_class c JOIN "
      "pg_namespace n "
      "ON n.oid = c.relnamespace WHERE n.nspname = 'replyguard'";
  ASSERT_TRUE(migrator->Up(std::nullopt, Soon()).ok());
  const std::string full = test.Sql(list);
  const auto again = migrator->Up(std::nullopt, Soon());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->empty());
  for (std::int32_t version = storage::BuiltSchemaVersion() - 1; version >= 0; --version) {
    const auto down = migrator->Down(version, Soon());
    ASSERT_TRUE(down.ok()) << down.status();
    EXPECT_EQ(*down, std::vector<std::int32_t>{version + 1});
  }
  EXPECT_EQ(test.Sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'replyguard'"), "0");
  ASSERT_TRUE(migrator->Up(std::nullopt, Soon()).ok());
  EXPECT_EQ(test.Sql(list), full);
  test.Sql("UPDATE replyguard.schema_migrations SET checksum = 'other' WHERE version = 1");
  EXPECT_EQ(migrator->Up(std::nullopt, Soon()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// The role is there already, as the superuser of a managed PostgreSQL makes it beforehand: nobody
// has to be given CREATEROLE.
TEST(SchemaTest, AnOwnerWhoMayNotMakeRolesMigrates) {
  const TestDatabase test(TestDatabase::Kind::kEmpty);
  const std::string database = test.Sql("SELECT current_database()");
  const std::string owner = database + "_owner";
  test.Sql("CREATE ROLE \"" + owner + "\" LOGIN");
  test.Sql("GRANT CREATE ON DATABASE \"" + database + "\" TO \"" + owner + "\"");
  const auto migrator = storage::OpenMigrator(WithKeywords(test.owner_url(), {{"user", owner}}));
  const auto up = migrator->Up(std::nullopt, Soon());
  EXPECT_TRUE(up.ok()) << up.status();
  EXPECT_EQ(test.Sql("SELECT count(*) FROM replyguard.schema_migrations"),
            std::to_string(storage::BuiltSchemaVersion()));
  EXPECT_EQ(
      test.Sql("SELECT has_table_privilege('replyguard_app', 'replyguard.comments', 'INSERT')"),
      "t");
  EXPECT_TRUE(migrator->Down(0, Soon()).ok());
  test.Sql("DROP OWNED BY \"" + owner + "\"");
  test.Sql("DROP ROLE \"" + owner + "\"");
}

TEST(SchemaTest, TwoMigratorsAtOnceDoTheWorkOnce) {
  const TestDatabase test(TestDatabase::Kind::kEmpty);
  std::array<absl::StatusOr<std::vector<std::int32_t>>, 2> done;
  std::vector<std::thread> threads;
  for (auto& one : done) {
    threads.emplace_back(
        [&] { one = storage::OpenMigrator(test.owner_url())->Up(std::nullopt, Soon()); });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(done[0].ok()) << done[0].status();
  ASSERT_TRUE(done[1].ok()) << done[1].status();
  EXPECT_EQ(done[0]->size() + done[1]->size(),
            static_cast<std::size_t>(storage::BuiltSchemaVersion()));
}

TEST(SchemaTest, AMigratorThatWaitsForAReaderKeepsNobodyElseWaiting) {
  const TestDatabase test;
  const auto migrator = storage::OpenMigrator(test.owner_url());
  const std::int32_t last = storage::BuiltSchemaVersion();
  pqxx::connection reader(test.owner_url());
  auto backup = std::make_unique<pqxx::work>(reader);
  backup->exec("LOCK TABLE replyguard.comments IN ACCESS SHARE MODE");
  absl::StatusOr<std::vector<std::int32_t>> undone;
  std::thread migrates(
      [&] { undone = migrator->Down(0, std::chrono::steady_clock::now() + 30 * kPatience); });
  pqxx::connection other(test.owner_url());
  const auto wanted = [&] {
    pqxx::nontransaction look(other);
    return look.exec1(
                   "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = "
                   "'AccessExclusiveLock'")[0]
               .as<int>() > 0;
  };
  while (!wanted()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  {
    pqxx::work reads(other);
    reads.exec("SET LOCAL statement_timeout = '20s'");
    EXPECT_NO_THROW(reads.exec("SELECT count(*) FROM replyguard.comments"));
  }
  backup.reset();
  migrates.join();
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_EQ(undone->size(), static_cast<std::size_t>(last));
}

// One who gives way to whoever has waited for a second and more alone, as autovacuum does.
TEST(SchemaTest, MigratingDownWaitsLongerForWhatDoesNotEnd) {
  const TestDatabase test;
  pqxx::connection holder(test.owner_url());
  auto held = std::make_unique<pqxx::work>(holder);
  held->exec("LOCK TABLE replyguard.comments IN ACCESS SHARE MODE");
  std::atomic<bool> ends{false};
  absl::StatusOr<std::vector<std::int32_t>> undone;
  std::thread migrates([&] {
    undone = storage::OpenMigrator(test.owner_url())
                 ->Down(0, std::chrono::steady_clock::now() + 30 * kPatience);
    ends = true;
  });
  while (!ends && held != nullptr) {
    if (test.Sql("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = "
                 "'replyguard.comments'::regclass AND waitstart < clock_timestamp() - interval "
                 "'1 s'") == "t") {
      held.reset();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  held.reset();
  migrates.join();
  EXPECT_TRUE(undone.ok()) << undone.status();
}

// Nothing is wrong with what is asked for while a migration takes away what it needs.
TEST(SchemaTest, WhatTheSchemaLacksIsAnOutage) {
  const TestDatabase test;
  auto options = test.Options();
  options.pool_connections_max = 1;  // else it might be asked of one that has prepared nothing
  const auto database = *storage::OpenPostgres(options);
  MakeSite(*database);
  const auto draft = MakeDraft({});
  ASSERT_TRUE(Submit(*database, draft, Always(Held())).ok());
  const auto code = [&] {
    return database->comments().Get(1, draft.comment_id, Soon()).status().code();
  };
  for (const auto& [away, back] : std::vector<std::pair<std::string, std::string>>{
           {"TABLE replyguard.comments RENAME TO gone", "TABLE replyguard.gone RENAME TO comments"},
           {"TABLE replyguard.comments RENAME body TO gone",
            "TABLE replyguard.comments RENAME gone TO body"},
           {"SCHEMA replyguard RENAME TO gone", "SCHEMA gone RENAME TO replyguard"}}) {
    EXPECT_EQ(code(), absl::StatusCode::kOk) << back;
    test.Sql("ALTER " + away);
    EXPECT_EQ(code(), absl::StatusCode::kUnavailable) << away;
    EXPECT_EQ(Submit(*database, MakeDraft({}), Always(Held())).status().code(),
              absl::StatusCode::kUnavailable)
        << away;
    test.Sql("ALTER " + back);
  }
  test.Sql("ALTER TABLE replyguard.comments ALTER author_name TYPE varchar(500)");
  EXPECT_EQ(code(), absl::StatusCode::kUnavailable) << "it has prepared for another type";
  EXPECT_EQ(code(), absl::StatusCode::kOk) << "on another connection";
}

// Writers come to the tables in their own orders, each in many transactions a second.
TEST(SchemaTest, MigratingDownAmongWritersEndsAndFailsNobody) {
  const TestDatabase test;
  const auto database = test.Open();
  MakeSite(*database);
  std::atomic<bool> ends{false};
  std::vector<std::thread> writers;
  const auto fine = [](const absl::Status& status) {
    return status.ok() || absl::IsUnavailable(status);
  };
  for (int n = 0; n < 3; ++n) {
    writers.emplace_back([&, n] {
      while (!ends) {
        CommentSpec spec;
        spec.thread = "thread-" + std::to_string(n);
        const auto draft = MakeDraft(spec);
        const auto stored = Submit(*database, draft, Always(Held()));
        EXPECT_TRUE(fine(stored.status())) << stored.status();
        if (!stored.ok()) continue;
        const auto decided = database->decisions().Decide(
            1, {"Ann", "k1"}, {{.comment_id = draft.comment_id}}, At(1), Soon());
        EXPECT_TRUE(fine(decided.status())) << decided.status();
      }
    });
  }
  while (test.Sql("SELECT count(*) > 50 FROM replyguard.decisions") != "t") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto down = storage::OpenMigrator(test.owner_url())
                        ->Down(0, std::chrono::steady_clock::now() + 30 * kPatience);
  ends = true;
  for (std::thread& writer : writers) writer.join();
  ASSERT_TRUE(down.ok()) << down.status();
}

TEST(SchemaTest, ReadinessKnowsTheSchema) {
  const TestDatabase empty(TestDatabase::Kind::kEmpty);
  auto unready = empty.Open();
  const auto status = unready->maintenance().CheckReady(Soon()).status();
  EXPECT_FALSE(status.ok());
  const TestDatabase test;
  EXPECT_TRUE(test.Open()->maintenance().CheckReady(Soon()).ok());
  test.Sql(
      "INSERT INTO replyguard.schema_migrations (version, name, checksum) VALUES (9999, 'future', "
      "'')");
  EXPECT_EQ(test.Open()->maintenance().CheckReady(Soon()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(SchemaTest, CutConnectionsAreMadeAnew) {
  const TestDatabase test;
  auto database = test.Open();
  MakeSite(*database);
  ASSERT_TRUE(Submit(*database, MakeDraft({}), Always(Held())).ok());
  for (int i = 0; i < 3; ++i) {
    test.Sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()");
    EXPECT_TRUE(database->sites().Get("blog", Soon()).ok());
    const auto answer = Submit(*database, MakeDraft({}), Always(Held()));
    EXPECT_TRUE(answer.ok()) << answer.status();
  }
  EXPECT_EQ(test.Sql("SELECT count(*) FROM replyguard.comments"), "4");
}

TEST(SchemaTest, WithoutADatabaseCallsFailFastAndSayNothingSecret) {
  storage::PostgresOptions options;
  options.url = "host=/nonexistent/socket user=someone password=hunter2 dbname=x";
  std::vector<std::string> log;
  Mutex mutex;
  options.log_sink = [&](auto, auto, auto message) {
    const MutexLock lock(mutex);
    log.emplace_back(message);
  };
  auto database = *storage::OpenPostgres(options);
  const auto site = database->sites().Get("blog", Soon());
  EXPECT_EQ(site.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Submit(*database, MakeDraft({}), Always(Held())).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(site.status().message().find("hunter2"), std::string::npos);
  const MutexLock lock(mutex);
  EXPECT_FALSE(log.empty());
  for (const std::string& line : log) EXPECT_EQ(line.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace replyguard::tests
