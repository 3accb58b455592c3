// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "storage/limit.h"
#include "support/comments.h"
#include "support/deciding.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::BulkRecord;
using storage::DecisionAction;

storage::AuditEvent Audit(storage::AuditKind kind, const std::string& act,
                          storage::SiteId site = 1) {
  return {site, NextId(), kind, act, "subject", "Ann", "k1", "summary", At(1)};
}

class ReviewTest : public DecidingTest {
 protected:
  storage::CommentNote Note(const storage::CommentId& id, const std::string& text,
                            const std::string& request_id = "") {
    return {1, id, NextId(), text, "Ann", "k1", request_id, At(1)};
  }

  BulkRecord Pin(const std::vector<storage::CommentId>& ids) {
    BulkRecord bulk;
    bulk.site_id = 1;
    bulk.bulk_id = NextId();
    for (const auto& id : ids) bulk.targets.push_back({id, 1});
    bulk.actor = "Ann";
    bulk.actor_key_id = "k1";
    bulk.created_at = At(1);
    EXPECT_TRUE(database_->bulks().Create(bulk, At(0), Soon()).ok());
    return bulk;
  }

  absl::Status Begin(BulkRecord bulk, DecisionAction action) {
    bulk.action = action;
    bulk.teaches = true;
    return database_->bulks().Begin(bulk, At(2), Audit(storage::AuditKind::kBulk, "APPLIED"),
                                    Soon());
  }

  void DecideAs(const BulkRecord& bulk, DecisionAction action) {
    storage::Actor actor = kAnn;
    actor.bulk_id = bulk.bulk_id;
    std::vector<storage::DecisionRequest> requests;
    for (const auto& target : bulk.targets) {
      requests.push_back({target.comment_id, action, target.revision});
    }
    const auto results = database_->decisions().Decide(1, actor, requests, At(++now_), Soon());
    ASSERT_TRUE(results.ok()) << results.status();
    for (const auto& result : *results) EXPECT_TRUE(result.status.ok()) << result.status;
  }

  absl::StatusOr<std::vector<storage::BulkUndo>> UndoSome(const BulkRecord& bulk,
                                                          std::int32_t limit) {
    return database_->bulks().UndoSome(1, bulk.bulk_id, kAnn, limit, At(++now_),
                                       Audit(storage::AuditKind::kBulk, "UNDONE"), Soon());
  }

  int Audits() {
    storage::AuditQuery query;
    query.sites = {1};
    return static_cast<int>(database_->review().Audit(query, Soon())->size());
  }
};

TEST_F(ReviewTest, NotesAreKeptInOrderOnceARequestAndGoWithTheComment) {
  const auto id = Store(Held());
  auto& review = database_->review();
  ASSERT_TRUE(review.AddNote(Note(id, "one", "r1"), Soon()).ok());
  ASSERT_TRUE(review.AddNote(Note(id, "two"), Soon()).ok());
  EXPECT_EQ(review.AddNote(Note(id, "one", "r1"), Soon())->text, "one");
  EXPECT_EQ(review.AddNote(Note(id, "other", "r1"), Soon()).status().code(),
            absl::StatusCode::kAlreadyExists);
  const auto notes = review.Notes(1, id, Soon());
  ASSERT_TRUE(notes.ok()) << notes.status();
  ASSERT_EQ(notes->size(), 2U);
  EXPECT_EQ(notes->front().text, "one");
  EXPECT_EQ(notes->back().text, "two");
  EXPECT_TRUE(review.Notes(2, id, Soon())->empty());
  EXPECT_EQ(database_->queue().List({.site_id = 1}, Soon())->front().note_count, 2);
  EXPECT_TRUE(absl::IsNotFound(review.AddNote(Note(NextId(), "x"), Soon()).status()));
  ASSERT_TRUE(database_->comments().Erase({1, id, "Ann", "k", At(6)}, Soon()).ok());
  EXPECT_TRUE(review.Notes(1, id, Soon())->empty());
  EXPECT_TRUE(absl::IsNotFound(review.AddNote(Note(id, "x"), Soon()).status()));
}

TEST_F(ReviewTest, ACommentTakesSoManyNotes) {
  const auto id = Store(Held());
  for (int i = 0; i < storage::kNotesPerCommentMax; ++i) {
    ASSERT_TRUE(database_->review().AddNote(Note(id, "n"), Soon()).ok());
  }
  EXPECT_TRUE(storage::IsLimitReached(database_->review().AddNote(Note(id, "n"), Soon()).status()));
}

TEST_F(ReviewTest, EscalationEndsTheLeaseAndWaitsForOperators) {
  const auto id = Store(Held());
  Store(Held());
  auto& review = database_->review();
  const storage::Escalation asked{"look", "Ann", At(3)};
  const auto audit = Audit(storage::AuditKind::kEscalation, "ESCALATED");
  ASSERT_TRUE(
      database_->queue()
          .LeaseNext({.site_id = 1, .count = 2, .holder = "Bob", .token = "0123456789abcdef"},
                     Soon())
          .ok());
  ASSERT_TRUE(review.Escalate(1, id, asked, audit, Soon()).ok());
  // The first stands, and is told of once.
  const auto again = review.Escalate(1, id, {"other", "Bob", At(4)},
                                     Audit(storage::AuditKind::kEscalation, "ESCALATED"), Soon());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->reason, "look");
  EXPECT_EQ(Audits(), 1);
  storage::QueueQuery query{.site_id = 1};
  query.filter.escalated = true;
  const auto items = database_->queue().List(query, Soon());
  ASSERT_EQ(items->size(), 1U);
  ASSERT_TRUE(items->front().escalation);
  EXPECT_EQ(items->front().escalation->actor, "Ann");
  EXPECT_FALSE(items->front().lease_until);
  query.filter.escalated = false;
  EXPECT_EQ(database_->queue().List(query, Soon())->size(), 1U);
  // A decision ends it, and its undoing brings it back.
  const auto decided = Decide(id, DecisionAction::kSpam);
  ASSERT_TRUE(decided.status.ok());
  EXPECT_TRUE(absl::IsNotFound(review.Escalate(1, id, asked, audit, Soon()).status()));
  ASSERT_TRUE(Undo(decided.decision->decision_id).status.ok());
  query.filter.escalated = true;
  EXPECT_EQ(database_->queue().List(query, Soon())->size(), 1U);
  ASSERT_TRUE(
      review.Deescalate(1, id, Audit(storage::AuditKind::kEscalation, "DEESCALATED"), Soon()).ok());
  EXPECT_EQ(database_->queue().List(query, Soon())->size(), 0U);
  EXPECT_EQ(Audits(), 2);
}

TEST_F(ReviewTest, AnEscalationsReasonGoesWithTheComment) {
  const auto id = Store(Held());
  auto audit = Audit(storage::AuditKind::kEscalation, "ESCALATED");
  audit.subject = "sites/" + test_.Sql("SELECT slug FROM replyguard.sites WHERE site_id = 1") +
                  "/comments/" +
                  test_.Sql("SELECT replace(comment_id::text, '-', '') FROM replyguard.comments");
  audit.summary = "quotes it";
  ASSERT_TRUE(database_->review().Escalate(1, id, {"quotes it", "Ann", At(3)}, audit, Soon()).ok());
  ASSERT_TRUE(Decide(id, DecisionAction::kTrash).status.ok());
  const std::string remembered =
      "SELECT count(*) FROM replyguard.decisions WHERE queue_before ?| "
      "'{escalation,author_id,ip_id}'";
  const std::string told = "SELECT count(*) FROM replyguard.audit_events WHERE summary <> ''";
  ASSERT_EQ(test_.Sql(remembered), "1");
  ASSERT_EQ(test_.Sql(told), "1");
  const auto erased = database_->comments().Erase({1, id, "Ann", "k1", At(6)}, Soon());
  ASSERT_TRUE(erased.ok()) << erased;
  EXPECT_EQ(test_.Sql(remembered), "0");
  EXPECT_EQ(test_.Sql(told), "0");
}

TEST_F(ReviewTest, ReasonCodesAreASitesOwnAndKeepTheirOrder) {
  auto& review = database_->review();
  EXPECT_TRUE(review.ReasonCodes(1, Soon())->empty());
  const std::vector<storage::ReasonCode> codes{
      {"ZETA", "Last letter first", {DecisionAction::kSpam, DecisionAction::kTrash}, true},
      {"ALPHA", "Then this", {}, false}};
  ASSERT_TRUE(
      review.SetReasonCodes(1, codes, Audit(storage::AuditKind::kReasonCodes, "CHANGED"), Soon())
          .ok());
  const auto got = review.ReasonCodes(1, Soon());
  ASSERT_EQ(got->size(), 2U);
  EXPECT_EQ(got->front().code, "ZETA");
  EXPECT_EQ(got->front().actions, codes.front().actions);
  EXPECT_TRUE(got->front().shown_to_author);
  EXPECT_TRUE(got->back().actions.empty());
  EXPECT_TRUE(review.ReasonCodes(2, Soon())->empty());
}

TEST_F(ReviewTest, TheAuditTrailIsReadNewestFirstAndOfItsSites) {
  auto& review = database_->review();
  for (const storage::SiteId site : {1, 0, 2, 1}) {
    ASSERT_TRUE(review.WriteAudit(Audit(storage::AuditKind::kRule, "CREATED", site), Soon()).ok());
  }
  storage::AuditQuery query;
  query.sites = {1, 0};
  const auto all = review.Audit(query, Soon());
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 3U);
  EXPECT_GT(all->front().event_id, all->back().event_id);
  query.before = all->front().event_id;
  EXPECT_EQ(review.Audit(query, Soon())->size(), 2U);
  query.actor = "Bob";
  EXPECT_EQ(review.Audit(query, Soon())->size(), 0U);
  query.actor = "Ann";
  query.kind = storage::AuditKind::kSite;
  EXPECT_EQ(review.Audit(query, Soon())->size(), 0U);
}

TEST_F(ReviewTest, WhatIsBeingUndoneDecidesNothingMore) {
  const auto ids = std::vector{Store(Held()), Store(Held())};
  const BulkRecord bulk = Pin(ids);
  ASSERT_TRUE(Begin(bulk, DecisionAction::kSpam).ok());
  storage::Actor actor = kAnn;
  actor.bulk_id = bulk.bulk_id;
  const auto decide = [&](const storage::CommentId& id) {
    storage::DecisionRequest request;
    request.comment_id = id;
    request.action = DecisionAction::kSpam;
    return database_->decisions().Decide(1, actor, {request}, At(++now_), Soon()).status();
  };
  EXPECT_TRUE(decide(ids[0]).ok());
  EXPECT_EQ(UndoSome(bulk, 10)->size(), 1U);
  EXPECT_TRUE(absl::IsAborted(decide(ids[1])));
  EXPECT_EQ(database_->comments().Get(1, ids[1], Soon())->revision, 1);
  EXPECT_EQ(QueueSize(), 2U);
}

TEST_F(ReviewTest, ABulkDecisionIsUndoneExactlyButForWhatOthersDecided) {
  const std::vector<storage::CommentId> ids{Store(Held()), Store(Held()), Store(Held())};
  const BulkRecord bulk = Pin(ids);
  EXPECT_TRUE(absl::IsFailedPrecondition(UndoSome(bulk, 10).status()));
  ASSERT_TRUE(Begin(bulk, DecisionAction::kSpam).ok());
  EXPECT_TRUE(Begin(bulk, DecisionAction::kSpam).ok());
  EXPECT_TRUE(absl::IsAborted(Begin(bulk, DecisionAction::kTrash)));
  DecideAs(bulk, DecisionAction::kSpam);
  EXPECT_EQ(database_->bulks().Decided(1, bulk.bulk_id, {ids[0], NextId()}, Soon())->size(), 1U);
  ASSERT_TRUE(database_->bulks().MoveOn(1, bulk.bulk_id, 0, 3, 0, Soon()).ok());
  // Somebody who is behind moves nothing.
  ASSERT_TRUE(database_->bulks().MoveOn(1, bulk.bulk_id, 0, 3, 3, Soon()).ok());
  auto now = database_->bulks().Get(1, bulk.bulk_id, Soon());
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_EQ(now->tried_count, 3);
  EXPECT_EQ(now->skipped_count, 0);
  EXPECT_EQ(now->decided_count, 3);
  EXPECT_EQ(QueueSize(), 0U);
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.labels"), "3");
  ASSERT_TRUE(Decide(ids[1], DecisionAction::kApprove).status.ok());

  std::size_t undone = 0;
  for (int i = 0; i < 3; ++i) {
    const auto part = UndoSome(bulk, 2);
    ASSERT_TRUE(part.ok()) << part.status();
    for (const auto& one : *part) {
      if (one.result.status.ok()) ++undone;
      if (one.comment_id != ids[1]) continue;
      EXPECT_EQ(one.result.refusal, storage::DecisionRefusal::kSuperseded);
      EXPECT_TRUE(one.result.other_decision);
    }
  }
  EXPECT_EQ(undone, 2U);
  now = database_->bulks().Get(1, bulk.bulk_id, Soon());
  EXPECT_EQ(now->undone_count, 2);
  EXPECT_EQ(now->to_undo_count, 0);
  EXPECT_TRUE(now->undo_begun);
  EXPECT_EQ(QueueSize(), 2U);
  EXPECT_EQ(database_->comments().Get(1, ids[1], Soon())->status,
            storage::CommentStatus::kApproved);
  // Of the three lessons, the two are taken back.
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.labels WHERE label = 0"), "2");
  EXPECT_EQ(Audits(), 2);
  EXPECT_TRUE(absl::IsAborted(Begin(bulk, DecisionAction::kSpam)));
  storage::DecisionQuery of_bulk{.site_id = 1};
  of_bulk.bulk_id = bulk.bulk_id;
  EXPECT_EQ(database_->decisions().List(of_bulk, Soon())->size(), 5U);
  of_bulk.actor = "nobody";
  EXPECT_EQ(database_->decisions().List(of_bulk, Soon())->size(), 0U);
  const auto listed = database_->bulks().List(1, std::nullopt, 10, Soon());
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().total_count, 3);
  EXPECT_TRUE(database_->bulks().List(2, std::nullopt, 10, Soon())->empty());
}

TEST_F(ReviewTest, APreviewIsForgotten) {
  const BulkRecord bulk = Pin({Store(Held())});
  BulkRecord later = bulk;
  later.bulk_id = NextId();
  later.created_at = At(5000);
  ASSERT_TRUE(database_->bulks().Create(later, At(4000), Soon()).ok());
  EXPECT_TRUE(absl::IsNotFound(database_->bulks().Get(1, bulk.bulk_id, Soon()).status()));
  EXPECT_EQ(database_->bulks().Get(1, later.bulk_id, Soon())->targets.size(), 1U);
  EXPECT_TRUE(absl::IsNotFound(database_->bulks().Get(2, later.bulk_id, Soon()).status()));
}

// An author cannot take a comment away from the operators by editing it.
TEST_F(ReviewTest, AnEditKeepsAnEscalation) {
  const auto audit = Audit(storage::AuditKind::kEscalation, "ESCALATED");
  for (const bool approved : {false, true}) {
    const auto id = Store(Held());
    ASSERT_TRUE(database_->review().Escalate(1, id, {"for you", "Ann", At(3)}, audit, Soon()).ok());
    storage::CommentEdit edit;
    edit.site_id = 1;
    edit.comment_id = id;
    edit.expected_revision = database_->comments().Get(1, id, Soon())->revision;
    edit.changes = std::make_shared<const storage::MaskedEdit>(MaskBody(1, "something else"));
    edit.outcome = approved ? Approved() : Held();
    edit.now = At(++now_);
    const auto edited = database_->comments().Edit(edit, Soon());
    ASSERT_TRUE(edited.ok()) << edited.status();
    const auto item = database_->queue().Get(1, id, Soon());
    ASSERT_TRUE(item.ok()) << item.status();
    ASSERT_TRUE(item->escalation);
    EXPECT_EQ(item->escalation->reason, "for you");
    EXPECT_EQ(item->escalation->actor, "Ann");
    EXPECT_EQ(item->escalation->escalated_at, At(3));
  }
}

}  // namespace
}  // namespace replyguard::tests
