// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL has fewer connections to give than are wanted: what it gave does the work of all.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/comments.h"
#include "support/eventually.h"
#include "support/locked_table.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

// From now on PostgreSQL has as many connections to give to this database as it has given.
void GiveNoMore(const TestDatabase& test) {
  test.Sql(
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT %s', current_database(), "
      "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = "
      "'replyguard_app')); END $$");
}

TEST(ConnectionsTest, OneWriterThatHasASessionDoesTheWorkOfAllThatGetNone) {
  const TestDatabase test;
  auto options = test.Options();
  options.writer_threads = 4;
  const auto database = *storage::OpenPostgres(options);
  MakeSite(*database);
  ASSERT_TRUE(Submit(*database, MakeDraft({}), Always(Held())).ok());
  GiveNoMore(test);
  constexpr int kComments = 100;
  for (int i = 0; i < kComments; ++i) {
    const auto stored = Submit(*database, MakeDraft({}), Always(Held()));
    ASSERT_TRUE(stored.ok()) << i << " " << stored.status();
  }
  EXPECT_EQ(test.Sql("SELECT count(*) FROM replyguard.comments"), std::to_string(kComments + 1));
}

TEST(ConnectionsTest, AWriterHasASessionBeforeReadersTakeAllThereAre) {
  const TestDatabase test;
  auto options = test.Options();
  options.pool_connections_max = 1;
  const auto database = *storage::OpenPostgres(options);
  // Whoever listens, whoever looks, and a writer that nobody has asked for anything.
  constexpr int kSessions = 3;
  const auto end = Soon();
  int sessions = 0;
  while (sessions < kSessions && std::chrono::steady_clock::now() < end) {
    sessions = std::stoi(
        test.Sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                 "usename = 'replyguard_app'"));
  }
  EXPECT_EQ(sessions, kSessions);
}

// PostgreSQL was away, and comes back with so many connections to give.
class ComesBack {
 public:
  explicit ComesBack(const TestDatabase& test)
      : test_(test), name_(test.Sql("SELECT current_database()")) {
    Give(0);
    test_.Sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        "current_database() AND usename = 'replyguard_app'");
  }
  void Give(int connections) const {
    test_.Sql("ALTER DATABASE \"" + name_ + "\" CONNECTION LIMIT " + std::to_string(connections));
  }
  int given() const {
    return std::stoi(
        test_.Sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                  "usename = 'replyguard_app'"));
  }

 private:
  const TestDatabase& test_;
  const std::string name_;
};

// Does something over and over, on some threads, as long as it lives.
class Busy {
 public:
  Busy(int threads, const std::function<void()>& work) {
    for (int t = 0; t < threads; ++t) {
      threads_.emplace_back([this, work] {
        while (!stop_) work();
      });
    }
  }
  ~Busy() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

TEST(ConnectionsTest, WritersStoreByWhatReadersHaveWhereTheyTookAllThereAre) {
  const TestDatabase test;
  auto options = test.Options();
  options.pool_connections_max = 4;
  const auto database = *storage::OpenPostgres(options);
  MakeSite(*database);
  const ComesBack outage(test);
  constexpr int kGiven = 2;
  outage.Give(kGiven);
  std::atomic<int> answered = 0;
  const Busy readers(4, [&] { answered += database->sites().ConfigRevision(Soon()).ok(); });
  EXPECT_TRUE(Eventually([&] { return outage.given() == kGiven; }));
  constexpr int kComments = 20;
  for (int i = 0; i < kComments; ++i) {
    const auto stored = Submit(*database, MakeDraft({}), Always(Held()));
    EXPECT_TRUE(stored.ok()) << i << " " << stored.status();
  }
  const int before = answered;
  EXPECT_TRUE(Eventually([&] { return answered > before; })) << "what is lent comes back";
}

TEST(ConnectionsTest, ReadersHaveASessionWhereWritersWouldTakeAllThereAre) {
  const TestDatabase test;
  auto options = test.Options();
  options.writer_threads = 8;
  const auto database = *storage::OpenPostgres(options);
  MakeSite(*database);
  const ComesBack outage(test);
  const Busy clients(8, [&] { (void)Submit(*database, MakeDraft({}), Always(Held())); });
  outage.Give(3);
  const auto later = std::chrono::steady_clock::now();
  EXPECT_TRUE(Eventually([&] { return database->changes().LookedAt() > later; }));
}

TEST(ConnectionsTest, WhoWritesHasAnswersThoughNobodyLooks) {
  const TestDatabase test;
  const auto database = test.Open();
  MakeSite(*database);
  auto& changes = database->changes();
  // The watcher waits for the table; nobody reads.
  const LockedTable locked(test, "config_head");
  locked.WaitForWaiting(1);
  const auto looked = changes.LookedAt();
  const auto later = std::chrono::steady_clock::now();
  ASSERT_TRUE(Submit(*database, MakeDraft({}), Always(Held())).ok());
  EXPECT_GT(changes.AnsweredAt(), later);
  EXPECT_EQ(changes.LookedAt(), looked);
}

TEST(ConnectionsTest, WhoGetsNoNewSessionWaitsForOneThatIsThere) {
  const TestDatabase test;
  auto options = test.Options();
  options.pool_connections_max = 8;
  const auto database = *storage::OpenPostgres(options);
  ASSERT_TRUE(database->sites().ConfigRevision(Soon()).ok());
  GiveNoMore(test);
  constexpr int kThreads = 8;
  constexpr int kCalls = 200;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCalls; ++i) failed += !database->sites().ConfigRevision(Soon()).ok();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace replyguard::tests
