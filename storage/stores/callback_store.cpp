// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/callback_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include "postgres/kept.h"
#include "postgres/params.h"
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

constexpr Statement kSealKey{
    "callback_seal_key",
    "INSERT INTO replyguard.sealed_keys (site_id, key_id, sealed, sealed_at) "
    "VALUES ($1::bigint, $2::text, $3::bytea, $4::timestamptz) "
    "ON CONFLICT (site_id, key_id) DO UPDATE SET sealed = EXCLUDED.sealed, "
    "sealed_at = EXCLUDED.sealed_at"};

// A site's first callback begins the search where the log is now. None of a comment that is erased
// (status 5), which a check that comes again may find.
constexpr Statement kSave{
    "callback_save",
    "WITH begun AS (INSERT INTO replyguard.callback_cursors (site_id, sequence) "
    "SELECT h.site_id, h.event_seq FROM replyguard.site_heads h WHERE h.site_id = $1::bigint "
    "AND NOT EXISTS (SELECT 1 FROM replyguard.callback_cursors k WHERE k.site_id = $1::bigint) "
    "ON CONFLICT DO NOTHING) "
    "INSERT INTO replyguard.akismet_callbacks (site_id, comment_id, key_id, url, created_at) "
    "SELECT $1::bigint, $2::uuid, $3::text, $4::text, $5::timestamptz WHERE NOT EXISTS (SELECT 1 "
    "FROM replyguard.comments m WHERE m.site_id = $1::bigint AND m.comment_id = $2::uuid "
    "AND m.status = 5) ON CONFLICT (site_id, comment_id) DO UPDATE SET key_id = EXCLUDED.key_id, "
    "url = EXCLUDED.url"};

// What is due, and leases, go by the database's clock: those of two servers may differ by more than
// a lease, and both would tell. The statement's time is one that an index can be asked about.
#define RG_NOW "statement_timestamp()"
#define RG_SECONDS(parameter) "make_interval(secs => " parameter "::double precision)"

// Events become visible in the order of their numbers: what the head says is there to be read.
// 2 is DECIDED; 2 and 3 are the statuses APPROVED and SPAM.
constexpr Statement kCollect{
    "callback_collect",
    "WITH spans AS (SELECT k.site_id, k.sequence AS after, "
    "least(h.event_seq, k.sequence + $1::bigint) AS upto FROM replyguard.callback_cursors k "
    "JOIN replyguard.site_heads h ON h.site_id = k.site_id WHERE h.event_seq > k.sequence "
    "ORDER BY k.site_id FOR UPDATE OF k SKIP LOCKED), "
    "news AS (SELECT DISTINCT c.site_id, c.comment_id FROM spans s "
    "JOIN replyguard.events e ON e.site_id = s.site_id AND e.sequence > s.after "
    "AND e.sequence <= s.upto AND e.type = 2 AND e.status IN (2, 3) "
    "JOIN replyguard.akismet_callbacks c ON c.site_id = e.site_id AND c.comment_id = e.comment_id "
    "JOIN replyguard.decisions d ON d.site_id = e.site_id AND d.decision_id = e.decision_id "
    "AND d.actor_key_id <> c.key_id), "
    "due AS (UPDATE replyguard.akismet_callbacks c SET version = c.version + 1, attempts = 0, "
    "due_at = " RG_NOW
    " FROM news n "
    "WHERE c.site_id = n.site_id AND c.comment_id = n.comment_id), "
    "moved AS (UPDATE replyguard.callback_cursors k SET sequence = s.upto FROM spans s "
    "WHERE k.site_id = s.site_id) "
    "SELECT count(*) FROM spans"};

// The one that is due for the longest, and others that go by the same call. Nothing is read of
// those that are due later: every server asks once a second.
constexpr Statement kTake{
    "callback_take",
    "WITH first AS (SELECT c.site_id, c.key_id, c.url FROM replyguard.akismet_callbacks c "
    "JOIN replyguard.api_keys a ON a.key_id = c.key_id AND a.revoked_at IS NULL "
    "JOIN replyguard.sealed_keys s ON s.site_id = c.site_id AND s.key_id = c.key_id "
    "JOIN replyguard.comments m ON m.site_id = c.site_id AND m.comment_id = c.comment_id "
    "WHERE c.due_at <= " RG_NOW
    " AND c.site_id <> ALL($3::bigint[]) "
    "ORDER BY c.due_at LIMIT 1 FOR UPDATE OF c SKIP LOCKED), "
    "taken AS (SELECT t.site_id, t.comment_id FROM first f CROSS JOIN LATERAL "
    "(SELECT c.site_id, c.comment_id FROM replyguard.akismet_callbacks c "
    "WHERE c.site_id = f.site_id AND c.key_id = f.key_id AND c.url = f.url "
    "AND c.due_at <= " RG_NOW
    " ORDER BY c.due_at LIMIT $1::bigint "
    "FOR UPDATE SKIP LOCKED) t) "
    "UPDATE replyguard.akismet_callbacks c SET due_at = " RG_NOW " + " RG_SECONDS("$2")
    " FROM taken t, replyguard.comments m, replyguard.sealed_keys s "
    "WHERE c.site_id = t.site_id AND c.comment_id = t.comment_id "
    "AND m.site_id = t.site_id AND m.comment_id = t.comment_id "
    "AND s.site_id = c.site_id AND s.key_id = c.key_id "
    "RETURNING c.site_id, c.comment_id, c.key_id, s.sealed, c.url, c.version, c.attempts, "
    "m.status, " RG_US("c.due_at")};

// Those of a group, as they were taken.
#define RG_GROUP                                                                                \
  "FROM unnest($2::uuid[], $3::bigint[], $4::timestamptz[]) AS t(comment_id, version, due_at) " \
  "WHERE c.site_id = $1::bigint AND c.comment_id = t.comment_id"
#define RG_NO_NEWS "c.version = t.version"

constexpr Statement kRenew{"callback_renew",
                           "UPDATE replyguard.akismet_callbacks c SET due_at = " RG_NOW
                           " + " RG_SECONDS("$5") " " RG_GROUP " AND " RG_NO_NEWS
                                                  " AND c.due_at = t.due_at "
                                                  "RETURNING c.comment_id, " RG_US("c.due_at")};

// What was never tried is due at once, and no pause takes 25 hours: what is due later was written
// while that clock was ahead. From the far end of an index each, where there is nothing as a rule.
constexpr Statement kBringBack{
    "callback_bring_back",
    "WITH late AS (SELECT c.site_id, c.comment_id FROM replyguard.akismet_callbacks c "
    "WHERE c.due_at > " RG_NOW
    " + interval '25 hours' "
    "ORDER BY c.due_at DESC LIMIT $1::bigint FOR UPDATE SKIP LOCKED), "
    "untried AS (SELECT c.site_id, c.comment_id FROM replyguard.akismet_callbacks c "
    "WHERE c.attempts = 0 AND c.due_at > " RG_NOW
    " + interval '2 minutes' "
    "ORDER BY c.due_at DESC LIMIT $1::bigint FOR UPDATE SKIP LOCKED) "
    "UPDATE replyguard.akismet_callbacks c SET due_at = " RG_NOW
    " FROM (SELECT * FROM late UNION SELECT * FROM untried) d "
    "WHERE c.site_id = d.site_id AND c.comment_id = d.comment_id"};

constexpr Statement kTold{
    "callback_told", "UPDATE replyguard.akismet_callbacks c SET told_at = " RG_NOW
                     ", last_error = '', "
                     "due_at = CASE WHEN " RG_NO_NEWS " THEN NULL ELSE " RG_NOW
                     " END, "
                     "attempts = CASE WHEN " RG_NO_NEWS " THEN c.attempts ELSE 0 END " RG_GROUP};

// News since it was taken set due_at and attempts anew: these stay. Beyond the last pause there is
// none, and nothing is due.
constexpr Statement kFailed{"callback_failed",
                            "UPDATE replyguard.akismet_callbacks c SET last_error = $6::text, "
                            "attempts = c.attempts + CASE WHEN " RG_NO_NEWS
                            " THEN 1 ELSE 0 END, "
                            "due_at = CASE WHEN " RG_NO_NEWS " THEN " RG_NOW
                            " + make_interval(secs => ($5::double precision[])[c.attempts + 1]) "
                            "ELSE c.due_at END " RG_GROUP};

constexpr Statement kRelease{"callback_release",
                             "UPDATE replyguard.akismet_callbacks c SET due_at = " RG_NOW
                             " " RG_GROUP " AND " RG_NO_NEWS};

constexpr Statement kPutOff{
    "callback_put_off",
    "UPDATE replyguard.akismet_callbacks c SET due_at = " RG_NOW " + " RG_SECONDS("$4")
    " WHERE c.site_id = $1::bigint AND c.key_id = $2::text AND c.url = $3::text "
    "AND c.due_at <= " RG_NOW};

// Nobody takes them any more.
constexpr Statement kDropRevoked{
    "callback_drop_revoked",
    "UPDATE replyguard.akismet_callbacks c SET due_at = NULL, last_error = 'the key was revoked' "
    "FROM replyguard.api_keys a WHERE c.due_at IS NOT NULL AND a.key_id = c.key_id "
    "AND a.revoked_at IS NOT NULL"};

constexpr Statement kPrune{
    "callback_prune",
    "DELETE FROM replyguard.akismet_callbacks c USING (SELECT p.site_id, p.comment_id "
    "FROM replyguard.akismet_callbacks p WHERE p.created_at < " RG_KEPT_AT_LEAST("29 days", "$1")
    "ORDER BY p.created_at LIMIT $2::bigint) old "
    "WHERE c.site_id = old.site_id AND c.comment_id = old.comment_id"};

DueCallback ReadDue(const pqxx::row& row) {
  DueCallback due;
  due.site_id = row[0].as<std::int64_t>();
  due.comment_id = UuidAt(row[1]);
  due.key_id = TextAt(row[2]);
  due.sealed_key = BytesAt(row[3]);
  due.url = TextAt(row[4]);
  due.version = row[5].as<std::int64_t>();
  due.attempts = row[6].as<std::int32_t>();
  due.status = EnumAt<CommentStatus>(row[7]);
  due.leased_until = TimeAt(row[8]);
  return due;
}

// RG_GROUP, and what the statement wants besides. REQUIRES: it is not empty.
template <typename... More>
pqxx::result ExecOfGroup(Tx& tx, const Statement& statement, const CallbackGroup& group,
                         More&&... more) {
  using Element = ArrayParam::Element;
  ArrayParam ids(Element::kUuid), versions(Element::kInt8), leases(Element::kTimestamptz);
  for (const DueCallback& due : group) {
    ids.AddUuid(due.comment_id);
    versions.AddInt8(due.version);
    leases.AddTime(due.leased_until);
  }
  return tx.Exec(statement, group.front().site_id, ids.Done(), versions.Done(), leases.Done(),
                 std::forward<More>(more)...);
}

}  // namespace

absl::Status PostgresCallbackStore::SealKey(SiteId site_id, const std::string& key_id,
                                            const std::string& sealed, Timestamp now,
                                            Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kSealKey, site_id, Text(key_id), Bytes(sealed), Time(now));
    return absl::OkStatus();
  });
}

absl::Status PostgresCallbackStore::Save(const NewCallback& callback, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kSave, callback.site_id, Id(callback.comment_id), Text(callback.key_id),
            Text(callback.url), Time(callback.now));
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> PostgresCallbackStore::Collect(std::int32_t limit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<bool> {
    return tx.Exec(kCollect, limit)[0][0].as<std::int64_t>() > 0;
  });
}

absl::StatusOr<CallbackGroup> PostgresCallbackStore::Take(std::int32_t limit,
                                                          std::chrono::seconds lease,
                                                          const std::vector<SiteId>& but,
                                                          Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<CallbackGroup> {
    const auto take = [&] {
      return tx.Exec(kTake, std::clamp(limit, 1, kCallbackBatchMax),
                     static_cast<double>(lease.count()), Ids(but));
    };
    pqxx::result rows = take();
    if (rows.empty() && tx.Exec(kBringBack, kCallbackBatchMax).affected_rows() > 0) {
      rows = take();
    }
    CallbackGroup out;
    for (const auto& row : rows) out.push_back(ReadDue(row));
    return out;
  });
}

absl::StatusOr<CallbackGroup> PostgresCallbackStore::Renew(const CallbackGroup& group,
                                                           std::chrono::seconds lease,
                                                           Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<CallbackGroup> {
    std::map<CommentId, Timestamp> renewed;
    for (const auto& row : ExecOfGroup(tx, kRenew, group, static_cast<double>(lease.count()))) {
      renewed[UuidAt(row[0])] = TimeAt(row[1]);
    }
    CallbackGroup out;
    for (const DueCallback& due : group) {
      const auto found = renewed.find(due.comment_id);
      if (found == renewed.end()) continue;
      out.push_back(due);
      out.back().leased_until = found->second;
    }
    return out;
  });
}

absl::Status PostgresCallbackStore::Told(const CallbackGroup& group, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    ExecOfGroup(tx, kTold, group);
    return absl::OkStatus();
  });
}

absl::Status PostgresCallbackStore::Failed(const CallbackGroup& group,
                                           std::span<const std::chrono::seconds> pauses,
                                           const std::string& error, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    ArrayParam seconds(ArrayParam::Element::kFloat8);
    for (const auto pause : pauses) seconds.AddFloat8(static_cast<double>(pause.count()));
    ExecOfGroup(tx, kFailed, group, seconds.Done(), Text(error.substr(0, kCallbackErrorBytesMax)));
    return absl::OkStatus();
  });
}

absl::Status PostgresCallbackStore::Release(const CallbackGroup& group, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    ExecOfGroup(tx, kRelease, group);
    return absl::OkStatus();
  });
}

absl::Status PostgresCallbackStore::PutOff(const DueCallback& callback, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kPutOff, callback.site_id, Text(callback.key_id), Text(callback.url),
            static_cast<double>(kCallbackPutOff.count()));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::int64_t> PostgresCallbackStore::Prune(Timestamp created_before,
                                                          std::int32_t limit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
    tx.Exec(kDropRevoked);
    const pqxx::result rows = tx.Exec(kPrune, Time(created_before), limit);
    return static_cast<std::int64_t>(rows.affected_rows());
  });
}

}  // namespace replyguard::storage
