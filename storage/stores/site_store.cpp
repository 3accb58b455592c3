// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/site_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/limit.h"
#include "stores/label_rows.h"
#include "stores/review_store.h"

// languages come back as one text, joined by newlines (a language tag has none).
#define RG_SITE_COLUMNS \
  "s.site_id, s.slug, s.display_name, array_to_string(s.languages, E'\\n'), s.policy, " \
  "s.policy_revision, s.revision, " RG_US("s.created_at") ", " RG_US(                   \
      "s.updated_at") ", s.shared_learning, s.by_key_max, s.of_author_max, s.of_network_max, " \
  "EXISTS (SELECT 1 FROM replyguard.rules r WHERE r.site_id = s.site_id)"

#define RG_RULE_COLUMNS                                                              \
  "r.site_id, r.rule_id, r.kind, r.action, r.pattern, r.reason, r.log_only, " RG_US( \
      "r.expires_at") ", r.creator_key_id, " RG_US("r.created_at") ", r.teaches"

namespace replyguard::storage {
namespace {

// By chance, 1 to 2^30 (a bigint takes 2^34 such steps): a standby that takes over without the last
// changes would give their numbers to others, which nobody who has seen the lost ones would look
// for.
constexpr Statement kBump{"config_bump",
                          "UPDATE replyguard.config_head SET revision = revision + 1 + "
                          "floor(random() * 1073741824)::bigint"};

constexpr Statement kRevision{"config_revision", "SELECT revision FROM replyguard.config_head"};

constexpr Statement kCreate{
    "site_create",
    "INSERT INTO replyguard.sites AS s (slug, display_name, languages, policy, created_at, "
    "updated_at, shared_learning, by_key_max, of_author_max, of_network_max) "
    "VALUES ($1::text, $2::text, $3::text[], $4::jsonb, $5::timestamptz, $5::timestamptz, "
    "$6::boolean, $7::integer, $8::integer, $9::integer) "
    "RETURNING " RG_SITE_COLUMNS};

constexpr Statement kCreateHead{"site_head",
                                "INSERT INTO replyguard.site_heads (site_id) VALUES ($1::bigint)"};

constexpr Statement kGet{
    "site_get", "SELECT " RG_SITE_COLUMNS " FROM replyguard.sites s WHERE s.slug = $1::text"};

constexpr Statement kList{"site_list", "SELECT " RG_SITE_COLUMNS
                                       " FROM replyguard.sites s WHERE s.slug > $1::text "
                                       "ORDER BY s.slug LIMIT $2::bigint"};

constexpr Statement kLock{"site_lock",
                          "SELECT s.revision, s.shared_learning FROM replyguard.sites s WHERE "
                          "s.site_id = $1::bigint FOR UPDATE"};

constexpr Statement kChange{
    "site_change",
    "UPDATE replyguard.sites s SET display_name = coalesce($2::text, s.display_name), "
    "languages = coalesce($3::text[], s.languages), policy = coalesce($4::jsonb, s.policy), "
    "shared_learning = coalesce($6::boolean, s.shared_learning), "
    "by_key_max = coalesce($7::integer, s.by_key_max), "
    "of_author_max = coalesce($8::integer, s.of_author_max), "
    "of_network_max = coalesce($9::integer, s.of_network_max), "
    "policy_revision = s.policy_revision + CASE WHEN $4::jsonb IS NULL THEN 0 ELSE 1 END, "
    "revision = s.revision + 1, updated_at = $5::timestamptz WHERE s.site_id = $1::bigint "
    "RETURNING " RG_SITE_COLUMNS};

constexpr Statement kTouchPolicy{
    "site_touch",
    "UPDATE replyguard.sites SET policy_revision = policy_revision + 1, revision = revision + 1, "
    "updated_at = $2::timestamptz WHERE site_id = $1::bigint"};

constexpr Statement kCountRules{
    "rule_count", "SELECT count(*) FROM replyguard.rules r WHERE r.site_id = $1::bigint"};

constexpr Statement kCreateRule{
    "rule_create",
    "INSERT INTO replyguard.rules AS r (site_id, rule_id, kind, action, pattern, reason, log_only, "
    "expires_at, "
    "creator_key_id, created_at, teaches) VALUES ($1::bigint, $2::uuid, $3::smallint, "
    "$4::smallint, $5::text, $6::text, "
    "$7::boolean, $8::timestamptz, $9::text, $10::timestamptz, $11::boolean) "
    "RETURNING " RG_RULE_COLUMNS};

constexpr Statement kListRules{"rule_list", "SELECT " RG_RULE_COLUMNS
                                            " FROM replyguard.rules r WHERE r.site_id = $1::bigint "
                                            "AND ($2::uuid IS NULL OR r.rule_id < $2::uuid) "
                                            "ORDER BY r.rule_id DESC LIMIT $3::bigint"};

constexpr Statement kDeleteRule{
    "rule_delete",
    "DELETE FROM replyguard.rules WHERE site_id = $1::bigint AND rule_id = $2::uuid"};

SiteRecord ReadSite(const pqxx::row& row) {
  SiteRecord s;
  s.site_id = row[0].as<std::int64_t>();
  s.slug = TextAt(row[1]);
  s.display_name = TextAt(row[2]);
  const std::string languages = TextAt(row[3]);
  for (std::size_t begin = 0; begin < languages.size();) {
    const std::size_t end = std::min(languages.find('\n', begin), languages.size());
    s.languages.push_back(languages.substr(begin, end - begin));
    begin = end + 1;
  }
  s.policy_json = TextAt(row[4]);
  s.policy_revision = row[5].as<std::int64_t>();
  s.revision = row[6].as<std::int64_t>();
  s.created_at = TimeAt(row[7]);
  s.updated_at = TimeAt(row[8]);
  s.shared_learning = row[9].as<bool>();
  s.teaching_caps = {row[10].as<std::int32_t>(), row[11].as<std::int32_t>(),
                     row[12].as<std::int32_t>()};
  s.has_rules = row[13].as<bool>();
  return s;
}

RuleRecord ReadRule(const pqxx::row& row) {
  RuleRecord r;
  r.site_id = row[0].as<std::int64_t>();
  r.rule_id = UuidAt(row[1]);
  r.kind = EnumAt<RuleKind>(row[2]);
  r.action = EnumAt<RuleAction>(row[3]);
  r.pattern = TextAt(row[4]);
  r.reason = TextAt(row[5]);
  r.log_only = row[6].as<bool>();
  r.expires_at = OptTimeAt(row[7]);
  r.creator_key_id = TextAt(row[8]);
  r.created_at = TimeAt(row[9]);
  r.teaches = row[10].as<bool>();
  return r;
}

pqxx::binarystring Languages(const std::vector<std::string>& languages) {
  ArrayParam array(ArrayParam::Element::kText);
  for (const std::string& language : languages) array.AddBytes(language);
  return array.Done();
}

absl::Status NoSite() { return absl::NotFoundError("there is no such site"); }

std::string JsonOrEmpty(const std::string& json) { return json.empty() ? "{}" : json; }

absl::StatusOr<SiteRecord> ChangeIn(Tx& tx, const SiteChange& change) {
  const pqxx::result locked = tx.Exec(kLock, change.site_id);
  if (locked.empty()) return NoSite();
  if (change.expected_revision && *change.expected_revision != locked[0][0].as<std::int64_t>()) {
    return absl::AbortedError("the site has changed since it was read");
  }
  // A NUL would end a nullable parameter early.
  if (change.display_name && change.display_name->find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("a value cannot be stored");
  }
  std::optional<std::string> policy;
  if (change.policy_json) policy = JsonOrEmpty(*change.policy_json);
  const auto write = [&](const auto& languages) {
    return tx.Exec(kChange, change.site_id, change.display_name, languages, policy,
                   Time(change.now), change.shared_learning, change.by_key_max,
                   change.of_author_max, change.of_network_max);
  };
  const SiteRecord after =
      ReadSite((change.languages ? write(Languages(*change.languages)) : write(nullptr))[0]);
  BumpConfigRevision(tx);
  if (after.shared_learning != locked[0][1].as<bool>()) {
    LabelAppender(tx).Setting(change.site_id, change.now);
  }
  return after;
}

}  // namespace

void BumpConfigRevision(Tx& tx) { tx.Exec(kBump); }

absl::StatusOr<SiteRecord> PostgresSiteStore::Create(const SiteRecord& site, Deadline deadline,
                                                     const AuditEvent* audit) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<SiteRecord> {
    const SiteRecord made =
        ReadSite(tx.Exec(kCreate, Text(site.slug), Text(site.display_name),
                         Languages(site.languages), JsonOrEmpty(site.policy_json),
                         Time(site.created_at), site.shared_learning, site.teaching_caps.by_key_max,
                         site.teaching_caps.of_author_max, site.teaching_caps.of_network_max)[0]);
    tx.Exec(kCreateHead, made.site_id);
    if (audit != nullptr) {
      AuditEvent of_site = *audit;
      of_site.site_id = made.site_id;
      InsertAudit(tx, of_site);
    }
    BumpConfigRevision(tx);
    // Models take a site that they never heard of for one that shares.
    if (!made.shared_learning) LabelAppender(tx).Setting(made.site_id, made.created_at);
    return made;
  });
}

absl::StatusOr<SiteRecord> PostgresSiteStore::Get(const std::string& slug, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<SiteRecord> {
    const pqxx::result rows = tx.Exec(kGet, Text(slug));
    if (rows.empty()) return NoSite();
    return ReadSite(rows[0]);
  });
}

absl::StatusOr<std::vector<SiteRecord>> PostgresSiteStore::List(const std::string& after,
                                                                std::int32_t limit,
                                                                Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<SiteRecord>> {
    std::vector<SiteRecord> out;
    for (const auto& row : tx.Exec(kList, Text(after), std::clamp(limit, 1, kSitePageMax))) {
      out.push_back(ReadSite(row));
    }
    return out;
  });
}

absl::StatusOr<std::int64_t> PostgresSiteStore::ConfigRevision(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::int64_t> {
    return tx.Exec(kRevision)[0][0].as<std::int64_t>();
  });
}

absl::StatusOr<SiteRecord> PostgresSiteStore::Change(const SiteChange& change, Deadline deadline,
                                                     const AuditEvent* audit) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) {
    auto changed = ChangeIn(tx, change);
    if (changed.ok() && audit != nullptr) InsertAudit(tx, *audit);
    return changed;
  });
}

absl::StatusOr<RuleRecord> PostgresSiteStore::CreateRule(const RuleRecord& rule, Deadline deadline,
                                                         const AuditEvent* audit) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<RuleRecord> {
    if (tx.Exec(kLock, rule.site_id).empty()) return NoSite();
    if (tx.Exec(kCountRules, rule.site_id)[0][0].as<std::int64_t>() >= kRulesPerSiteMax) {
      return LimitReached("the site has as many rules as it may have");
    }
    const RuleRecord made =
        ReadRule(tx.Exec(kCreateRule, rule.site_id, Id(rule.rule_id), static_cast<int>(rule.kind),
                         static_cast<int>(rule.action), Text(rule.pattern), Text(rule.reason),
                         rule.log_only, OptTime(rule.expires_at), Text(rule.creator_key_id),
                         Time(rule.created_at), rule.teaches)[0]);
    if (audit != nullptr) InsertAudit(tx, *audit);
    tx.Exec(kTouchPolicy, rule.site_id, Time(rule.created_at));
    BumpConfigRevision(tx);
    return made;
  });
}

absl::StatusOr<std::vector<RuleRecord>> PostgresSiteStore::ListRules(SiteId site_id,
                                                                     std::optional<RuleId> before,
                                                                     std::int32_t limit,
                                                                     Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<RuleRecord>> {
    std::vector<RuleRecord> out;
    for (const auto& row :
         tx.Exec(kListRules, site_id, OptId(before), std::clamp(limit, 1, kRulePageMax))) {
      out.push_back(ReadRule(row));
    }
    return out;
  });
}

absl::Status PostgresSiteStore::DeleteRule(SiteId site_id, const RuleId& rule_id, Timestamp now,
                                           Deadline deadline, const AuditEvent* audit) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    if (tx.Exec(kDeleteRule, site_id, Id(rule_id)).affected_rows() == 0) {
      return absl::NotFoundError("there is no such rule");
    }
    if (audit != nullptr) InsertAudit(tx, *audit);
    tx.Exec(kTouchPolicy, site_id, Time(now));
    BumpConfigRevision(tx);
    return absl::OkStatus();
  });
}

}  // namespace replyguard::storage
