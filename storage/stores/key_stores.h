// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// API keys and the fingerprints of HMAC keys.
#pragma once

#include "postgres/pool.h"
#include "storage/api_key_store.h"
#include "storage/hmac_key_store.h"

namespace replyguard::storage {

class PostgresApiKeyStore final : public ApiKeyStore {
 public:
  explicit PostgresApiKeyStore(Pool& pool) : pool_(pool) {}

  absl::Status Create(const ApiKeyRecord& key, Deadline deadline, const AuditEvent* audit) override;
  absl::StatusOr<ApiKeyRecord> Get(const std::string& key_id, Deadline deadline) override;
  absl::StatusOr<std::vector<ApiKeyRecord>> List(const ApiKeyQuery& query,
                                                 Deadline deadline) override;
  absl::StatusOr<ApiKeyRecord> Revoke(const std::string& key_id, Timestamp now, bool keep_one,
                                      Deadline deadline, const AuditEvent* audit) override;
  absl::StatusOr<std::optional<std::string>> OperatorKey(Timestamp now, Deadline deadline) override;
  absl::StatusOr<std::vector<ApiKeyRecord>> InUse(Timestamp now, std::int32_t limit,
                                                  Deadline deadline) override;
  absl::Status Touch(const std::string& key_id, Timestamp used_at, Deadline deadline) override;

 private:
  Pool& pool_;
};

class PostgresHmacKeyStore final : public HmacKeyStore {
 public:
  explicit PostgresHmacKeyStore(Pool& pool) : pool_(pool) {}

  absl::Status Register(const HmacKeyInfo& key, Deadline deadline) override;
  absl::StatusOr<std::vector<HmacKeyInfo>> List(Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
