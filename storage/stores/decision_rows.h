// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The rows a decision reads and writes, shared by deciding and undoing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "postgres/rows.h"
#include "postgres/session.h"
#include "storage/decision_store.h"
#include "storage/label_log.h"
#include "stores/outbox.h"

#define RG_DECISION_COLUMNS                                                                    \
  "d.site_id, d.decision_id, d.comment_id, d.action, d.actor, d.actor_key_id, d.from_status, " \
  "d.to_status, d.teaches AND NOT EXISTS (SELECT 1 FROM replyguard.labels k WHERE "            \
  "k.site_id = d.site_id AND k.decision_id = d.decision_id AND k.cap <> 0), d.reason_code, "   \
  "d.note, d.undoes, d.revision, " RG_US("d.decided_at") ", d.bulk_id"

namespace replyguard::storage {

inline constexpr int kDecisionColumns = 15;

// A comment as a decision finds it, its row locked.
struct DecidedComment {
  CommentStatus status = CommentStatus::kPending;
  StatusSource source = StatusSource::kMachine;
  std::optional<std::string> status_at;  // as PostgreSQL wrote it, to be stored again unchanged
  std::int64_t revision = 0;
  std::int32_t report_count = 0;
  ThreadId thread_id;
  std::string author_hash;
  std::string ip_hash;
  std::optional<double> probability;
  std::string lease_token;
  bool leased = false;
  LabelClass label = LabelClass::kNone;
  std::int64_t label_position = 0;  // 0: none in force
};

// What a decision changes the comment to.
struct DecisionWrite {
  Decision decision;
  StatusSource to_source = StatusSource::kModerator;
  // Nothing: the time of the decision.
  std::optional<std::string> to_status_at;
  std::int32_t to_report_count = 0;
};

// From kDecisionColumns columns, the first at offset.
Decision ReadDecision(const pqxx::row& row, int offset = 0);

// The id of the index-th decision (from 0, below kDecisionBatchMax) of a call, made at a time that
// EnterSiteLog answered: the ids of a site then have the order of its log.
DecisionId MakeDecisionId(Timestamp at, std::size_t index);

// The event that tells of it.
NewEvent DecidedEvent(const Decision& decision, const ThreadId& thread_id);

// Locks the comments, and then their places in the queue, in the order of their ids, and reads
// them. Missing ones and tombstones are left out.
std::map<CommentId, DecidedComment> LockForDecision(Tx& tx, SiteId site_id,
                                                    const std::vector<CommentId>& ids);

// Updates the comment, writes the audit row, takes the comment out of the queue unless it entered
// after dequeue_until.
void WriteDecision(Tx& tx, const DecidedComment& before, const DecisionWrite& write,
                   const std::optional<Timestamp>& dequeue_until);

void RefuseDecision(DecisionRefusal refusal, std::string_view message, DecisionResult& result);

std::optional<Decision> NewestDecision(Tx& tx, SiteId site_id, const CommentId& comment_id);

// In the order of the ids. REQUIRES: they exist.
std::vector<CommentRecord> ReadComments(Tx& tx, SiteId site_id, const std::vector<CommentId>& ids);

}  // namespace replyguard::storage
