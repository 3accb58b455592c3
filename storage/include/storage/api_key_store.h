// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// API keys. The secret is never here: only its keyed hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/call_rate.h"
#include "storage/enums.h"
#include "storage/review_store.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kApiKeyPageMax = 10'000;

struct ApiKeyRecord {
  std::string key_id;       // public: 16 lower-case hexadecimal digits
  std::string secret_hash;  // raw bytes, 16 to 64
  std::string display_name;
  KeyRole role = KeyRole::kBackend;
  // The one site it is for; nothing means every site.
  std::optional<SiteId> site_id;
  Timestamp created_at{};
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> revoked_at;
  // Absent: never used.
  std::optional<Timestamp> last_used_at;
  // Its own, instead of what the server allows every key.
  std::optional<CallRate> call_rate;
};

struct ApiKeyQuery {
  std::optional<SiteId> site_id;
  // Where the last page ended: created_at and key_id of its last key.
  std::optional<Timestamp> before_created_at;
  std::string before_key_id;
  // 1 to kApiKeyPageMax.
  std::int32_t limit = 50;
};

// Thread-safe. A change shows in LogHeads::config_revision, so that caches forget a revoked key
// within a second. It writes `audit`, if there is one, in the same transaction.
class ApiKeyStore {
 public:
  virtual ~ApiKeyStore() = default;

  // ALREADY_EXISTS; NOT_FOUND for the site; INVALID_ARGUMENT for a backend key without a site.
  virtual absl::Status Create(const ApiKeyRecord& key, Deadline deadline,
                              const AuditEvent* audit = nullptr) = 0;
  // NOT_FOUND.
  virtual absl::StatusOr<ApiKeyRecord> Get(const std::string& key_id, Deadline deadline) = 0;
  // Newest first, revoked ones included.
  virtual absl::StatusOr<std::vector<ApiKeyRecord>> List(const ApiKeyQuery& query,
                                                         Deadline deadline) = 0;
  // Answers the key. Revoking again keeps the first time. NOT_FOUND. FAILED_PRECONDITION with
  // `keep_one` for the last key that OperatorKey could answer: of two that are revoked at the same
  // moment one stays.
  virtual absl::StatusOr<ApiKeyRecord> Revoke(const std::string& key_id, Timestamp now,
                                              bool keep_one, Deadline deadline,
                                              const AuditEvent* audit = nullptr) = 0;
  // The id of a key to rule the installation with: an operator's, of every site, neither revoked
  // nor expired by `now`. Nothing when there is none.
  virtual absl::StatusOr<std::optional<std::string>> OperatorKey(Timestamp now,
                                                                 Deadline deadline) = 0;
  // Keys that are neither revoked nor expired by `now`, those used last first. 1 to kApiKeyPageMax.
  virtual absl::StatusOr<std::vector<ApiKeyRecord>> InUse(Timestamp now, std::int32_t limit,
                                                          Deadline deadline) = 0;
  // Notes a use; never an earlier one than is noted. Shows in no LogHeads. OK for no such key.
  virtual absl::Status Touch(const std::string& key_id, Timestamp used_at, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
