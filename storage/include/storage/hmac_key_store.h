// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which HMAC keys rows were written under. The keys themselves are never here: only a fingerprint
// of each, so that a wrong key file is noticed before it makes hashes that match nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::storage {

struct HmacKeyInfo {
  std::int32_t key_id = 0;
  std::string fingerprint;  // AuthorKeyring::Fingerprint::hex
  Timestamp created_at{};
};

// Thread-safe.
class HmacKeyStore {
 public:
  virtual ~HmacKeyStore() = default;
  // Notes the key. OK when it is noted already with the same fingerprint; FAILED_PRECONDITION when
  // with another.
  virtual absl::Status Register(const HmacKeyInfo& key, Deadline deadline) = 0;
  // Oldest first.
  virtual absl::StatusOr<std::vector<HmacKeyInfo>> List(Deadline deadline) = 0;
};

}  // namespace replyguard::storage
