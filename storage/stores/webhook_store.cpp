// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/webhook_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/limit.h"
#include "stores/review_store.h"

namespace replyguard::storage {
namespace {

#define RG_WEBHOOK_COLUMNS \
  "w.site_id, w.webhook_id, w.url, w.types, w.state, w.pause_reason, w.secret, " RG_US(    \
      "w.secret_made_at") ", w.old_secret, " RG_US("w.old_secret_made_at") ", " RG_US(     \
      "w.created_at") ", w.sequence, w.failures, " RG_US("w.failing_since") ", w.last_error, " RG_US( \
      "w.due_at") ", w.lease"
#define RG_WEBHOOK_KEY "w.site_id = $1::bigint AND w.webhook_id = $2::uuid"
// By the database's clock, as the leases of the queue and of operations: those of two servers may
// differ by more than a lease, and both would tell. Nothing that did not fail is due later than a
// lease ends, and no pause takes seven hours: what is due later was written while that clock was
// ahead.
#define RG_DUE(row)                                                                             \
  "(" row ".due_at <= clock_timestamp() OR " row ".due_at > clock_timestamp() + CASE WHEN " row \
  ".failures = 0 THEN interval '2 minutes' ELSE interval '7 hours' END)"

// The site's head is also what makes creations wait for each other.
constexpr Statement kHead{
    "webhook_head",
    "SELECT event_seq, event_oldest FROM replyguard.site_heads WHERE site_id = $1::bigint"};
constexpr Statement kLockHead{
    "webhook_lock_head",
    "SELECT event_seq FROM replyguard.site_heads WHERE site_id = $1::bigint FOR UPDATE"};
constexpr Statement kCount{"webhook_count",
                           "SELECT count(*) FROM replyguard.webhooks WHERE site_id = $1::bigint"};
constexpr Statement kCreate{
    "webhook_create",
    "INSERT INTO replyguard.webhooks AS w (site_id, webhook_id, url, types, state, secret, "
    "secret_made_at, created_at, sequence, due_at) VALUES ($1::bigint, $2::uuid, $3::text, "
    "$4::integer, 1, $5::bytea, $6::timestamptz, $6::timestamptz, $7::bigint, clock_timestamp()) "
    "RETURNING " RG_WEBHOOK_COLUMNS};
constexpr Statement kGet{"webhook_get", "SELECT " RG_WEBHOOK_COLUMNS
                                        " FROM replyguard.webhooks w WHERE " RG_WEBHOOK_KEY};
constexpr Statement kList{"webhook_list",
                          "SELECT " RG_WEBHOOK_COLUMNS
                          " FROM replyguard.webhooks w "
                          "WHERE w.site_id = $1::bigint ORDER BY w.webhook_id LIMIT $2::bigint"};
// $6: whether what failed is forgotten.
constexpr Statement kUpdate{
    "webhook_update",
    "UPDATE replyguard.webhooks w SET lease = w.lease + 1, url = coalesce($3::text, w.url), "
    "types = coalesce($4::integer, w.types), state = coalesce($5::smallint, w.state), "
    "pause_reason = CASE coalesce($5::smallint, 0) WHEN 1 THEN '' WHEN 2 THEN 'by an operator' "
    "ELSE w.pause_reason END, "
    "failures = CASE WHEN $6::boolean THEN 0 ELSE w.failures END, "
    "failing_since = CASE WHEN $6::boolean THEN NULL ELSE w.failing_since END, "
    "last_error = CASE WHEN $6::boolean THEN '' ELSE w.last_error END, "
    "due_at = CASE WHEN $6::boolean OR w.failures = 0 THEN clock_timestamp() ELSE w.due_at END "
    "WHERE " RG_WEBHOOK_KEY " RETURNING " RG_WEBHOOK_COLUMNS};
constexpr Statement kAddSecret{
    "webhook_add_secret",
    "UPDATE replyguard.webhooks w SET old_secret = w.secret, old_secret_made_at = "
    "w.secret_made_at, secret = $3::bytea, secret_made_at = $4::timestamptz, "
    "lease = w.lease + 1, "
    "due_at = CASE WHEN w.failures = 0 THEN clock_timestamp() ELSE w.due_at END "
    "WHERE " RG_WEBHOOK_KEY " AND w.old_secret IS NULL RETURNING " RG_WEBHOOK_COLUMNS};
constexpr Statement kDropOldSecret{
    "webhook_drop_old_secret",
    "UPDATE replyguard.webhooks w SET old_secret = NULL, old_secret_made_at = NULL "
    "WHERE " RG_WEBHOOK_KEY " AND w.old_secret IS NOT NULL RETURNING " RG_WEBHOOK_COLUMNS};
constexpr Statement kDelete{"webhook_delete",
                            "DELETE FROM replyguard.webhooks w WHERE " RG_WEBHOOK_KEY};

constexpr Statement kAttempts{
    "webhook_attempts",
    "SELECT a.attempt, a.sequence, " RG_US("a.attempted_at") ", a.status, a.error, a.duration_ms, "
    "a.redelivery FROM replyguard.webhook_attempts a WHERE a.site_id = $1::bigint "
    "AND a.webhook_id = $2::uuid ORDER BY a.attempt DESC LIMIT $3::bigint"};
constexpr Statement kAttempt{
    "webhook_attempt",
    "WITH counted AS (UPDATE replyguard.webhooks w SET attempts = w.attempts + 1 "
    "WHERE " RG_WEBHOOK_KEY
    " RETURNING w.attempts) "
    "INSERT INTO replyguard.webhook_attempts (site_id, webhook_id, attempt, sequence, "
    "attempted_at, status, error, duration_ms, redelivery) "
    "SELECT $1::bigint, $2::uuid, c.attempts, $3::bigint, $4::timestamptz, $5::integer, $6::text, "
    "$7::bigint, $8::boolean FROM counted c"};
constexpr Statement kPrune{"webhook_prune_attempts",
                           "DELETE FROM replyguard.webhook_attempts a USING replyguard.webhooks w "
                           "WHERE " RG_WEBHOOK_KEY
                           " AND a.site_id = w.site_id AND a.webhook_id = w.webhook_id "
                           "AND a.attempt <= w.attempts - $3::bigint"};

constexpr Statement kCountRedeliveries{
    "webhook_count_redeliveries",
    "SELECT count(*) FROM replyguard.webhook_redeliveries w WHERE " RG_WEBHOOK_KEY
    " AND w.sequence <> $3::bigint"};
constexpr Statement kRedeliver{
    "webhook_redeliver",
    "INSERT INTO replyguard.webhook_redeliveries (site_id, webhook_id, sequence) "
    "VALUES ($1::bigint, $2::uuid, $3::bigint) ON CONFLICT (site_id, webhook_id, sequence) "
    "DO UPDATE SET failures = 0, due_at = clock_timestamp()"};
constexpr Statement kRedelivered{
    "webhook_redelivered", "DELETE FROM replyguard.webhook_redeliveries w WHERE " RG_WEBHOOK_KEY
                           " AND w.sequence = $3::bigint"};
constexpr Statement kPutOff{
    "webhook_put_off",
    "UPDATE replyguard.webhook_redeliveries w SET failures = w.failures + 1, "
    "due_at = clock_timestamp() + make_interval(secs => $4::double precision) "
    "WHERE " RG_WEBHOOK_KEY " AND w.sequence = $3::bigint"};
constexpr Statement kRest{
    "webhook_rest",
    "UPDATE replyguard.webhook_redeliveries w SET due_at = greatest(w.due_at, "
    "clock_timestamp() + make_interval(secs => $3::double precision)) WHERE " RG_WEBHOOK_KEY};
constexpr Statement kDropRedeliveries{
    "webhook_drop_redeliveries",
    "DELETE FROM replyguard.webhook_redeliveries w WHERE " RG_WEBHOOK_KEY};
constexpr Statement kForget{
    "webhook_forget_failures",
    "UPDATE replyguard.webhook_redeliveries w SET failures = 0, due_at = clock_timestamp() "
    "WHERE " RG_WEBHOOK_KEY};
constexpr Statement kRedeliveries{
    "webhook_redeliveries",
    "SELECT w.sequence, w.failures FROM replyguard.webhook_redeliveries w WHERE " RG_WEBHOOK_KEY
    " AND " RG_DUE("w") " ORDER BY w.failures, w.sequence"};
// Also takes the lease, and makes it due.
constexpr Statement kMove{
    "webhook_move",
    "UPDATE replyguard.webhooks w SET lease = w.lease + 1, sequence = coalesce($3::bigint, "
    "w.sequence), due_at = clock_timestamp() WHERE " RG_WEBHOOK_KEY
    " RETURNING " RG_WEBHOOK_COLUMNS};

// Events become visible in the order of their numbers: what the head says is there to be read.
constexpr Statement kTake{
    "webhook_take",
    "WITH taken AS (SELECT w.site_id, w.webhook_id FROM replyguard.webhooks w "
    "JOIN replyguard.site_heads h ON h.site_id = w.site_id "
    "WHERE w.state = 1 AND w.site_id <> ALL($2::bigint[]) AND " RG_DUE(
        "w") " AND (h.event_seq > w.sequence OR EXISTS "
    "(SELECT 1 FROM replyguard.webhook_redeliveries r WHERE r.site_id = w.site_id "
    "AND r.webhook_id = w.webhook_id AND " RG_DUE("r") ")) "
    "ORDER BY w.due_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED) "
    "UPDATE replyguard.webhooks w SET lease = w.lease + 1, "
    "due_at = clock_timestamp() + make_interval(secs => $1::double precision) FROM taken t "
    "WHERE w.site_id = t.site_id AND w.webhook_id = t.webhook_id RETURNING " RG_WEBHOOK_COLUMNS};
constexpr Statement kSettle{
    "webhook_settle",
    "UPDATE replyguard.webhooks w SET sequence = $4::bigint, failures = $5::integer, "
    "failing_since = $6::timestamptz, last_error = $7::text, due_at = coalesce("
    "clock_timestamp() + make_interval(secs => $8::double precision), w.due_at), "
    "state = $9::smallint, pause_reason = $10::text WHERE " RG_WEBHOOK_KEY
    " AND w.lease = $3::bigint"};

WebhookRecord ReadWebhook(const pqxx::row& row) {
  WebhookRecord w;
  w.site_id = row[0].as<std::int64_t>();
  w.webhook_id = UuidAt(row[1]);
  w.url = TextAt(row[2]);
  w.types = row[3].as<std::int32_t>();
  w.state = EnumAt<WebhookState>(row[4]);
  w.pause_reason = TextAt(row[5]);
  w.secret = {BytesAt(row[6]), TimeAt(row[7])};
  if (!row[8].is_null()) w.old_secret = WebhookSecret{BytesAt(row[8]), TimeAt(row[9])};
  w.created_at = TimeAt(row[10]);
  w.sequence = row[11].as<std::int64_t>();
  w.failures = row[12].as<std::int32_t>();
  w.failing_since = OptTimeAt(row[13]);
  w.last_error = TextAt(row[14]);
  w.due_at = TimeAt(row[15]);
  w.lease = row[16].as<std::int64_t>();
  return w;
}

absl::Status NoWebhook() { return absl::NotFoundError("there is no such webhook"); }

// What an update answered, or why it changed nothing.
absl::StatusOr<WebhookRecord> Changed(Tx& tx, const pqxx::result& rows, const AuditEvent& audit) {
  if (rows.empty()) return NoWebhook();
  InsertAudit(tx, audit);
  return ReadWebhook(rows[0]);
}

}  // namespace

absl::StatusOr<WebhookRecord> PostgresWebhookStore::Create(const WebhookRecord& webhook,
                                                           const AuditEvent& audit,
                                                           Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<WebhookRecord> {
    const pqxx::result head = tx.Exec(kLockHead, webhook.site_id);
    if (head.empty()) return absl::NotFoundError("there is no such site");
    if (tx.Exec(kCount, webhook.site_id)[0][0].as<std::int64_t>() >= kWebhooksPerSiteMax) {
      return LimitReached("the site has as many webhooks as it may have");
    }
    return Changed(tx,
                   tx.Exec(kCreate, webhook.site_id, Id(webhook.webhook_id), Text(webhook.url),
                           webhook.types, Bytes(webhook.secret.sealed), Time(webhook.created_at),
                           head[0][0].as<std::int64_t>()),
                   audit);
  });
}

absl::StatusOr<WebhookRecord> PostgresWebhookStore::Get(SiteId site_id, const WebhookId& id,
                                                        Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<WebhookRecord> {
    const pqxx::result rows = tx.Exec(kGet, site_id, Id(id));
    if (rows.empty()) return NoWebhook();
    return ReadWebhook(rows[0]);
  });
}

absl::StatusOr<std::vector<WebhookRecord>> PostgresWebhookStore::List(SiteId site_id,
                                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<WebhookRecord>> {
    std::vector<WebhookRecord> out;
    for (const auto& row : tx.Exec(kList, site_id, kWebhooksPerSiteMax)) {
      out.push_back(ReadWebhook(row));
    }
    return out;
  });
}

absl::StatusOr<WebhookRecord> PostgresWebhookStore::Update(SiteId site_id, const WebhookId& id,
                                                           const WebhookChange& change,
                                                           const AuditEvent& audit,
                                                           Deadline deadline) {
  std::optional<int> state;
  if (change.state) state = static_cast<int>(*change.state);
  const bool anew = change.url || change.state == WebhookState::kActive;
  return RunTransaction(pool_, deadline, [&](Tx& tx) {
    const pqxx::result changed =
        tx.Exec(kUpdate, site_id, Id(id), change.url, change.types, state, anew);
    if (anew) tx.Exec(kForget, site_id, Id(id));
    return Changed(tx, changed, audit);
  });
}

absl::StatusOr<WebhookRecord> PostgresWebhookStore::AddSecret(SiteId site_id, const WebhookId& id,
                                                              const WebhookSecret& secret,
                                                              const AuditEvent& audit,
                                                              Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<WebhookRecord> {
    if (tx.Exec(kGet, site_id, Id(id)).empty()) return NoWebhook();
    const pqxx::result rows =
        tx.Exec(kAddSecret, site_id, Id(id), Bytes(secret.sealed), Time(secret.created_at));
    if (rows.empty()) return absl::FailedPreconditionError("the old secret is still live");
    return Changed(tx, rows, audit);
  });
}

absl::StatusOr<WebhookRecord> PostgresWebhookStore::DropOldSecret(SiteId site_id,
                                                                  const WebhookId& id,
                                                                  const AuditEvent& audit,
                                                                  Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<WebhookRecord> {
    if (tx.Exec(kGet, site_id, Id(id)).empty()) return NoWebhook();
    const pqxx::result rows = tx.Exec(kDropOldSecret, site_id, Id(id));
    if (rows.empty()) return absl::FailedPreconditionError("there is no old secret");
    return Changed(tx, rows, audit);
  });
}

absl::Status PostgresWebhookStore::Delete(SiteId site_id, const WebhookId& id,
                                          const AuditEvent& audit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    if (tx.Exec(kDelete, site_id, Id(id)).affected_rows() == 0) return NoWebhook();
    InsertAudit(tx, audit);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<WebhookAttempt>> PostgresWebhookStore::Attempts(SiteId site_id,
                                                                           const WebhookId& id,
                                                                           std::int32_t limit,
                                                                           Deadline deadline) {
  using Attempts = std::vector<WebhookAttempt>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Attempts> {
    Attempts out;
    for (const auto& row :
         tx.Exec(kAttempts, site_id, Id(id), std::clamp(limit, 1, kWebhookAttemptsKeptMax))) {
      out.push_back({row[0].as<std::int64_t>(), row[1].as<std::int64_t>(), TimeAt(row[2]),
                     row[3].as<std::int32_t>(), TextAt(row[4]),
                     std::chrono::milliseconds(row[5].as<std::int64_t>()), row[6].as<bool>(),
                     true});
    }
    return out;
  });
}

absl::StatusOr<WebhookRecord> PostgresWebhookStore::Redeliver(SiteId site_id, const WebhookId& id,
                                                              std::int64_t sequence,
                                                              Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<WebhookRecord> {
    const pqxx::result moved = tx.Exec(kMove, site_id, Id(id), std::optional<std::int64_t>());
    if (moved.empty()) return NoWebhook();
    const pqxx::result head = tx.Exec(kHead, site_id);
    if (sequence > head[0][0].as<std::int64_t>() || sequence < head[0][1].as<std::int64_t>()) {
      return absl::OutOfRangeError("the log does not hold that event");
    }
    if (tx.Exec(kCountRedeliveries, site_id, Id(id), sequence)[0][0].as<std::int64_t>() >=
        kRedeliveriesWaitingMax) {
      return LimitReached("as many events wait to be told again as may");
    }
    tx.Exec(kRedeliver, site_id, Id(id), sequence);
    return ReadWebhook(moved[0]);
  });
}

absl::StatusOr<WebhookRecord> PostgresWebhookStore::MoveTo(SiteId site_id, const WebhookId& id,
                                                           std::int64_t sequence,
                                                           Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<WebhookRecord> {
    const pqxx::result moved =
        tx.Exec(kMove, site_id, Id(id), std::optional<std::int64_t>(sequence));
    if (moved.empty()) return NoWebhook();
    const pqxx::result head = tx.Exec(kHead, site_id);
    if (sequence > head[0][0].as<std::int64_t>() ||
        (sequence != 0 && sequence < head[0][1].as<std::int64_t>() - 1)) {
      return absl::OutOfRangeError("the log does not hold what came after that");
    }
    tx.Exec(kDropRedeliveries, site_id, Id(id));
    return ReadWebhook(moved[0]);
  });
}

absl::StatusOr<std::optional<WebhookRecord>> PostgresWebhookStore::Take(
    std::chrono::seconds lease, const std::vector<SiteId>& but, Deadline deadline) {
  using Taken = std::optional<WebhookRecord>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Taken> {
    const pqxx::result rows = tx.Exec(kTake, static_cast<double>(lease.count()), Ids(but));
    return rows.empty() ? Taken() : ReadWebhook(rows[0]);
  });
}

absl::StatusOr<std::vector<WebhookRedelivery>> PostgresWebhookStore::Redeliveries(
    SiteId site_id, const WebhookId& id, Deadline deadline) {
  using Waiting = std::vector<WebhookRedelivery>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Waiting> {
    Waiting out;
    for (const auto& row : tx.Exec(kRedeliveries, site_id, Id(id))) {
      out.push_back({row[0].as<std::int64_t>(), row[1].as<std::int32_t>()});
    }
    return out;
  });
}

absl::StatusOr<bool> PostgresWebhookStore::Settle(const WebhookRecord& taken,
                                                  const std::optional<WebhookAttempt>& attempt,
                                                  Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<bool> {
    const auto id = Id(taken.webhook_id);
    if (attempt) {
      tx.Exec(kAttempt, taken.site_id, id, attempt->sequence, Time(attempt->at), attempt->status,
              Text(attempt->error.substr(0, kWebhookErrorBytesMax)), attempt->duration.count(),
              attempt->redelivery);
      tx.Exec(kPrune, taken.site_id, id, kWebhookAttemptsKeptMax);
    }
    std::optional<double> pause;
    if (taken.again_in) pause = static_cast<double>(taken.again_in->count());
    const pqxx::result settled = tx.Exec(
        kSettle, taken.site_id, id, taken.lease, taken.sequence, taken.failures,
        OptTime(taken.failing_since), Text(taken.last_error.substr(0, kWebhookErrorBytesMax)),
        pause, static_cast<int>(taken.state), Text(taken.pause_reason));
    if (settled.affected_rows() == 0) return false;
    if (attempt && attempt->redelivery) {
      if (attempt->settled) {
        tx.Exec(kRedelivered, taken.site_id, id, attempt->sequence);
      } else {
        tx.Exec(kPutOff, taken.site_id, id, attempt->sequence,
                static_cast<double>(attempt->again_in.count()));
      }
      if (attempt->rest > std::chrono::seconds(0)) {
        tx.Exec(kRest, taken.site_id, id, static_cast<double>(attempt->rest.count()));
      }
    }
    return true;
  });
}

}  // namespace replyguard::storage
