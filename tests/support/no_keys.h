// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/api_key_store.h"

namespace replyguard::tests {

// Knows no key; what is read alone is to be overridden.
class NoKeys : public storage::ApiKeyStore {
 public:
  absl::Status Create(const storage::ApiKeyRecord&, storage::Deadline,
                      const storage::AuditEvent*) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<storage::ApiKeyRecord> Get(const std::string&, storage::Deadline) override {
    return absl::NotFoundError("none");
  }
  absl::StatusOr<std::vector<storage::ApiKeyRecord>> List(const storage::ApiKeyQuery&,
                                                          storage::Deadline) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<storage::ApiKeyRecord> Revoke(const std::string&, storage::Timestamp, bool,
                                               storage::Deadline,
                                               const storage::AuditEvent*) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::optional<std::string>> OperatorKey(storage::Timestamp,
                                                         storage::Deadline) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::vector<storage::ApiKeyRecord>> InUse(storage::Timestamp, std::int32_t,
                                                           storage::Deadline) override {
    return std::vector<storage::ApiKeyRecord>();
  }
  absl::Status Touch(const std::string&, storage::Timestamp, storage::Deadline) override {
    return absl::UnimplementedError("");
  }
};

}  // namespace replyguard::tests
