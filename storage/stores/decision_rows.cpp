// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/decision_rows.h"

#include <sodium.h>

#include <array>

#include "postgres/params.h"

namespace replyguard::storage {
namespace {

constexpr Statement kLock{
    "decision_lock",
    "SELECT c.comment_id FROM replyguard.comments c WHERE c.site_id = $1::bigint "
    "AND c.comment_id = ANY ($2::uuid[]) ORDER BY c.comment_id FOR UPDATE"};

// So that a lease that was read as free is not given away before the decision is through.
constexpr Statement kLockItems{
    "decision_lock_items",
    "SELECT q.comment_id FROM replyguard.queue_items q WHERE q.site_id = $1::bigint "
    "AND q.comment_id = ANY ($2::uuid[]) ORDER BY q.comment_id FOR UPDATE"};

// After the lock, in a statement of its own: its snapshot has what those did who held the lock
// before.
constexpr Statement kReadLocked{
    "decision_read",
    "SELECT c.comment_id, c.status, c.status_source, c.status_at, c.revision, c.report_count, "
    "c.thread_id, "
    "c.author_hash, c.ip_hash, c.probability, q.lease_token, " RG_LEASED("q.lease_until") ", "
    "coalesce(l.label, 0), CASE WHEN l.label > 0 THEN l.position ELSE 0 END "
    "FROM replyguard.comments c "
    "LEFT JOIN replyguard.queue_items q ON q.site_id = c.site_id AND q.comment_id = c.comment_id "
    "LEFT JOIN LATERAL (SELECT l.label, l.position FROM replyguard.labels l WHERE l.site_id = "
    "c.site_id "
    "AND l.sample_id = 'c:' || replace(c.comment_id::text, '-', '') ORDER BY l.position DESC LIMIT "
    "1) l ON true "
    "WHERE c.site_id = $1::bigint AND c.comment_id = ANY ($2::uuid[]) AND c.status <> 5"};

constexpr Statement kWrite{"decision_write",
                           "WITH gone AS (DELETE FROM replyguard.queue_items q WHERE q.site_id = "
                           "$1::bigint AND q.comment_id = $3::uuid "
                           "AND ($4::timestamptz IS NULL OR q.entered_at <= $4::timestamptz)), "
                           "changed AS (UPDATE replyguard.comments c SET status = $5::smallint, "
                           "status_source = $6::smallint, "
                           "status_at = coalesce($7::timestamptz, $20::timestamptz), report_count "
                           "= $8::integer, revision = $9::bigint "
                           "WHERE c.site_id = $1::bigint AND c.comment_id = $3::uuid) "
                           "INSERT INTO replyguard.decisions (site_id, decision_id, comment_id, "
                           "action, actor, actor_key_id, from_status, "
                           "from_status_source, from_status_at, from_report_count, to_status, "
                           "to_status_source, teaches, reason_code, note, undoes, revision, "
                           "decided_at, label_before, bulk_id, queue_before) "
                           "VALUES ($1::bigint, $2::uuid, $3::uuid, $10::smallint, $11::text, "
                           "$12::text, $13::smallint, $14::smallint, "
                           "$15::timestamptz, $16::integer, $5::smallint, $6::smallint, "
                           "$17::boolean, $18::text, $19::text, $21::uuid, $9::bigint, "
                           "$20::timestamptz, $22::bigint, $23::uuid, "
                           "(SELECT to_jsonb(q) - 'lease_token' - 'lease_holder' - 'lease_until' "
                           "FROM replyguard.queue_items q "
                           "WHERE q.site_id = $1::bigint AND q.comment_id = $3::uuid))"};

constexpr Statement kNewest{
    "decision_newest",
    "SELECT " RG_DECISION_COLUMNS
    " FROM replyguard.decisions d WHERE d.site_id = $1::bigint "
    "AND d.comment_id = $2::uuid ORDER BY d.revision DESC, d.decision_id DESC LIMIT 1"};

constexpr Statement kComments{
    "comments_read",
    "SELECT " RG_COMMENT_COLUMNS
    " FROM unnest($2::uuid[]) WITH ORDINALITY AS i(id, ord) "
    "JOIN replyguard.comments c ON c.site_id = $1::bigint AND c.comment_id = i.id "
    "LEFT JOIN replyguard.threads t ON t.site_id = c.site_id AND t.thread_id = c.thread_id "
    "ORDER BY i.ord"};

}  // namespace

Decision ReadDecision(const pqxx::row& row, int offset) {
  const auto field = [&row, offset](int i) {
    return row[static_cast<pqxx::row::size_type>(offset + i)];
  };
  Decision d;
  d.site_id = field(0).as<std::int64_t>();
  d.decision_id = UuidAt(field(1));
  d.comment_id = UuidAt(field(2));
  d.action = EnumAt<DecisionAction>(field(3));
  d.actor = TextAt(field(4));
  d.actor_key_id = TextAt(field(5));
  d.from_status = EnumAt<CommentStatus>(field(6));
  d.to_status = EnumAt<CommentStatus>(field(7));
  d.teaches = field(8).as<bool>();
  d.reason_code = TextAt(field(9));
  d.note = TextAt(field(10));
  d.undoes = OptUuidAt(field(11));
  d.revision = field(12).as<std::int64_t>();
  d.decided_at = TimeAt(field(13));
  d.bulk_id = OptUuidAt(field(14));
  return d;
}

// Version 7 leaves 74 bits behind the milliseconds. Twelve take what is below a millisecond: 1,000
// microseconds on 4,096 steps are never the same. Fourteen count within the call; the rest is
// random.
DecisionId MakeDecisionId(Timestamp at, std::size_t index) {
  static_assert(kDecisionBatchMax <= 1U << 14);
  constexpr std::size_t kFractionSteps = 1U << 12;
  const auto since = at.time_since_epoch();
  const auto below = since - std::chrono::floor<std::chrono::milliseconds>(since);
  const std::size_t fraction = static_cast<std::size_t>(below.count()) * kFractionSteps / 1000;
  std::array<std::uint8_t, 10> tail{};
  randombytes_buf(tail.data(), tail.size());
  tail[0] = static_cast<std::uint8_t>(fraction >> 8);
  tail[1] = static_cast<std::uint8_t>(fraction);
  tail[2] = static_cast<std::uint8_t>(index >> 8);
  tail[3] = static_cast<std::uint8_t>(index);
  return MakeUuidV7(at, tail);
}

NewEvent DecidedEvent(const Decision& d, const ThreadId& thread_id) {
  NewEvent event;
  event.site_id = d.site_id;
  event.type = EventType::kDecided;
  event.comment_id = d.comment_id;
  event.thread_id = thread_id;
  event.status = d.to_status;
  event.previous_status = d.from_status;
  event.reason_code = d.reason_code;
  event.decision_id = d.decision_id;
  event.created_at = d.decided_at;
  return event;
}

std::map<CommentId, DecidedComment> LockForDecision(Tx& tx, SiteId site_id,
                                                    const std::vector<CommentId>& ids) {
  const auto array = Ids(ids);
  tx.Exec(kLock, site_id, array);
  tx.Exec(kLockItems, site_id, array);
  std::map<CommentId, DecidedComment> out;
  for (const auto& row : tx.Exec(kReadLocked, site_id, array)) {
    DecidedComment c;
    c.status = EnumAt<CommentStatus>(row[1]);
    c.source = EnumAt<StatusSource>(row[2]);
    c.status_at = TextAt(row[3]);
    c.revision = row[4].as<std::int64_t>();
    c.report_count = row[5].as<std::int32_t>();
    c.thread_id = UuidAt(row[6]);
    c.author_hash = BytesAt(row[7]);
    c.ip_hash = BytesAt(row[8]);
    c.probability = OptDoubleAt(row[9]);
    c.lease_token = TextAt(row[10]);
    c.leased = row[11].as<bool>();
    c.label = EnumAt<LabelClass>(row[12]);
    c.label_position = row[13].as<std::int64_t>();
    out.emplace(UuidAt(row[0]), std::move(c));
  }
  return out;
}

void WriteDecision(Tx& tx, const DecidedComment& before, const DecisionWrite& write,
                   const std::optional<Timestamp>& dequeue_until) {
  const Decision& d = write.decision;
  tx.Exec(kWrite, d.site_id, Id(d.decision_id), Id(d.comment_id), OptTime(dequeue_until),
          static_cast<int>(d.to_status), static_cast<int>(write.to_source), write.to_status_at,
          write.to_report_count, d.revision, static_cast<int>(d.action), Text(d.actor),
          Text(d.actor_key_id), static_cast<int>(before.status), static_cast<int>(before.source),
          before.status_at, before.report_count, d.teaches, Text(d.reason_code), Text(d.note),
          Time(d.decided_at), OptId(d.undoes), before.label_position, OptId(d.bulk_id));
}

void RefuseDecision(DecisionRefusal refusal, std::string_view message, DecisionResult& result) {
  result.refusal = refusal;
  result.status = absl::AbortedError(absl::string_view(message.data(), message.size()));
}

std::optional<Decision> NewestDecision(Tx& tx, SiteId site_id, const CommentId& comment_id) {
  const pqxx::result rows = tx.Exec(kNewest, site_id, Id(comment_id));
  if (rows.empty()) return std::nullopt;
  return ReadDecision(rows[0]);
}

std::vector<CommentRecord> ReadComments(Tx& tx, SiteId site_id, const std::vector<CommentId>& ids) {
  std::vector<CommentRecord> out;
  for (const auto& row : tx.Exec(kComments, site_id, Ids(ids))) out.push_back(ReadComment(row));
  return out;
}

}  // namespace replyguard::storage
