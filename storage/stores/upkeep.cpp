// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/upkeep.h"

#include <algorithm>
#include <utility>

#include "postgres/params.h"
#include "postgres/pool.h"
#include "postgres/rows.h"
#include "postgres/watchdog.h"
#include "storage/review_store.h"
#include "stores/retention_rows.h"

namespace replyguard::storage {
namespace {

constexpr std::int32_t kLimitMax = 100'000;
constexpr std::int64_t kConnectTimeoutSeconds = 5;

constexpr Statement kOwners{
    "retention_owners",
    "SELECT 0::bigint AS site_id UNION ALL SELECT s.site_id FROM replyguard.sites s ORDER BY "
    "site_id"};

constexpr Statement kAges{"retention_ages",
                          "SELECT a.site_id, a.class, a.kept_days FROM replyguard.retention_ages a "
                          "ORDER BY a.site_id, a.class"};
constexpr Statement kSite{"retention_site",
                          "SELECT s.site_id FROM replyguard.sites s WHERE s.slug = $1::text"};
constexpr Statement kSetAge{
    "retention_set",
    "INSERT INTO replyguard.retention_ages (site_id, class, kept_days) VALUES ($1::bigint, "
    "$2::smallint, $3::integer) ON CONFLICT (site_id, class) DO UPDATE SET kept_days = "
    "excluded.kept_days"};
constexpr Statement kDropAge{"retention_unset",
                             "DELETE FROM replyguard.retention_ages WHERE site_id = $1::bigint AND "
                             "class = $2::smallint"};

// Of nobody's key: whoever has the owner's connection string. The number is a version 7 UUID, by
// which the trail is read.
constexpr Statement kNoteAge{
    "retention_note",
    "INSERT INTO replyguard.audit_events (site_id, event_id, kind, act, subject, actor, "
    "actor_key_id, summary, created_at) VALUES ($1::bigint, (left(replace("
    "replyguard.first_comment_id(now())::text, '-', ''), 12) || '7' || substr(md5(random()::text), "
    "1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid, $2::smallint, 'RETENTION_SET', "
    "$3::text, 'command line', '', $4::text, now())"};

constexpr Statement kExpireStep{
    "retention_expire",
    "SELECT e.gone, e.next_id FROM replyguard.expire($1::bigint, $2::smallint, $3::timestamptz, "
    "$4::uuid, $5::integer) e"};

// A rule names an author by the first half of the hash.
constexpr Statement kHmacUse{
    "hmac_use",
    "SELECT count(*) FILTER (WHERE c.author_hash IS NOT NULL OR c.ip_hash IS NOT NULL OR "
    "c.body_hash IS NOT NULL OR c.request_fingerprint IS NOT NULL), "
    "count(*) FILTER (WHERE c.request_fingerprint IS NOT NULL), "
    "(SELECT count(*) FROM replyguard.rules r WHERE r.kind = 4 AND r.pattern ~ '^[0-9a-f]{32}$' "
    "AND EXISTS (SELECT 1 FROM replyguard.comments a WHERE a.site_id = r.site_id AND a.hmac_key_id "
    "= $1::integer AND a.author_hash BETWEEN decode(r.pattern || repeat('0', 32), 'hex') AND "
    "decode(r.pattern || repeat('f', 32), 'hex'))) "
    "FROM replyguard.comments c WHERE c.hmac_key_id = $1::integer"};

constexpr Statement kBlank{
    "hmac_blank",
    "WITH page AS (SELECT c.comment_id FROM replyguard.comments c WHERE c.site_id = $1::bigint AND "
    "c.comment_id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000') "
    "ORDER BY c.comment_id LIMIT $4::bigint FOR UPDATE), "
    "blanked AS (UPDATE replyguard.comments c SET author_hash = NULL, ip_hash = NULL, "
    "body_hash = NULL FROM page WHERE c.site_id = $1::bigint AND c.comment_id = page.comment_id "
    "AND c.hmac_key_id = $2::integer AND c.request_fingerprint IS NULL AND (c.author_hash IS NOT "
    "NULL OR c.ip_hash IS NOT NULL OR c.body_hash IS NOT NULL) RETURNING 1) "
    "SELECT (SELECT count(*) FROM blanked), count(*), (SELECT p.comment_id FROM page p ORDER BY "
    "p.comment_id DESC LIMIT 1) FROM page"};

constexpr Statement kHmacKnown{
    "hmac_known", "SELECT count(*) FROM replyguard.hmac_keys WHERE key_id = $1::integer"};

constexpr Statement kRetire{"hmac_retire", "SELECT replyguard.retire_hmac_key($1::integer)"};

absl::Status CheckKnown(Tx& tx, std::int32_t key_id) {
  if (tx.Exec(kHmacKnown, key_id)[0][0].as<std::int64_t>() > 0) return absl::OkStatus();
  return absl::NotFoundError("no server ever wrote under HMAC key " + std::to_string(key_id));
}

class PostgresUpkeep final : public Upkeep {
 public:
  explicit PostgresUpkeep(std::string connection_string)
      : pool_(PoolOptions{std::move(connection_string), 1, false, {}}, watchdog_) {}

  void EndBy(Deadline until) override { watchdog_.EndBy(until); }

  absl::StatusOr<std::vector<SiteId>> Owners(Deadline deadline) override {
    return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::vector<SiteId>> {
      std::vector<SiteId> owners;
      for (const auto& row : tx.Exec(kOwners)) owners.push_back(row[0].as<SiteId>());
      return owners;
    });
  }

  absl::StatusOr<std::vector<RetentionAge>> Ages(Deadline deadline) override {
    return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::vector<RetentionAge>> {
      std::vector<RetentionAge> ages;
      for (const auto& row : tx.Exec(kAges)) {
        ages.push_back(RetentionAge{row[0].as<SiteId>(), EnumAt<RetentionClass>(row[1]),
                                    row[2].as<std::int32_t>()});
      }
      return ages;
    });
  }

  absl::Status SetAge(const std::string& site, RetentionClass data,
                      std::optional<std::int32_t> kept_days, Deadline deadline) override {
    if (!site.empty() && !IsOfSites(data)) {
      return absl::InvalidArgumentError(std::string(RetentionClassName(data)) +
                                        " are of all sites together: no site has an age for them");
    }
    return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
      SiteId site_id = 0;
      if (!site.empty()) {
        const pqxx::result found = tx.Exec(kSite, Text(site));
        if (found.empty()) return absl::NotFoundError("there is no site " + site);
        site_id = found[0][0].as<SiteId>();
      }
      if (kept_days) {
        tx.Exec(kSetAge, site_id, static_cast<int>(data), *kept_days);
      } else {
        tx.Exec(kDropAge, site_id, static_cast<int>(data));
      }
      const std::string age = !kept_days        ? "that of all sites"
                              : *kept_days == 0 ? "forever"
                                                : std::to_string(*kept_days) + " days";
      tx.Exec(kNoteAge, site_id, static_cast<int>(AuditKind::kSite),
              Text(site.empty() ? std::string() : "sites/" + site),
              Text(std::string(RetentionClassName(data)) + ": " + age));
      return absl::OkStatus();
    });
  }

  absl::StatusOr<std::int64_t> CountExpired(SiteId site_id, RetentionClass data, Timestamp before,
                                            const CommentsGone& gone, Deadline deadline) override {
    return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
      return ExecExpired(tx, site_id, data, before, gone)[0][0].as<std::int64_t>();
    });
  }

  absl::StatusOr<RetentionStep> Expire(SiteId site_id, RetentionClass data, Timestamp before,
                                       std::optional<Uuid> after, std::int32_t limit,
                                       Deadline deadline) override {
    return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<RetentionStep> {
      const pqxx::row row = tx.Exec(kExpireStep, site_id, static_cast<int>(data), Time(before),
                                    OptId(after), std::clamp(limit, 1, kLimitMax))[0];
      RetentionStep step;
      step.gone_count = row[0].as<std::int64_t>();
      if (!row[1].is_null()) step.next = UuidAt(row[1]);
      return step;
    });
  }

  absl::StatusOr<HmacKeyUse> CountHmacUse(std::int32_t key_id, Deadline deadline) override {
    return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<HmacKeyUse> {
      if (absl::Status known = CheckKnown(tx, key_id); !known.ok()) return known;
      const pqxx::row row = tx.Exec(kHmacUse, key_id)[0];
      return HmacKeyUse{row[0].as<std::int64_t>(), row[1].as<std::int64_t>(),
                        row[2].as<std::int64_t>()};
    });
  }

  absl::StatusOr<HmacBlankStep> BlankHashes(SiteId site_id, std::int32_t key_id,
                                            std::optional<CommentId> after, std::int32_t limit,
                                            Deadline deadline) override {
    const std::int64_t most = std::clamp(limit, 1, kLimitMax);
    return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<HmacBlankStep> {
      const pqxx::row row = tx.Exec(kBlank, site_id, key_id, OptId(after), most)[0];
      HmacBlankStep step;
      step.blanked_count = row[0].as<std::int64_t>();
      if (row[1].as<std::int64_t>() == most) step.next = UuidAt(row[2]);
      return step;
    });
  }

  absl::StatusOr<std::int64_t> RetireHmacKey(std::int32_t key_id, Deadline deadline) override {
    return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
      if (absl::Status known = CheckKnown(tx, key_id); !known.ok()) return known;
      return tx.Exec(kRetire, key_id)[0][0].as<std::int64_t>();
    });
  }

 private:
  Watchdog watchdog_;
  Pool pool_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Upkeep>> OpenUpkeep(const std::string& url) {
  auto connection_string = MakeConnectionString(url, kConnectTimeoutSeconds);
  if (!connection_string.ok()) return connection_string.status();
  return std::make_unique<PostgresUpkeep>(*std::move(connection_string));
}

}  // namespace replyguard::storage
