// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// API keys: make, list, revoke.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/api_key_store.h"

namespace replyguard::service {

class SiteDirectory;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
class ApiKeys {
 public:
  struct CreateRequest {
    std::string display_name;
    Role role = Role::kBackend;
    // Slug; nothing: every site (not for kBackend; needs a key of every site).
    std::optional<std::string> site;
    std::optional<storage::Timestamp> expires_at;
    // Nothing: what the server allows every key. More than that needs a key of every site.
    std::optional<storage::CallRate> call_rate;
  };
  struct KeyInfo {
    storage::ApiKeyRecord record;  // its secret_hash is empty here
    std::optional<std::string> site;
  };
  struct CreateResult {
    KeyInfo key;
    // What a client sends; told once, kept nowhere.
    std::string secret;
  };
  struct ListRequest {
    // Nothing: every key that the principal may see (of its own site only, when it has one).
    std::optional<std::string> site;
    // The last key of the page before.
    std::optional<storage::Timestamp> before_created_at;
    std::string before_key_id;
    std::int32_t limit = 50;
  };

  // `standard`: what the server allows a key without a rate of its own; nothing: any number.
  // `revoked` is told of every key that was revoked by this; must not block.
  ApiKeys(const SiteDirectory& sites, storage::ApiKeyStore& keys, const Clock& clock,
          std::optional<storage::CallRate> standard,
          std::function<void(const std::string& key_id)> revoked = {});

  absl::StatusOr<CreateResult> Create(const Principal& principal, CreateRequest request,
                                      storage::Deadline deadline) const;
  // Newest first, revoked ones included. A page shorter than the limit is the last.
  absl::StatusOr<std::vector<KeyInfo>> List(const Principal& principal, const ListRequest& request,
                                            storage::Deadline deadline) const;
  // The key, revoked. Revoking again changes nothing. A principal of one site is answered
  // PERMISSION_DENIED for keys of others, whether or not they exist; one of every site
  // KEY_NOT_FOUND. LAST_OPERATOR_KEY, unless forced, for the last good one of every site (two
  // requests at once can each revoke the other's last but one).
  absl::StatusOr<KeyInfo> Revoke(const Principal& principal, const std::string& key_id,
                                 storage::Deadline deadline, bool force = false) const;

 private:
  const SiteDirectory& sites_;
  storage::ApiKeyStore& keys_;
  const Clock& clock_;
  const std::optional<storage::CallRate> standard_;
  const std::function<void(const std::string& key_id)> revoked_;
};

}  // namespace replyguard::service
