// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/review_store.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/limit.h"
#include "stores/note_rows.h"
#include "stores/queue_rows.h"

#define RG_AUDIT_COLUMNS                                                                         \
  "e.site_id, e.event_id, e.kind, e.act, e.subject, e.actor, e.actor_key_id, e.summary, " RG_US( \
      "e.created_at")

namespace replyguard::storage {
namespace {

// Erasing the comment waits for it, and it for that: no note is written to a tombstone. An edit
// gives the comment another place in the queue, which only who waits for the comment sees.
constexpr Statement kLockComment{"review_lock",
                                 "SELECT 1 FROM replyguard.comments c WHERE c.site_id = $1::bigint "
                                 "AND c.comment_id = $2::uuid AND c.status <> 5 FOR UPDATE"};

constexpr Statement kNotes{"notes", "SELECT " RG_NOTE_COLUMNS
                                    " FROM replyguard.comment_notes n WHERE n.site_id = $1::bigint "
                                    "AND n.comment_id = $2::uuid ORDER BY n.note_id"};

constexpr Statement kAddNote{
    "note_add",
    "INSERT INTO replyguard.comment_notes (site_id, comment_id, note_id, text, actor, "
    "actor_key_id, request_id, written_at) VALUES ($1::bigint, $2::uuid, $3::uuid, $4::text, "
    "$5::text, $6::text, nullif($7::text, ''), $8::timestamptz)"};

constexpr Statement kDeescalate{
    "deescalate",
    "UPDATE replyguard.queue_items SET escalated_at = NULL, escalated_by = NULL, escalation = NULL "
    "WHERE site_id = $1::bigint AND comment_id = $2::uuid"};

constexpr Statement kReasonCodes{
    "reason_codes",
    "SELECT r.code, r.label, array_to_string(r.actions, ','), r.shown_to_author FROM "
    "replyguard.reason_codes r WHERE r.site_id = $1::bigint ORDER BY r.place, r.code"};

// Two lists set at once do not mix.
constexpr Statement kLockSite{
    "reason_codes_lock", "SELECT 1 FROM replyguard.sites WHERE site_id = $1::bigint FOR UPDATE"};

constexpr Statement kDropReasonCodes{
    "reason_codes_drop", "DELETE FROM replyguard.reason_codes WHERE site_id = $1::bigint"};

constexpr Statement kAddReasonCodes{
    "reason_codes_add",
    "INSERT INTO replyguard.reason_codes (site_id, code, place, label, actions, shown_to_author) "
    "SELECT $1::bigint, d.code, d.place, d.label, d.actions::smallint[], d.shown FROM "
    "unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) WITH ORDINALITY "
    "AS d(code, label, actions, shown, place)"};

constexpr Statement kInsertAudit{
    "audit_insert",
    "INSERT INTO replyguard.audit_events (site_id, event_id, kind, act, subject, actor, "
    "actor_key_id, summary, created_at) VALUES ($1::bigint, $2::uuid, $3::smallint, $4::text, "
    "$5::text, coalesce(nullif($6::text, ''), (SELECT k.display_name FROM replyguard.api_keys k "
    "WHERE k.key_id = $7::text), ''), $7::text, $8::text, $9::timestamptz)"};

// A site's newest are at the end of its part of the primary key.
constexpr Statement kAudit{
    "audit_list",
    "SELECT " RG_AUDIT_COLUMNS
    " FROM unnest($1::bigint[]) AS s(site_id) CROSS JOIN LATERAL (SELECT * FROM "
    "replyguard.audit_events e WHERE e.site_id = s.site_id "
    "AND ($2::smallint IS NULL OR e.kind = $2::smallint) "
    "AND ($3::text = '' OR e.actor_key_id = $3::text) AND ($4::text = '' OR e.actor = $4::text) "
    "AND ($5::timestamptz IS NULL OR e.created_at >= $5::timestamptz) "
    "AND ($6::timestamptz IS NULL OR e.created_at < $6::timestamptz) "
    "AND e.event_id < coalesce($7::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') "
    "ORDER BY e.event_id DESC LIMIT $8::bigint) e ORDER BY e.event_id DESC LIMIT $8::bigint"};

AuditEvent ReadEvent(const pqxx::row& row) {
  return {row[0].as<SiteId>(), UuidAt(row[1]), EnumAt<AuditKind>(row[2]),
          TextAt(row[3]),      TextAt(row[4]), TextAt(row[5]),
          TextAt(row[6]),      TextAt(row[7]), TimeAt(row[8])};
}

std::vector<DecisionAction> ActionsOf(const std::string& numbers) {
  std::vector<DecisionAction> actions;
  for (const char c : numbers) {
    if (c != ',') actions.push_back(static_cast<DecisionAction>(c - '0'));
  }
  return actions;
}

}  // namespace

void InsertAudit(Tx& tx, const AuditEvent& event) {
  std::array<std::uint8_t, 10> tail{};
  randombytes_buf(tail.data(), tail.size());
  tx.Exec(kInsertAudit, event.site_id, Id(MakeUuidV7(event.created_at, tail)),
          static_cast<int>(event.kind), Text(event.act), Text(event.subject), Text(event.actor),
          Text(event.actor_key_id), Text(event.summary), Time(event.created_at));
}

absl::StatusOr<CommentNote> PostgresReviewStore::AddNote(const CommentNote& note,
                                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<CommentNote> {
    if (tx.Exec(kLockComment, note.site_id, Id(note.comment_id)).empty()) {
      return absl::NotFoundError("there is no such comment");
    }
    const pqxx::result notes = tx.Exec(kNotes, note.site_id, Id(note.comment_id));
    for (const auto& row : notes) {
      if (note.request_id.empty() || TextAt(row[6]) != note.request_id) continue;
      CommentNote stored = ReadNote(row);
      if (stored.text == note.text) return stored;
      return absl::AlreadyExistsError("the request_id was given to another note");
    }
    if (notes.size() >= static_cast<pqxx::result::size_type>(kNotesPerCommentMax)) {
      return LimitReached("the comment has as many notes as it may");
    }
    tx.Exec(kAddNote, note.site_id, Id(note.comment_id), Id(note.note_id), Text(note.text),
            Text(note.actor), Text(note.actor_key_id), Text(note.request_id),
            Time(note.written_at));
    return note;
  });
}

absl::StatusOr<std::vector<CommentNote>> PostgresReviewStore::Notes(SiteId site_id,
                                                                    const CommentId& comment_id,
                                                                    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<CommentNote>> {
    std::vector<CommentNote> notes;
    for (const auto& row : tx.Exec(kNotes, site_id, Id(comment_id))) notes.push_back(ReadNote(row));
    return notes;
  });
}

absl::StatusOr<Escalation> PostgresReviewStore::Escalate(SiteId site_id,
                                                         const CommentId& comment_id,
                                                         const Escalation& escalation,
                                                         const AuditEvent& audit,
                                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Escalation> {
    tx.Exec(kLockComment, site_id, Id(comment_id));
    const auto before = LockEscalation(tx, site_id, comment_id);
    if (!before.ok()) return before.status();
    if (*before) return **before;
    EscalateItem(tx, site_id, comment_id, escalation);
    InsertAudit(tx, audit);
    return escalation;
  });
}

absl::Status PostgresReviewStore::Deescalate(SiteId site_id, const CommentId& comment_id,
                                             const AuditEvent& audit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kLockComment, site_id, Id(comment_id));
    const auto before = LockEscalation(tx, site_id, comment_id);
    if (!before.ok()) return before.status();
    if (!*before) return absl::OkStatus();
    tx.Exec(kDeescalate, site_id, Id(comment_id));
    InsertAudit(tx, audit);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<ReasonCode>> PostgresReviewStore::ReasonCodes(SiteId site_id,
                                                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<ReasonCode>> {
    std::vector<ReasonCode> codes;
    for (const auto& row : tx.Exec(kReasonCodes, site_id)) {
      codes.push_back(
          {TextAt(row[0]), TextAt(row[1]), ActionsOf(TextAt(row[2])), row[3].as<bool>()});
    }
    return codes;
  });
}

absl::Status PostgresReviewStore::SetReasonCodes(SiteId site_id,
                                                 const std::vector<ReasonCode>& codes,
                                                 const AuditEvent& audit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    using E = ArrayParam::Element;
    ArrayParam code(E::kText), label(E::kText), actions(E::kText), shown(E::kBool);
    const auto append_number = [](std::string* text, DecisionAction action) {
      absl::StrAppend(text, static_cast<int>(action));
    };
    for (const ReasonCode& one : codes) {
      code.AddBytes(one.code);
      label.AddBytes(one.label);
      actions.AddBytes(absl::StrCat("{", absl::StrJoin(one.actions, ",", append_number), "}"));
      shown.AddBool(one.shown_to_author);
    }
    tx.Exec(kLockSite, site_id);
    tx.Exec(kDropReasonCodes, site_id);
    tx.Exec(kAddReasonCodes, site_id, code.Done(), label.Done(), actions.Done(), shown.Done());
    InsertAudit(tx, audit);
    return absl::OkStatus();
  });
}

absl::Status PostgresReviewStore::WriteAudit(const AuditEvent& event, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    InsertAudit(tx, event);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<AuditEvent>> PostgresReviewStore::Audit(const AuditQuery& query,
                                                                   Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<AuditEvent>> {
    std::optional<int> kind;
    if (query.kind) kind = static_cast<int>(*query.kind);
    std::vector<AuditEvent> events;
    for (const auto& row :
         tx.Exec(kAudit, Ids(query.sites), kind, Text(query.actor_key_id), Text(query.actor),
                 OptTime(query.from), OptTime(query.until), OptId(query.before),
                 std::clamp(query.limit, 1, kAuditPageMax))) {
      events.push_back(ReadEvent(row));
    }
    return events;
  });
}

}  // namespace replyguard::storage
