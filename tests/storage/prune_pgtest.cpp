// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Old events and request_ids go beside those who write.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

class PruneTest : public ::testing::Test {
 protected:
  PruneTest() { MakeSite(*database_); }

  // Its sessions have counted what they read then.
  void CloseAll() {
    database_.reset();
    test_.AwaitNoSession();
  }

  void SubmitHeld() { EXPECT_TRUE(Submit(*database_, MakeDraft({}), Always(Held())).ok()); }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
};

// Another server is about to take more of them.
TEST_F(PruneTest, WhoeverPrunesBesideAnotherNeverMovesTheFloorBack) {
  for (int i = 0; i < 4; ++i) SubmitHeld();
  test_.Sql("UPDATE replyguard.events SET created_at = '2020-01-01'");
  pqxx::connection other(test_.owner_url());
  pqxx::work work(other);
  work.exec("UPDATE replyguard.site_heads SET event_oldest = 4 WHERE site_id = 1");
  work.exec("DELETE FROM replyguard.events WHERE sequence < 4");
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(0), 2, Soon()), 0) << "nor waits for long";
  work.commit();
  EXPECT_EQ(database_->events().Head(1, Soon())->oldest, 4);
  EXPECT_EQ(*database_->maintenance().PruneEvents(At(0), 2, Soon()), 1);
  EXPECT_EQ(database_->events().Head(1, Soon())->oldest, 5);
  EXPECT_EQ(database_->events().Read(1, 2, 10, Soon()).status().code(),
            absl::StatusCode::kOutOfRange)
      << "the third is gone, and whoever wants it is told";
}

// Whoever waits for one head holds no others: what is written to those sites would wait, too.
TEST_F(PruneTest, ASiteThatIsBusyKeepsNoOtherFromBeingPruned) {
  constexpr int kSites = 250;  // more than are taken at once, and twice that
  const std::string last = std::to_string(kSites);
  test_.Sql(
      "INSERT INTO replyguard.site_heads (site_id, event_seq, event_oldest) SELECT s, 2, 1 "
      "FROM generate_series(2, " +
      last +
      ") s ON CONFLICT DO NOTHING; "
      "INSERT INTO replyguard.events (site_id, sequence, type, comment_id, thread_id, status, "
      "created_at) SELECT s, n, 1, gen_random_uuid(), gen_random_uuid(), 1, '2020-01-01' "
      "FROM generate_series(2, " +
      last + ") s, generate_series(1, 2) n");
  auto& maintenance = database_->maintenance();
  {
    pqxx::connection other(test_.owner_url());
    pqxx::work busy(other);
    busy.exec("SELECT 1 FROM replyguard.site_heads WHERE site_id = 7 FOR UPDATE");
    const auto gone = maintenance.PruneEvents(At(0), 10'000, Soon());
    ASSERT_TRUE(gone.ok()) << gone.status();
    EXPECT_EQ(*gone, 2 * (kSites - 2));
    EXPECT_EQ(test_.Sql("SELECT string_agg(DISTINCT site_id::text, ' ') FROM replyguard.events"),
              "7");
  }
  EXPECT_EQ(*maintenance.PruneEvents(At(0), 10'000, Soon()), 2);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.site_heads WHERE site_id > 1 AND "
                      "event_oldest <> 3"),
            "0");
}

// Where many write to a site somebody always has its head: whoever never waits never comes to it.
TEST_F(PruneTest, ABusySiteIsWaitedForALittle) {
  constexpr int kTries = 5;  // who holds it may be late to let go
  SubmitHeld();
  test_.Sql("UPDATE replyguard.events SET created_at = '2020-01-01'");
  std::int64_t gone = 0;
  for (int i = 0; i < kTries && gone == 0; ++i) {
    std::atomic<bool> held = false;
    std::thread busy([&] {
      pqxx::connection other(test_.owner_url());
      pqxx::work work(other);
      work.exec("SELECT 1 FROM replyguard.site_heads WHERE site_id = 1 FOR UPDATE");
      held = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    });
    while (!held) std::this_thread::yield();
    gone = *database_->maintenance().PruneEvents(At(0), 10, Soon());
    busy.join();
  }
  EXPECT_EQ(gone, 1);
}

// Every minute, while all events and decisions of the site wait: from where it stopped, and no
// further than what is due.
TEST_F(PruneTest, RequestIdsAreForgottenWithoutReadingTheSite) {
  constexpr std::chrono::hours kLongAgo{24 * 365};
  for (const auto received : {At(1) - kLongAgo, At(1)}) {
    CommentSpec spec;
    spec.received = received;
    spec.request_id = "r" + std::to_string(received.time_since_epoch().count());
    ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(Held())).ok());
  }
  const auto copies = [&](const std::string& of, const std::string& first) {
    test_.Sql(
        "INSERT INTO replyguard.comments SELECT (jsonb_populate_record(c, jsonb_build_object("
        "'comment_id', '" +
        first + "-0000-7000-8000-' || lpad(n::text, 12, '0'), 'request_id', 'c' || n || '" + first +
        "'))).* FROM replyguard.comments c, generate_series(1, 9000) n WHERE c.comment_id = "
        "(SELECT " +
        of + "(comment_id::text)::uuid FROM replyguard.comments)");
  };
  copies("min", "00000000");
  copies("max", "ffffffff");
  test_.Sql(
      "UPDATE replyguard.site_heads SET request_ids_forgotten = "
      "'00000000-0000-7000-8000-999999999999'");
  test_.Sql("ANALYZE replyguard.comments");
  CloseAll();
  test_.Sql("SELECT pg_stat_reset()");
  database_ = test_.Open();
  EXPECT_EQ(*database_->maintenance().ExpireRequestIds(At(1), 10'000, Soon()), 1);
  CloseAll();
  const std::int64_t read = std::stoll(
      test_.Sql("SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_user_tables WHERE relname = "
                "'comments'"));
  EXPECT_LT(read, 1000);
}

TEST_F(PruneTest, ASiteThatIsBusyKeepsNoRequestIdOfAnotherSite) {
  constexpr std::chrono::hours kLongAgo{24 * 365};
  ASSERT_EQ(MakeSite(*database_, "other").site_id, 2);
  for (const storage::SiteId site : {1, 2}) {
    CommentSpec spec;
    spec.site_id = site;
    spec.received = At(1) - kLongAgo;
    spec.request_id = "r";
    ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(Held())).ok());
  }
  const auto kept = [&] {
    return test_.Sql(
        "SELECT string_agg(site_id::text, ' ') FROM replyguard.comments WHERE "
        "request_id IS NOT NULL");
  };
  auto& maintenance = database_->maintenance();
  {
    pqxx::connection other(test_.owner_url());
    pqxx::work busy(other);
    busy.exec("SELECT 1 FROM replyguard.site_heads WHERE site_id = 1 FOR UPDATE");
    const auto gone = maintenance.ExpireRequestIds(At(9) - kLongAgo, 100, Soon());
    ASSERT_TRUE(gone.ok()) << gone.status();
    EXPECT_EQ(*gone, 1);
    EXPECT_EQ(kept(), "1");
  }
  EXPECT_EQ(*maintenance.ExpireRequestIds(At(9) - kLongAgo, 100, Soon()), 1);
  EXPECT_EQ(kept(), "");
}

}  // namespace
}  // namespace replyguard::tests
