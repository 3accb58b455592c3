// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The large tables laid out as hash partitions by site: nothing changes but where rows lie, and
// what is done on a site's behalf reads its partition alone.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "storage/migrator.h"
#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::DecisionAction;

class PartitionsTest : public DecidingTest {
 protected:
  std::int64_t Partition(std::int32_t count) {
    const auto moved = storage::OpenMigrator(test_.owner_url())->Partition(count, Soon());
    EXPECT_TRUE(moved.ok()) << moved.status();
    return moved.value_or(-1);
  }

  // Rows, and everything about the tables but how they are stored.
  std::string Contents() {
    return test_.Sql(
        "SELECT md5(string_agg(r, '|' ORDER BY r)) FROM ("
        "SELECT c::text FROM replyguard.comments c UNION ALL SELECT d::text FROM "
        "replyguard.decisions d UNION ALL SELECT l::text FROM replyguard.labels l UNION ALL "
        "SELECT e::text FROM replyguard.events e UNION ALL SELECT f::text FROM "
        "replyguard.spam_folder f UNION ALL SELECT t::text FROM replyguard.comment_terms t) AS "
        "x(r)");
  }
  std::string Shape() {
    return test_.Sql(
        "SELECT string_agg(x, E'\\n' ORDER BY x) FROM ("
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'replyguard' AND tablename = "
        "ANY(replyguard.partitioned_tables()) UNION ALL "
        "SELECT relname || a.grantee::regrole || a.privilege_type FROM pg_class, "
        "aclexplode(relacl) "
        "a WHERE relname = ANY(replyguard.partitioned_tables()) AND a.grantee <> relowner UNION "
        "ALL "
        "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0 UNION ALL "
        "SELECT c.relname || n.conname FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid "
        "WHERE c.relname = ANY(replyguard.partitioned_tables())) AS s(x)");
  }
  std::string CountPartitions() {
    return test_.Sql(
        "SELECT string_agg(DISTINCT n::text, ',') FROM (SELECT count(i.inhrelid) AS n FROM "
        "unnest(replyguard.partitioned_tables()) AS t LEFT JOIN pg_inherits i ON i.inhparent = "
        "('replyguard.' || t)::regclass GROUP BY t) AS c");
  }

  // What a website, its readers and its moderators ask for.
  void DoEverythingOnSiteOne() {
    CommentSpec spec;
    spec.request_id = "r1";
    const auto draft = MakeDraft(spec);
    ASSERT_TRUE(Submit(*database_, draft, Always(Held())).ok());
    ASSERT_TRUE(Submit(*database_, draft, Always(Held())).ok()) << "again, the same request";
    ASSERT_TRUE(database_->history().Consult(draft.history, Soon()).ok());
    ASSERT_TRUE(database_->queue().List({.site_id = 1}, Soon()).ok());
    storage::LeaseRequest lease;
    lease.site_id = 1;
    lease.holder = "Ann";
    lease.token = "token-of-ann-0001";
    ASSERT_TRUE(database_->queue().LeaseNext(lease, Soon()).ok());
    const auto spam = Store(Spam());
    const auto decided = Decide(Store(Held()), DecisionAction::kSpam);
    ASSERT_TRUE(decided.status.ok()) << decided.status;
    ASSERT_TRUE(database_->comments().Get(1, spam, Soon()).ok());
    ASSERT_TRUE(database_->comments().ListNewest(1, std::nullopt, 10, Soon()).ok());
    ASSERT_TRUE(database_->search().Search({.site_id = 1}, Soon()).ok());
    storage::SearchQuery folder{.site_id = 1};
    folder.statuses = {storage::CommentStatus::kSpam};
    ASSERT_TRUE(database_->search().Search(folder, Soon()).ok());
    ASSERT_TRUE(database_->decisions().List({.site_id = 1}, Soon()).ok());
    ASSERT_TRUE(database_->events().Read(1, 0, 100, Soon()).ok());
    ASSERT_TRUE(database_->exports().Comments(1, std::nullopt, 10, Soon()).ok());
    const std::string hash(draft.history.author_hashes.front().bytes());
    ASSERT_TRUE(database_->exports().CountAuthor(1, {{hash, hash}}, Soon()).ok());
    ASSERT_TRUE(
        database_->exports().CommentsOfAuthor(1, {{hash, hash}}, std::nullopt, 10, Soon()).ok());
    ASSERT_TRUE(database_->comments().Erase({1, spam, "Ann", "k1", At(500)}, Soon()).ok());
  }
};

TEST_F(PartitionsTest, RowsRightsAndNamesStayWhateverTheLayout) {
  Store(Approved());
  Decide(Store(Held()), DecisionAction::kSpam);
  Store(Spam());
  const std::string shape = Shape();
  EXPECT_EQ(CountPartitions(), "0");
  for (const std::int32_t count : {4, 7, 0}) {
    const std::string contents = Contents();
    EXPECT_GT(Partition(count), 0);
    EXPECT_EQ(CountPartitions(), std::to_string(count));
    EXPECT_EQ(Contents(), contents);
    EXPECT_EQ(Shape(), shape);
    EXPECT_EQ(Partition(count), 0) << "it is so already";
    // As the application's role.
    EXPECT_TRUE(Decide(Store(Held()), DecisionAction::kApprove).status.ok());
    Store(Spam());
  }
  EXPECT_EQ(storage::OpenMigrator(test_.owner_url())->Partition(257, Soon()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PartitionsTest, MigrationsGoDownAndUpFromPartitions) {
  Store(Held());
  Partition(5);
  const auto migrator = storage::OpenMigrator(test_.owner_url());
  // Version 24 brought them.
  ASSERT_TRUE(migrator->Down(23, Soon()).ok());
  EXPECT_EQ(test_.Sql("SELECT relkind FROM pg_class WHERE relname = 'comments'"), "r");
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.comments"), "1");
  EXPECT_EQ(migrator->Partition(5, Soon()).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(migrator->Up(std::nullopt, Soon()).ok());
  Partition(5);
  ASSERT_TRUE(migrator->Down(0, Soon()).ok());
  ASSERT_TRUE(migrator->Up(std::nullopt, Soon()).ok());
}

TEST_F(PartitionsTest, WhatIsDoneOnASiteReadsItsPartitionAlone) {
  for (const char* slug : {"b", "c", "d", "e", "f"}) MakeSite(*database_, slug);
  for (std::int64_t site = 1; site <= 6; ++site) {
    CommentSpec spec;
    spec.site_id = site;
    ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(Spam())).ok());
  }
  Partition(8);
  const std::string mine =
      "SELECT substring(tableoid::regclass::text FROM '_[0-9]+_of_8$') FROM replyguard.comments "
      "WHERE site_id = ";
  std::string other;
  for (int site = 2; site <= 6 && other.empty(); ++site) {
    const std::string theirs = test_.Sql(mine + std::to_string(site) + " LIMIT 1");
    if (theirs != test_.Sql(mine + "1 LIMIT 1")) other = theirs;
  }
  ASSERT_FALSE(other.empty()) << "all sites in one partition: this would show nothing";
  CloseAll();
  // Tables of a few rows would be read whole, those that partitions are for are not.
  for (const char* setting :
       {"enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_material"}) {
    test_.Sql(std::string("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ") + setting +
              " = off', current_database()); END $$");
  }
  test_.Sql("SELECT pg_stat_reset()");
  database_ = test_.Open();
  DoEverythingOnSiteOne();
  CloseAll();
  EXPECT_EQ(test_.Sql("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_stat_user_tables "
                      "WHERE relname ~ '_of_8$' AND relname !~ ((" +
                      mine +
                      "1 LIMIT 1) || '$') AND coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + "
                      "n_tup_ins + n_tup_upd + n_tup_del > 0"),
            "")
      << "partitions of other sites";
  EXPECT_EQ(test_.Sql("SELECT count(DISTINCT substring(relname FROM '^[a-z_]+')) FROM "
                      "pg_stat_user_tables WHERE relname ~ '_of_8$' AND coalesce(seq_scan, 0) + "
                      "coalesce(idx_scan, 0) + n_tup_ins > 0"),
            test_.Sql("SELECT cardinality(replyguard.partitioned_tables())"))
      << "each of the tables was asked";
}

}  // namespace
}  // namespace replyguard::tests
