// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/bulk_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/decision_rows.h"
#include "stores/review_store.h"
#include "stores/undo.h"

// Of bulks AS b. The counts are the audit trail's: a server that ended half-way has lost none.
#define RG_BULK_COLUMNS \
  "b.site_id, b.bulk_id, b.actor, b.actor_key_id, " RG_US("b.created_at") ", " RG_US(           \
      "b.applied_at") ", b.action, b.teaches, b.reason_code, b.tried_count, b.skipped_count, "  \
                      "b.undo_begun, b.undo_after, cardinality(b.comment_ids), "                \
                      "(SELECT count(*) FROM replyguard.decisions d WHERE d.site_id = "         \
                      "b.site_id AND d.bulk_id = b.bulk_id AND d.action <> 5), "                \
                      "(SELECT count(*) FROM replyguard.decisions d WHERE d.site_id = "         \
                      "b.site_id AND d.bulk_id = b.bulk_id AND d.action = 5), "                 \
                      "(SELECT count(*) FROM replyguard.decisions d WHERE b.undo_begun AND "    \
                      "d.site_id = b.site_id AND d.bulk_id = b.bulk_id AND d.action <> 5 AND "  \
                      "d.decision_id > coalesce(b.undo_after, "                                 \
                      "'00000000-0000-0000-0000-000000000000'))"

namespace replyguard::storage {
namespace {

constexpr Statement kForget{
    "bulk_forget",
    "DELETE FROM replyguard.bulks WHERE site_id = $1::bigint AND applied_at IS NULL AND "
    "created_at < $2::timestamptz"};

constexpr Statement kCreate{
    "bulk_create",
    "INSERT INTO replyguard.bulks (site_id, bulk_id, comment_ids, revisions, actor, actor_key_id, "
    "created_at) VALUES ($1::bigint, $2::uuid, $3::uuid[], $4::bigint[], $5::text, $6::text, "
    "$7::timestamptz)"};

constexpr Statement kGet{"bulk_get", "SELECT " RG_BULK_COLUMNS
                                     " FROM replyguard.bulks b WHERE b.site_id = $1::bigint "
                                     "AND b.bulk_id = $2::uuid"};

constexpr Statement kLock{"bulk_lock",
                          "SELECT 1 FROM replyguard.bulks WHERE site_id = $1::bigint "
                          "AND bulk_id = $2::uuid FOR UPDATE"};

constexpr Statement kTargets{
    "bulk_targets",
    "SELECT i.id, i.revision FROM replyguard.bulks b, unnest(b.comment_ids, b.revisions) WITH "
    "ORDINALITY AS i(id, revision, place) WHERE b.site_id = $1::bigint AND b.bulk_id = $2::uuid "
    "ORDER BY i.place"};

constexpr Statement kBegin{
    "bulk_begin",
    "UPDATE replyguard.bulks SET applied_at = $3::timestamptz, action = $4::smallint, teaches = "
    "$5::boolean, reason_code = $6::text, actor = $7::text WHERE site_id = $1::bigint AND bulk_id "
    "= $2::uuid"};

constexpr Statement kDecided{
    "bulk_decided",
    "SELECT d.comment_id FROM replyguard.decisions d WHERE d.site_id = $1::bigint AND d.bulk_id = "
    "$2::uuid AND d.action <> 5 AND d.comment_id = ANY ($3::uuid[])"};

constexpr Statement kMoveOn{
    "bulk_move_on",
    "UPDATE replyguard.bulks SET tried_count = $4::integer, skipped_count = skipped_count + "
    "$5::integer WHERE site_id = $1::bigint AND bulk_id = $2::uuid AND tried_count = $3::integer "
    "AND NOT undo_begun"};

constexpr Statement kBeginUndo{
    "bulk_begin_undo",
    "UPDATE replyguard.bulks SET undo_begun = true, tried_count = cardinality(comment_ids) WHERE "
    "site_id = $1::bigint AND bulk_id = $2::uuid"};

constexpr Statement kNextToUndo{
    "bulk_next_to_undo",
    "SELECT " RG_DECISION_COLUMNS
    " FROM replyguard.decisions d WHERE d.site_id = $1::bigint AND d.bulk_id = $2::uuid AND "
    "d.action <> 5 AND d.decision_id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000') "
    "ORDER BY d.decision_id LIMIT $4::bigint"};

constexpr Statement kUndone{
    "bulk_undone",
    "UPDATE replyguard.bulks SET undo_after = $3::uuid WHERE site_id = $1::bigint AND bulk_id = "
    "$2::uuid"};

constexpr Statement kList{"bulk_list",
                          "SELECT " RG_BULK_COLUMNS
                          " FROM replyguard.bulks b WHERE b.site_id = $1::bigint AND "
                          "b.applied_at IS NOT NULL AND b.bulk_id < coalesce($2::uuid, "
                          "'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY b.bulk_id DESC LIMIT "
                          "$3::bigint"};

BulkRecord ReadBulk(const pqxx::row& row) {
  BulkRecord bulk;
  bulk.site_id = row[0].as<SiteId>();
  bulk.bulk_id = UuidAt(row[1]);
  bulk.actor = TextAt(row[2]);
  bulk.actor_key_id = TextAt(row[3]);
  bulk.created_at = TimeAt(row[4]);
  bulk.applied_at = OptTimeAt(row[5]);
  bulk.action = OptEnumAt<DecisionAction>(row[6]);
  bulk.teaches = row[7].as<bool>();
  bulk.reason_code = TextAt(row[8]);
  bulk.tried_count = row[9].as<std::int32_t>();
  bulk.skipped_count = row[10].as<std::int32_t>();
  bulk.undo_begun = row[11].as<bool>();
  bulk.undo_after = OptUuidAt(row[12]);
  bulk.total_count = row[13].as<std::int32_t>();
  bulk.decided_count = row[14].as<std::int32_t>();
  bulk.undone_count = row[15].as<std::int32_t>();
  bulk.to_undo_count = row[16].as<std::int32_t>();
  return bulk;
}

absl::Status NoBulk() { return absl::NotFoundError("there is no such bulk decision"); }

absl::StatusOr<BulkRecord> Locked(Tx& tx, SiteId site_id, const BulkId& bulk_id) {
  // In two statements: the second sees what those did who held the lock before.
  tx.Exec(kLock, site_id, Id(bulk_id));
  const pqxx::result rows = tx.Exec(kGet, site_id, Id(bulk_id));
  if (rows.empty()) return NoBulk();
  return ReadBulk(rows[0]);
}

}  // namespace

absl::Status PostgresBulkStore::Create(const BulkRecord& bulk, Timestamp forget_before,
                                       Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kForget, bulk.site_id, Time(forget_before));
    ArrayParam ids(ArrayParam::Element::kUuid), revisions(ArrayParam::Element::kInt8);
    for (const BulkTarget& target : bulk.targets) {
      ids.AddUuid(target.comment_id);
      revisions.AddInt8(target.revision);
    }
    tx.Exec(kCreate, bulk.site_id, Id(bulk.bulk_id), ids.Done(), revisions.Done(), Text(bulk.actor),
            Text(bulk.actor_key_id), Time(bulk.created_at));
    return absl::OkStatus();
  });
}

absl::StatusOr<BulkRecord> PostgresBulkStore::Get(SiteId site_id, const BulkId& bulk_id,
                                                  Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<BulkRecord> {
    const pqxx::result rows = tx.Exec(kGet, site_id, Id(bulk_id));
    if (rows.empty()) return NoBulk();
    BulkRecord bulk = ReadBulk(rows[0]);
    for (const auto& row : tx.Exec(kTargets, site_id, Id(bulk_id))) {
      bulk.targets.push_back({UuidAt(row[0]), row[1].as<std::int64_t>()});
    }
    return bulk;
  });
}

absl::Status PostgresBulkStore::Begin(const BulkRecord& bulk, Timestamp now,
                                      const AuditEvent& audit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    const auto present = Locked(tx, bulk.site_id, bulk.bulk_id);
    if (!present.ok()) return present.status();
    if (present->undo_begun) return absl::AbortedError("the bulk decision has been undone");
    if (present->action) {
      const bool same = present->action == bulk.action && present->teaches == bulk.teaches &&
                        present->reason_code == bulk.reason_code;
      return same ? absl::OkStatus()
                  : absl::AbortedError("the bulk decision was begun with something else");
    }
    tx.Exec(kBegin, bulk.site_id, Id(bulk.bulk_id), Time(now),
            static_cast<int>(bulk.action.value()), bulk.teaches, Text(bulk.reason_code),
            Text(bulk.actor));
    InsertAudit(tx, audit);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<CommentId>> PostgresBulkStore::Decided(SiteId site_id,
                                                                  const BulkId& bulk_id,
                                                                  const std::vector<CommentId>& ids,
                                                                  Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<CommentId>> {
    std::vector<CommentId> decided;
    for (const auto& row : tx.Exec(kDecided, site_id, Id(bulk_id), Ids(ids))) {
      decided.push_back(UuidAt(row[0]));
    }
    return decided;
  });
}

absl::Status PostgresBulkStore::MoveOn(SiteId site_id, const BulkId& bulk_id, std::int32_t from,
                                       std::int32_t until, std::int32_t skipped,
                                       Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kMoveOn, site_id, Id(bulk_id), from, until, skipped);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<BulkUndo>> PostgresBulkStore::UndoSome(
    SiteId site_id, const BulkId& bulk_id, const Actor& actor, std::int32_t limit, Timestamp now,
    const AuditEvent& audit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<BulkUndo>> {
    const auto bulk = Locked(tx, site_id, bulk_id);
    if (!bulk.ok()) return bulk.status();
    if (!bulk->action) return absl::FailedPreconditionError("the bulk decision was not applied");
    if (!bulk->undo_begun) {
      tx.Exec(kBeginUndo, site_id, Id(bulk_id));
      InsertAudit(tx, audit);
    }
    std::vector<Decision> next;
    for (const auto& row : tx.Exec(kNextToUndo, site_id, Id(bulk_id), OptId(bulk->undo_after),
                                   std::clamp(limit, 1, kDecisionPageMax))) {
      next.push_back(ReadDecision(row));
    }
    if (next.empty()) return std::vector<BulkUndo>();
    // The comments in one order, so that two who change many cannot wait for each other.
    std::vector<CommentId> ids;
    for (const Decision& decision : next) ids.push_back(decision.comment_id);
    LockForDecision(tx, site_id, ids);
    Actor part = actor;
    part.bulk_id = bulk_id;
    std::vector<BulkUndo> undone;
    for (const Decision& decision : next) {
      auto result = UndoDecision(tx, site_id, part, decision.decision_id, now);
      if (!result.ok()) return result.status();
      undone.push_back({decision.comment_id, *std::move(result)});
    }
    tx.Exec(kUndone, site_id, Id(bulk_id), Id(next.back().decision_id));
    return undone;
  });
}

absl::StatusOr<std::vector<BulkRecord>> PostgresBulkStore::List(SiteId site_id,
                                                                std::optional<BulkId> before,
                                                                std::int32_t limit,
                                                                Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<BulkRecord>> {
    std::vector<BulkRecord> bulks;
    for (const auto& row :
         tx.Exec(kList, site_id, OptId(before), std::clamp(limit, 1, kBulkPageMax))) {
      bulks.push_back(ReadBulk(row));
    }
    return bulks;
  });
}

}  // namespace replyguard::storage
