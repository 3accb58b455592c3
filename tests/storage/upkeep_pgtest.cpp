// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Retention by class, and the end of an HMAC key, as the application's role.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "storage/migrator.h"
#include "storage/upkeep.h"
#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::DecisionAction;
using storage::RetentionClass;

class UpkeepTest : public DecidingTest {
 protected:
  // Each class for a day, unless it is said otherwise.
  UpkeepTest() {
    test_.Sql(
        "INSERT INTO replyguard.retention_ages SELECT 0, n, 1 FROM generate_series(1, 10) AS n");
  }

  std::int64_t Count(RetentionClass data, storage::SiteId site = 1,
                     const storage::CommentsGone& gone = {}) {
    const auto count = upkeep_->CountExpired(site, data, before_, gone, Soon());
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(-1);
  }
  // All of it, in steps of this many; answers how many went.
  std::int64_t Expire(RetentionClass data, std::int32_t limit = 2, storage::SiteId site = 1) {
    std::int64_t gone = 0;
    std::optional<storage::Uuid> after;
    do {
      const auto step = upkeep_->Expire(site, data, before_, after, limit, Soon());
      EXPECT_TRUE(step.ok()) << step.status();
      if (!step.ok()) return -1;
      gone += step->gone_count;
      after = step->next;
    } while (after);
    return gone;
  }
  std::string Rows(const std::string& table, const std::string& where = "true") {
    return test_.Sql("SELECT count(*) FROM replyguard." + table + " WHERE " + where);
  }

  // Tests' comments are all of years ago.
  const storage::Timestamp before_ = At(86'400);
  const std::unique_ptr<storage::Upkeep> upkeep_ = *storage::OpenUpkeep(test_.app_url());
};

TEST_F(UpkeepTest, CommentsGoByTheirStatusWithAllThatHangsOnThem) {
  for (int n = 0; n < 5; ++n) Store(Spam());
  for (int n = 0; n < 3; ++n) Store(Approved());
  const auto waiting = Store(Held());
  const auto judged = Store(Held());
  Decide(judged, DecisionAction::kSpam);
  test_.Sql("UPDATE replyguard.decisions SET note = 'quotes the comment'");
  EXPECT_EQ(Count(RetentionClass::kSpam), 6);
  EXPECT_EQ(Count(RetentionClass::kSpam, 2), 0) << "another site's";
  EXPECT_EQ(Expire(RetentionClass::kSpam), 6);
  EXPECT_EQ(Count(RetentionClass::kSpam), 0);
  EXPECT_EQ(Rows("comments"), "4");
  EXPECT_EQ(Rows("spam_folder"), "0");
  EXPECT_EQ(Rows("comments_to_index"), "4");
  EXPECT_EQ(Rows("decisions", "note <> ''"), "0");
  EXPECT_EQ(Rows("decisions"), "1") << "the audit trail stays";
  EXPECT_EQ(Rows("labels", "sample IS NOT NULL"), "1") << "and so does what it taught";
  EXPECT_EQ(Count(RetentionClass::kApproved), 3);
  EXPECT_EQ(Expire(RetentionClass::kApproved), 3);
  EXPECT_EQ(Count(RetentionClass::kTrashed), 0);
  Decide(waiting, DecisionAction::kTrash);
  EXPECT_EQ(Expire(RetentionClass::kTrashed), 1);
  EXPECT_EQ(Rows("comments"), "0");
}

TEST_F(UpkeepTest, WhatWaitsIsNeverTooOld) {
  const auto id = Store(Held());
  for (const auto data : storage::kRetentionClasses) Expire(data);
  EXPECT_EQ(QueueSize(), 1U);
  EXPECT_TRUE(database_->comments().Get(1, id, Soon()).ok());
}

TEST_F(UpkeepTest, WhatWasPublishedAndReportedIsNeverTooOldEither) {
  const auto id = Store(Approved());
  Store(Approved());
  storage::CommentReport report;
  report.site_id = 1;
  report.comment_id = id;
  report.reporter_hash = "reader";
  report.hourly_limit = 10;
  report.now = At(60);
  ASSERT_TRUE(database_->comments().Report(report, Soon())->queued);
  EXPECT_EQ(Count(RetentionClass::kApproved), 1);
  EXPECT_EQ(Count(RetentionClass::kNetworks, 1, {before_, {}, {}}), 1) << "that of what stays";
  EXPECT_EQ(Expire(RetentionClass::kApproved), 1);
  EXPECT_EQ(QueueSize(), 1U);
  EXPECT_TRUE(database_->comments().Get(1, id, Soon()).ok());
  Decide(id, DecisionAction::kSpam);
  test_.Sql(
      "INSERT INTO replyguard.queue_items (site_id, comment_id, thread_id, cause, entered_at, "
      "probability, uncertainty) SELECT 1, c.comment_id, c.thread_id, 4, now(), 0, 0 FROM "
      "replyguard.comments c");
  EXPECT_EQ(Count(RetentionClass::kSpam), 0);
  EXPECT_EQ(Expire(RetentionClass::kSpam), 0);
  test_.Sql("DELETE FROM replyguard.queue_items");
  EXPECT_EQ(Count(RetentionClass::kSpam), 1);
  EXPECT_EQ(Expire(RetentionClass::kSpam), 1);
}

TEST_F(UpkeepTest, WithoutAnAgeNothingGoesWhateverIsAsked) {
  Store(Spam());
  test_.Sql("UPDATE replyguard.retention_ages SET kept_days = 0");
  EXPECT_EQ(Expire(RetentionClass::kSpam), 0);
  test_.Sql("DELETE FROM replyguard.retention_ages");
  EXPECT_EQ(Expire(RetentionClass::kSpam), 0);
  test_.Sql("INSERT INTO replyguard.retention_ages VALUES (1, 2, 36500)");
  EXPECT_EQ(Expire(RetentionClass::kSpam), 0) << "as old as the site wants";
  EXPECT_EQ(*upkeep_->CountExpired(1, RetentionClass::kSpam, At(0) - std::chrono::hours(876'000),
                                   {}, Soon()),
            0)
      << "before there were ids";
  test_.Sql("UPDATE replyguard.retention_ages SET kept_days = 1");
  EXPECT_EQ(Expire(RetentionClass::kSpam), 1);
}

TEST_F(UpkeepTest, YoungDataStaysWhateverIsAsked) {
  CommentSpec spec;
  const auto now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  spec.received = now;
  ASSERT_TRUE(Submit(*database_, MakeDraft(spec), Always(Spam())).ok());
  const auto later = now + std::chrono::hours(24 * 365);
  const auto step = upkeep_->Expire(1, RetentionClass::kSpam, later, std::nullopt, 10, Soon());
  ASSERT_TRUE(step.ok()) << step.status();
  EXPECT_EQ(step->gone_count, 0);
  test_.Sql(
      "INSERT INTO replyguard.audit_events SELECT 1, gen_random_uuid(), 1, '', '', '', '', '', "
      "now() - interval '29 days'");
  EXPECT_EQ(upkeep_->Expire(1, RetentionClass::kAudit, later, std::nullopt, 10, Soon())->gone_count,
            0);
}

TEST_F(UpkeepTest, NetworksAndAuthorsAreTakenFromCommentsThatStay) {
  for (int n = 0; n < 5; ++n) Store(n % 2 == 0 ? Approved() : Held());
  test_.Sql("DELETE FROM replyguard.comments_to_index");
  EXPECT_EQ(Count(RetentionClass::kNetworks), 5);
  EXPECT_EQ(Expire(RetentionClass::kNetworks), 5);
  EXPECT_EQ(Count(RetentionClass::kNetworks), 0);
  EXPECT_EQ(Rows("comments", "ip_hash IS NULL AND ip_masked = '' AND author_hash IS NOT NULL"),
            "5");
  EXPECT_EQ(Rows("queue_items", "ip_id IS NULL AND author_id IS NOT NULL"), "2");
  EXPECT_EQ(Rows("comments_to_index"), "5") << "they are not found by network any more";
  EXPECT_EQ(Expire(RetentionClass::kAuthors), 5);
  EXPECT_EQ(Rows("comments",
                 "author_hash IS NULL AND author_email_masked = '' AND "
                 "author_email_domain = ''"),
            "5");
  EXPECT_EQ(Rows("queue_items", "author_id IS NULL"), "2");
  EXPECT_EQ(Expire(RetentionClass::kAuthors), 0);
}

TEST_F(UpkeepTest, WhatGoesWithItsCommentIsNotCountedAgain) {
  for (int n = 0; n < 2; ++n) Store(Approved());
  for (int n = 0; n < 3; ++n) Store(Spam());
  Store(Held());
  const auto trashed = Store(Held());
  Decide(trashed, DecisionAction::kTrash);
  const storage::CommentsGone gone{before_, before_, before_};
  const std::pair<storage::CommentsGone, std::int64_t> wanted[] = {
      {{}, 7}, {{before_, {}, {}}, 5}, {{{}, before_, {}}, 4}, {{{}, {}, before_}, 6}, {gone, 1}};
  for (const auto& [first, count] : wanted) {
    EXPECT_EQ(Count(RetentionClass::kNetworks, 1, first), count);
    EXPECT_EQ(Count(RetentionClass::kAuthors, 1, first), count);
  }
  EXPECT_EQ(Expire(RetentionClass::kApproved) + Expire(RetentionClass::kSpam) +
                Expire(RetentionClass::kTrashed),
            6);
  EXPECT_EQ(Expire(RetentionClass::kNetworks), 1);
  EXPECT_EQ(Expire(RetentionClass::kAuthors), 1);
}

TEST_F(UpkeepTest, TheAuditTrailOfAMonthIsNotCountedEither) {
  const auto id = Store(Held());
  Decide(id, DecisionAction::kApprove);
  test_.Sql("UPDATE replyguard.decisions SET decided_at = now() - interval '10 days'");
  const auto a_week_ago =
      storage::Timestamp(std::chrono::duration_cast<storage::Timestamp::duration>(
          std::chrono::system_clock::now().time_since_epoch() - std::chrono::hours(7 * 24)));
  EXPECT_EQ(*upkeep_->CountExpired(1, RetentionClass::kDecisions, a_week_ago, {}, Soon()), 0);
  EXPECT_EQ(upkeep_->Expire(1, RetentionClass::kDecisions, a_week_ago, std::nullopt, 10, Soon())
                ->gone_count,
            0);
}

TEST_F(UpkeepTest, WhatADecisionRemembersOfTheQueueIsUntiedToo) {
  const auto id = Store(Held());
  const auto decided = Decide(id, DecisionAction::kApprove);
  ASSERT_TRUE(decided.status.ok()) << decided.status;
  ASSERT_EQ(Rows("decisions", "queue_before ?& '{ip_id,author_id}'"), "1");
  EXPECT_EQ(Expire(RetentionClass::kNetworks), 1);
  EXPECT_EQ(Rows("decisions", "queue_before ? 'author_id' AND NOT queue_before ? 'ip_id'"), "1");
  EXPECT_EQ(Expire(RetentionClass::kAuthors), 1);
  EXPECT_EQ(Rows("decisions", "queue_before ?| '{ip_id,author_id}'"), "0");
  ASSERT_TRUE(Undo(decided.decision->decision_id).status.ok());
  EXPECT_EQ(Rows("queue_items", "ip_id IS NULL AND author_id IS NULL"), "1");
}

TEST_F(UpkeepTest, DecisionsEventsAuditAndOperationsGoByAge) {
  for (int n = 0; n < 3; ++n) Decide(Store(Held()), DecisionAction::kApprove);
  EXPECT_EQ(Count(RetentionClass::kDecisions), 3);
  EXPECT_EQ(Expire(RetentionClass::kDecisions), 3);
  EXPECT_EQ(Rows("decisions"), "0");
  const std::int64_t events = Count(RetentionClass::kEvents);
  EXPECT_EQ(events, 6);
  EXPECT_EQ(Expire(RetentionClass::kEvents), events);
  EXPECT_EQ(database_->events().Read(1, 1, 10, Soon()).status().code(),
            absl::StatusCode::kOutOfRange)
      << "a cursor among them is told";
  test_.Sql(
      "INSERT INTO replyguard.audit_events SELECT s, gen_random_uuid(), 1, '', '', '', '', '', "
      "'2001-01-01' FROM generate_series(0, 1) AS s");
  test_.Sql(
      "INSERT INTO replyguard.account_audit (handle, actor, action, at) VALUES ('ann', 'bob', "
      "1, '2001-01-01')");
  EXPECT_EQ(Count(RetentionClass::kAudit), 1);
  EXPECT_EQ(Count(RetentionClass::kAudit, 0), 2);
  EXPECT_EQ(Expire(RetentionClass::kAudit), 1);
  EXPECT_EQ(Expire(RetentionClass::kAudit, 2, 0), 2);
  test_.Sql(
      "INSERT INTO replyguard.operations SELECT n, 1, n::text, '', '', '2001-01-01', NULL, "
      "'2001-01-01', 3, 1, '', 0, 0, false, 0, '', NULL, 0, '', '', '' FROM "
      "generate_series(1, 3) AS n");
  EXPECT_EQ(Count(RetentionClass::kOperations, 0), 2);
  EXPECT_EQ(Expire(RetentionClass::kOperations), 0) << "they are no site's";
  EXPECT_EQ(Expire(RetentionClass::kOperations, 1, 0), 2);
  EXPECT_EQ(Rows("operations", "operation = 3"), "1") << "the next number is above it";
}

TEST_F(UpkeepTest, AgesAreSetByTheOwnerAlone) {
  test_.Sql("DELETE FROM replyguard.retention_ages");
  EXPECT_FALSE(upkeep_->SetAge("", RetentionClass::kSpam, 30, Soon()).ok());
  const auto owner = *storage::OpenUpkeep(test_.owner_url());
  ASSERT_TRUE(owner->SetAge("", RetentionClass::kSpam, 30, Soon()).ok());
  ASSERT_TRUE(owner->SetAge("blog", RetentionClass::kSpam, 7, Soon()).ok());
  ASSERT_TRUE(owner->SetAge("blog", RetentionClass::kSpam, 0, Soon()).ok());
  EXPECT_EQ(owner->SetAge("nowhere", RetentionClass::kSpam, 7, Soon()).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(owner->SetAge("blog", RetentionClass::kOperations, 7, Soon()).code(),
            absl::StatusCode::kInvalidArgument);
  const auto ages = *upkeep_->Ages(Soon());
  ASSERT_EQ(ages.size(), 2U);
  EXPECT_EQ(ages[0].kept_days, 30);
  EXPECT_EQ(ages[1].site_id, 1);
  EXPECT_EQ(ages[1].kept_days, 0);
  ASSERT_TRUE(owner->SetAge("blog", RetentionClass::kSpam, std::nullopt, Soon()).ok());
  EXPECT_EQ(upkeep_->Ages(Soon())->size(), 1U);
  EXPECT_EQ(
      test_.Sql("SELECT string_agg(subject || ' ' || summary, ', ' ORDER BY summary, subject) "
                "FROM replyguard.audit_events WHERE act = 'RETENTION_SET'"),
      " spam: 30 days, sites/blog spam: 7 days, sites/blog spam: forever, sites/blog spam: "
      "that of all sites");
  EXPECT_EQ(*upkeep_->Owners(Soon()), (std::vector<storage::SiteId>{0, 1}));
}

TEST_F(UpkeepTest, AnAgeThatASiteHadForOperationsIsNoneAnyMore) {
  const auto migrator = storage::OpenMigrator(test_.owner_url());
  ASSERT_TRUE(migrator->Down(36, Soon()).ok());
  test_.Sql("INSERT INTO replyguard.retention_ages VALUES (1, 10, 1), (1, 9, 1)");
  ASSERT_TRUE(migrator->Up(std::nullopt, Soon()).ok());
  EXPECT_EQ(Rows("retention_ages", "site_id = 1 AND class = 10"), "0");
  EXPECT_EQ(Rows("retention_ages", "site_id = 1 AND class = 9"), "1");
  EXPECT_EQ(Rows("retention_ages", "site_id = 0"), "10");
}

TEST_F(UpkeepTest, AnHmacKeyIsRetiredOnceNothingDependsOnIt) {
  storage::HmacKeyStore& keys = database_->hmac_keys();
  CommentSpec spec;
  spec.request_id = "r1";
  const auto draft = MakeDraft(spec);
  ASSERT_TRUE(Submit(*database_, draft, Always(Held())).ok());
  Store(Approved());
  const std::int32_t key = draft.history.author_hashes.front().key_id;
  EXPECT_EQ(upkeep_->RetireHmacKey(key, Soon()).status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(keys.Register({key, "fingerprint", At(0)}, Soon()).ok());
  const auto use = upkeep_->CountHmacUse(key, Soon());
  ASSERT_TRUE(use.ok()) << use.status();
  EXPECT_EQ(use->comment_count, 2);
  EXPECT_EQ(use->request_count, 1);
  EXPECT_EQ(*upkeep_->RetireHmacKey(key, Soon()), 2);
  EXPECT_EQ(keys.List(Soon())->size(), 1U) << "it stays";
  const auto first = *upkeep_->BlankHashes(1, key, std::nullopt, 1, Soon());
  ASSERT_TRUE(first.next);
  const auto rest = *upkeep_->BlankHashes(1, key, first.next, 10, Soon());
  EXPECT_EQ(first.blanked_count + rest.blanked_count, 1)
      << "a known request_id keeps its comment's";
  EXPECT_EQ(*upkeep_->RetireHmacKey(key, Soon()), 1);
  test_.Sql("UPDATE replyguard.comments SET request_id = NULL, request_fingerprint = NULL");
  EXPECT_EQ(upkeep_->BlankHashes(1, key, std::nullopt, 10, Soon())->blanked_count, 1);
  EXPECT_EQ(*upkeep_->RetireHmacKey(key, Soon()), 0);
  EXPECT_TRUE(keys.List(Soon())->empty());
  EXPECT_EQ(*upkeep_->RetireHmacKey(key, Soon()), 0) << "again";
  EXPECT_TRUE(keys.Register({key, "fingerprint", At(0)}, Soon()).ok()) << "kept by a slower server";
}

}  // namespace
}  // namespace replyguard::tests
