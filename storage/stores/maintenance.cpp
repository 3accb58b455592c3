// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/maintenance.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "postgres/encoding.h"
#include "postgres/kept.h"
#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/migrator.h"

namespace replyguard::storage {
namespace {

constexpr Statement kReady{"ready",
                           "SELECT pg_is_in_recovery(), coalesce(max(version), 0), "
                           "current_setting('server_encoding'), " RG_US(
                               "clock_timestamp()") " FROM replyguard.schema_migrations"};

// Changes nothing, and fails where nothing can be changed: then the session is given up, as one
// that began read-only stays so.
constexpr Statement kTakesWrites{
    "takes_writes", "UPDATE replyguard.config_head SET revision = revision WHERE false"};

// A function's rows that do not fit into work_mem go to a temporary file: of the database's own
// tablespace, as the tables, whatever temp_tablespaces says.
constexpr Statement kSpill{
    "room_spill",
    "SELECT set_config('work_mem', '64kB', true), set_config('temp_tablespaces', '', true)"};

// Some 140 kB, in 2 ms. A role that may write no temporary file at all is not a full disk.
constexpr Statement kWriteSome{
    "room_write",
    "SELECT count(*) FROM generate_series(1, CASE WHEN current_setting('temp_file_limit') = '0' "
    "THEN 1 ELSE 10000 END)"};

constexpr Statement kServerVersion{"server_version", "SELECT current_setting('server_version')"};

constexpr Statement kExpiryBound{"expire_bound",
                                 "SELECT " RG_US(RG_KEPT_AT_LEAST("29 days", "$1"))};

// Goes on, site by site, where it stopped the last time: rows whose request_id is gone are not read
// again.
constexpr Statement kSitesToExpire{"expire_sites",
                                   "SELECT h.site_id FROM replyguard.site_heads h WHERE EXISTS "
                                   "(SELECT 1 FROM replyguard.comments c "
                                   "WHERE c.site_id = h.site_id AND c.comment_id > "
                                   "h.request_ids_forgotten AND c.comment_id < $1::uuid) "
                                   "ORDER BY h.site_id"};

// A statement of its own, whose answer the next one is given: where that looks for itself, its plan
// begins at the site's first comment.
constexpr Statement kExpireHead{"expire_head",
                                "SELECT h.request_ids_forgotten FROM replyguard.site_heads h "
                                "WHERE h.site_id = $1::bigint FOR NO KEY UPDATE"};

constexpr Statement kExpire{
    "expire_request_ids",
    "WITH due AS (SELECT c.comment_id FROM replyguard.comments c WHERE c.site_id = $1::bigint "
    "AND c.comment_id > $4::uuid AND c.comment_id < $2::uuid AND c.request_id IS NOT NULL ORDER BY "
    "c.comment_id LIMIT $3::bigint), "
    "gone AS (UPDATE replyguard.comments c SET request_id = NULL, request_fingerprint = NULL "
    "FROM due WHERE c.site_id = $1::bigint AND c.comment_id = due.comment_id), "
    "moved AS (UPDATE replyguard.site_heads h SET request_ids_forgotten = "
    "greatest(h.request_ids_forgotten, CASE WHEN (SELECT count(*) FROM due) < $3::bigint "
    "THEN $2::uuid ELSE (SELECT d.comment_id FROM due d ORDER BY d.comment_id DESC LIMIT 1) END) "
    "WHERE h.site_id = $1::bigint) SELECT count(*) FROM due"};

// A busy site's head is never free: whoever would have it has to wait, as its writers do. No longer
// than this, as somebody may hold it for long; then the site is left for the next time.
constexpr Statement kWaitBriefly{"wait_briefly", "SELECT set_config('lock_timeout', '1s', true)"};

#define RG_PRUNED_HEADS(site)                                                               \
  "SELECT h.site_id FROM replyguard.site_heads h WHERE (SELECT e.created_at FROM "          \
  "replyguard.events e WHERE e.site_id = h.site_id AND e.sequence >= h.event_oldest "       \
  "ORDER BY e.sequence LIMIT 1) < " RG_KEPT_AT_LEAST("89 days", "$1") "AND h.site_id " site \
                                                                      " ORDER BY h.site_id "

// Sites whose oldest event is due, from one on. The head's lock comes first, as in every
// transaction that writes events, and in a statement of its own: whoever moved the floor meanwhile
// is seen. Of many who are locked together those that somebody has are passed over: who waits for
// one would have the others' locked.
constexpr Statement kSitesToPrune{"events_prune_sites",
                                  RG_PRUNED_HEADS("> $2::bigint") "LIMIT $3::bigint"};
constexpr Statement kPruneHeads{
    "events_prune_heads", RG_PRUNED_HEADS("= ANY ($2::bigint[])") "FOR NO KEY UPDATE SKIP LOCKED"};
constexpr Statement kPruneHead{"events_prune_head",
                               RG_PRUNED_HEADS("= $2::bigint") "FOR NO KEY UPDATE"};

// The floor moves first, in the same transaction: nobody sees a gap without being told.
constexpr Statement kPrune{
    "events_prune",
    "WITH due AS (SELECT e.site_id, e.sequence FROM replyguard.site_heads h CROSS JOIN LATERAL "
    "(SELECT e.site_id, e.sequence FROM replyguard.events e WHERE e.site_id = h.site_id "
    "AND e.sequence >= h.event_oldest AND e.sequence < coalesce((SELECT k.sequence FROM "
    "replyguard.events k "
    "WHERE k.site_id = h.site_id AND k.created_at >= " RG_KEPT_AT_LEAST(
        "89 days", "$1") "ORDER BY k.sequence LIMIT 1), "
    "9223372036854775807) ORDER BY e.sequence LIMIT $2::bigint) e "
    "WHERE h.site_id = ANY ($3::bigint[]) LIMIT $2::bigint), "
    "floor AS (UPDATE replyguard.site_heads h SET event_oldest = greatest(h.event_oldest, "
    "d.last + 1) FROM "
    "(SELECT site_id, max(sequence) AS last FROM due GROUP BY site_id) d WHERE h.site_id = "
    "d.site_id), "
    "gone AS (DELETE FROM replyguard.events e USING due WHERE e.site_id = due.site_id "
    "AND e.sequence = due.sequence RETURNING 1) SELECT count(*) FROM gone"};

constexpr Statement kBlank{"labels_blank",
                           "SELECT replyguard.blank_erased_samples(" RG_KEPT_AT_LEAST(
                               "30 seconds", "$1") ", $2::integer)"};

#define RG_NOT_IN_FORCE                                                                            \
  "IS DISTINCT FROM (SELECT s.generation FROM replyguard.shadow_changes s ORDER BY s.change DESC " \
  "LIMIT 1) "

constexpr Statement kPruneShadow{
    "shadow_prune",
    "WITH due AS (SELECT v.site_id, v.comment_id FROM replyguard.shadow_verdicts v "
    "WHERE v.assessed_at < " RG_KEPT_AT_LEAST(
        "29 days",
        "$1") "AND v.generation " RG_NOT_IN_FORCE
              "LIMIT $2::bigint), "
              "items AS (DELETE FROM replyguard.queue_items q USING due WHERE q.site_id = "
              "due.site_id "
              "AND q.comment_id = due.comment_id AND q.cause = 6), "
              "flags AS (UPDATE replyguard.queue_items q SET shadow = false FROM due "
              "WHERE q.site_id = due.site_id AND q.comment_id = due.comment_id AND q.cause <> 6), "
              "gone AS (DELETE FROM replyguard.shadow_verdicts v USING due WHERE v.site_id = "
              "due.site_id "
              "AND v.comment_id = due.comment_id RETURNING 1) SELECT count(*) FROM gone"};

constexpr Statement kPruneShadowCounts{
    "shadow_counts_prune",
    "DELETE FROM replyguard.shadow_counts c WHERE c.day < (" RG_KEPT_AT_LEAST(
        "29 days", "$1") "AT TIME ZONE 'UTC')::date AND c.generation " RG_NOT_IN_FORCE};

constexpr std::int32_t kLimitMax = 100'000;

using Sites = std::vector<SiteId>;

// Whether that is for kWaitBriefly: the statement's own time is what is left until the deadline.
bool IsHeld(const absl::Status& status, Deadline deadline) {
  return absl::IsDeadlineExceeded(status) && std::chrono::steady_clock::now() < deadline;
}

Sites ReadSites(const pqxx::result& rows) {
  Sites sites;
  for (const auto& row : rows) sites.push_back(row[0].as<SiteId>());
  return sites;
}

// Sites whose heads one transaction locks: what is written to these waits for it.
constexpr std::int32_t kPruneSitesMax = 100;

}  // namespace

absl::StatusOr<Timestamp> PostgresMaintenance::CheckReady(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<Timestamp> {
    const pqxx::row row = tx.Exec(kReady)[0];
    if (row[0].as<bool>())
      return absl::FailedPreconditionError("the database is a standby and takes no writes");
    const absl::Status encoding = CheckEncoding(row[2].c_str());
    if (!encoding.ok()) return encoding;
    const auto version = row[1].as<std::int32_t>();
    if (version == BuiltSchemaVersion()) {
      tx.Exec(kTakesWrites);
      return TimeAt(row[3]);
    }
    return absl::FailedPreconditionError(
        "the database has schema version " + std::to_string(version) + ", this is for " +
        std::to_string(BuiltSchemaVersion()) +
        (version < BuiltSchemaVersion() ? "; run replyguard migrate"
                                        : "; install a newer replyguard"));
  });
}

absl::Status PostgresMaintenance::CheckRoom(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::Status {
    tx.Exec(kSpill);
    tx.Exec(kWriteSome);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> PostgresMaintenance::ServerVersion(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::string> {
    return TextAt(tx.Exec(kServerVersion)[0][0]);
  });
}

absl::StatusOr<std::int64_t> PostgresMaintenance::ExpireRequestIds(Timestamp received_before,
                                                                   std::int32_t limit,
                                                                   Deadline deadline) {
  const std::int64_t most = std::clamp(limit, 1, kLimitMax);
  Uuid until;
  const auto sites = RunTransaction(
      pool_, deadline,
      [&](Tx& tx) -> absl::StatusOr<Sites> {
        until = UuidV7LowerBound(TimeAt(tx.Exec(kExpiryBound, Time(received_before))[0][0]));
        return ReadSites(tx.Exec(kSitesToExpire, Id(until)));
      },
      TxMode::kByIndex);
  if (!sites.ok()) return sites.status();
  std::int64_t gone = 0;
  for (const SiteId site_id : *sites) {
    // A transaction a site: a head is what every event of its site waits for.
    const auto count = RunTransaction(
        pool_, deadline,
        [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
          tx.Exec(kWaitBriefly);
          const pqxx::result head = tx.Exec(kExpireHead, site_id);
          if (head.empty()) return 0;
          return tx.Exec(kExpire, site_id, Id(until), most - gone, Id(UuidAt(head[0][0])))[0][0]
              .as<std::int64_t>();
        },
        TxMode::kByIndex);
    if (IsHeld(count.status(), deadline)) continue;
    if (!count.ok()) return count.status();
    gone += *count;
    if (gone >= most) break;
  }
  return gone;
}

absl::StatusOr<std::int64_t> PostgresMaintenance::PruneEvents(Timestamp created_before,
                                                              std::int32_t limit,
                                                              Deadline deadline) {
  const std::int64_t most = std::clamp(limit, 1, kLimitMax);
  std::int64_t gone = 0;
  SiteId last = std::numeric_limits<SiteId>::min();
  while (gone < most) {
    const auto due = RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Sites> {
      return ReadSites(tx.Exec(kSitesToPrune, Time(created_before), last, kPruneSitesMax));
    });
    if (!due.ok()) return due.status();
    if (due->empty()) break;
    last = due->back();
    const auto together = PruneSites(*due, Wait::kNot, created_before, most - gone, deadline);
    if (!together.ok()) return together.status();
    gone += together->gone;
    for (const SiteId busy : *due) {
      if (std::binary_search(together->sites.begin(), together->sites.end(), busy)) continue;
      if (gone >= most) break;
      const auto alone = PruneSites({busy}, Wait::kBriefly, created_before, most - gone, deadline);
      if (IsHeld(alone.status(), deadline)) continue;
      if (!alone.ok()) return alone.status();
      gone += alone->gone;
    }
  }
  return gone;
}

absl::StatusOr<PostgresMaintenance::Pruned> PostgresMaintenance::PruneSites(
    const std::vector<SiteId>& sites, Wait wait, Timestamp created_before, std::int64_t most,
    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Pruned> {
    Pruned pruned;
    if (wait == Wait::kBriefly) {
      tx.Exec(kWaitBriefly);
      pruned.sites = ReadSites(tx.Exec(kPruneHead, Time(created_before), sites.front()));
    } else {
      pruned.sites = ReadSites(tx.Exec(kPruneHeads, Time(created_before), Ids(sites)));
    }
    if (pruned.sites.empty()) return pruned;
    pruned.gone =
        tx.Exec(kPrune, Time(created_before), most, Ids(pruned.sites))[0][0].as<std::int64_t>();
    return pruned;
  });
}

absl::StatusOr<std::int64_t> PostgresMaintenance::BlankErasedSamples(Timestamp erased_before,
                                                                     std::int32_t limit,
                                                                     Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
    return tx.Exec(kBlank, Time(erased_before), std::clamp(limit, 1, kLimitMax))[0][0]
        .as<std::int64_t>();
  });
}

absl::StatusOr<std::int64_t> PostgresMaintenance::PruneShadowVerdicts(Timestamp said_before,
                                                                      std::int32_t limit,
                                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
    tx.Exec(kPruneShadowCounts, Time(said_before));
    return tx.Exec(kPruneShadow, Time(said_before), std::clamp(limit, 1, kLimitMax))[0][0]
        .as<std::int64_t>();
  });
}

}  // namespace replyguard::storage
