// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The end of an HMAC key's rotation: an old key goes once nothing depends on it.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "storage/retention.h"
#include "storage/upkeep.h"

namespace replyguard::service {

struct HmacKeyRetirement {
  // What depended on the key before.
  storage::HmacKeyUse use;
  // Comments that can no longer be found by their author's address, from now on.
  std::int64_t blanked_count = 0;
  bool retired = false;
};

enum class HmacRetireMode {
  kAsk,    // only say what depends on it
  kPlain,  // retire it unless something does
  kBlank,  // first take its hashes from the comments whose request_id is forgotten
};

// BLOCKS. NOT_FOUND when no server ever wrote under it. Not retired is no error: `use` says why.
// What writes under the key must have ended before.
absl::StatusOr<HmacKeyRetirement> RetireHmacKey(storage::Upkeep& upkeep, std::int32_t key_id,
                                                HmacRetireMode mode, storage::Deadline deadline);

}  // namespace replyguard::service
