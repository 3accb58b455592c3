// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/key_stores.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/review_store.h"
#include "stores/site_store.h"

#define RG_KEY_COLUMNS \
  "k.key_id, k.secret_hash, k.display_name, k.role, k.site_id, " RG_US("k.created_at") ", " RG_US( \
      "k.expires_at") ", " RG_US("k.revoked_at") ", " RG_US("k.last_used_at") ", k.calls_per_second, " \
                                                                             "k.calls_burst"

namespace replyguard::storage {
namespace {

constexpr Statement kCreate{"key_create",
                            "INSERT INTO replyguard.api_keys (key_id, secret_hash, display_name, "
                            "role, site_id, created_at, expires_at, calls_per_second, calls_burst) "
                            "VALUES ($1::text, $2::bytea, $3::text, $4::smallint, $5::bigint, "
                            "$6::timestamptz, $7::timestamptz, $8::integer, $9::integer)"};

constexpr Statement kGet{
    "key_get", "SELECT " RG_KEY_COLUMNS " FROM replyguard.api_keys k WHERE k.key_id = $1::text"};

constexpr Statement kList{
    "key_list",
    "SELECT " RG_KEY_COLUMNS
    " FROM replyguard.api_keys k WHERE ($1::bigint IS NULL OR k.site_id = $1::bigint) "
    "AND ($2::timestamptz IS NULL OR (k.created_at, k.key_id) < ($2::timestamptz, $3::text)) "
    "ORDER BY k.created_at DESC, k.key_id DESC LIMIT $4::bigint"};

constexpr Statement kRevoke{
    "key_revoke",
    "UPDATE replyguard.api_keys k SET revoked_at = coalesce(k.revoked_at, $2::timestamptz) "
    "WHERE k.key_id = $1::text RETURNING " RG_KEY_COLUMNS};

// In the order of their ids, so that two that revoke wait for each other and count again.
#define RG_OPERATOR_KEYS                                                                   \
  "SELECT k.key_id FROM replyguard.api_keys k WHERE k.role = 3 AND k.site_id IS NULL AND " \
  "k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $1::timestamptz) "     \
  "ORDER BY k.key_id "

constexpr Statement kOperatorKey{"key_operator", RG_OPERATOR_KEYS "LIMIT 1"};

constexpr Statement kLockOperatorKeys{"key_lock_operators", RG_OPERATOR_KEYS "FOR NO KEY UPDATE"};

constexpr Statement kInUse{
    "key_in_use",
    "SELECT " RG_KEY_COLUMNS
    " FROM replyguard.api_keys k WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL "
    "OR k.expires_at > $1::timestamptz) ORDER BY k.last_used_at DESC NULLS LAST, "
    "k.created_at DESC, k.key_id LIMIT $2::bigint"};

constexpr Statement kTouch{
    "key_touch",
    "UPDATE replyguard.api_keys SET last_used_at = $2::timestamptz WHERE key_id = $1::text "
    "AND (last_used_at IS NULL OR last_used_at < $2::timestamptz)"};

constexpr Statement kRegister{
    "hmac_register",
    "INSERT INTO replyguard.hmac_keys (key_id, fingerprint, created_at) "
    "VALUES ($1::integer, $2::text, $3::timestamptz) ON CONFLICT DO NOTHING"};

constexpr Statement kFingerprint{
    "hmac_fingerprint", "SELECT fingerprint FROM replyguard.hmac_keys WHERE key_id = $1::integer"};

constexpr Statement kListHmac{
    "hmac_list", "SELECT key_id, fingerprint, " RG_US(
                     "created_at") " FROM replyguard.hmac_keys WHERE retired_at IS NULL ORDER BY created_at, key_id"};

ApiKeyRecord ReadKey(const pqxx::row& row) {
  ApiKeyRecord k;
  k.key_id = TextAt(row[0]);
  k.secret_hash = BytesAt(row[1]);
  k.display_name = TextAt(row[2]);
  k.role = EnumAt<KeyRole>(row[3]);
  k.site_id = OptInt64At(row[4]);
  k.created_at = TimeAt(row[5]);
  k.expires_at = OptTimeAt(row[6]);
  k.revoked_at = OptTimeAt(row[7]);
  k.last_used_at = OptTimeAt(row[8]);
  if (!row[9].is_null()) {
    k.call_rate = CallRate{row[9].as<std::int32_t>(), row[10].as<std::int32_t>()};
  }
  return k;
}

std::vector<ApiKeyRecord> ReadKeys(const pqxx::result& rows) {
  std::vector<ApiKeyRecord> out;
  for (const auto& row : rows) out.push_back(ReadKey(row));
  return out;
}

absl::Status NoKey() { return absl::NotFoundError("there is no such key"); }

// Whether no other key would rule. What it has counted stays so to the end of the transaction.
bool IsLastOperatorKey(Tx& tx, const std::string& key_id, Timestamp now) {
  const pqxx::result ruling = tx.Exec(kLockOperatorKeys, Time(now));
  return ruling.size() == 1 && TextAt(ruling[0][0]) == key_id;
}

}  // namespace

absl::Status PostgresApiKeyStore::Create(const ApiKeyRecord& key, Deadline deadline,
                                         const AuditEvent* audit) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    std::optional<std::int32_t> per_second;
    std::optional<std::int32_t> burst;
    if (key.call_rate) {
      per_second = key.call_rate->per_second;
      burst = key.call_rate->burst;
    }
    tx.Exec(kCreate, Text(key.key_id), Bytes(key.secret_hash), Text(key.display_name),
            static_cast<int>(key.role), key.site_id, Time(key.created_at), OptTime(key.expires_at),
            per_second, burst);
    if (audit != nullptr) InsertAudit(tx, *audit);
    BumpConfigRevision(tx);
    return absl::OkStatus();
  });
}

absl::StatusOr<ApiKeyRecord> PostgresApiKeyStore::Get(const std::string& key_id,
                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<ApiKeyRecord> {
    const pqxx::result rows = tx.Exec(kGet, Text(key_id));
    if (rows.empty()) return NoKey();
    return ReadKey(rows[0]);
  });
}

absl::StatusOr<std::vector<ApiKeyRecord>> PostgresApiKeyStore::List(const ApiKeyQuery& query,
                                                                    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<ApiKeyRecord>> {
    return ReadKeys(tx.Exec(kList, query.site_id, OptTime(query.before_created_at),
                            Text(query.before_key_id), std::clamp(query.limit, 1, kApiKeyPageMax)));
  });
}

absl::StatusOr<ApiKeyRecord> PostgresApiKeyStore::Revoke(const std::string& key_id, Timestamp now,
                                                         bool keep_one, Deadline deadline,
                                                         const AuditEvent* audit) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<ApiKeyRecord> {
    if (keep_one && IsLastOperatorKey(tx, key_id, now)) {
      return absl::FailedPreconditionError("this is the last operator key of every site");
    }
    const pqxx::result rows = tx.Exec(kRevoke, Text(key_id), Time(now));
    if (rows.empty()) return NoKey();
    if (audit != nullptr) InsertAudit(tx, *audit);
    BumpConfigRevision(tx);
    return ReadKey(rows[0]);
  });
}

absl::StatusOr<std::optional<std::string>> PostgresApiKeyStore::OperatorKey(Timestamp now,
                                                                            Deadline deadline) {
  using Key = std::optional<std::string>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Key> {
    const pqxx::result rows = tx.Exec(kOperatorKey, Time(now));
    return rows.empty() ? Key() : Key(TextAt(rows[0][0]));
  });
}

absl::StatusOr<std::vector<ApiKeyRecord>> PostgresApiKeyStore::InUse(Timestamp now,
                                                                     std::int32_t limit,
                                                                     Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<ApiKeyRecord>> {
    return ReadKeys(tx.Exec(kInUse, Time(now), std::clamp(limit, 1, kApiKeyPageMax)));
  });
}

absl::Status PostgresApiKeyStore::Touch(const std::string& key_id, Timestamp used_at,
                                        Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kTouch, Text(key_id), Time(used_at));
    return absl::OkStatus();
  });
}

absl::Status PostgresHmacKeyStore::Register(const HmacKeyInfo& key, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    tx.Exec(kRegister, key.key_id, Text(key.fingerprint), Time(key.created_at));
    const pqxx::result rows = tx.Exec(kFingerprint, key.key_id);
    if (!rows.empty() && TextAt(rows[0][0]) == key.fingerprint) return absl::OkStatus();
    return absl::FailedPreconditionError("HMAC key " + std::to_string(key.key_id) +
                                         " is not the one the database was written with");
  });
}

absl::StatusOr<std::vector<HmacKeyInfo>> PostgresHmacKeyStore::List(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::vector<HmacKeyInfo>> {
    std::vector<HmacKeyInfo> out;
    for (const auto& row : tx.Exec(kListHmac)) {
      out.push_back(HmacKeyInfo{row[0].as<std::int32_t>(), TextAt(row[1]), TimeAt(row[2])});
    }
    return out;
  });
}

}  // namespace replyguard::storage
