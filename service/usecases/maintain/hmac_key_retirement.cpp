// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/maintain/hmac_key_retirement.h"

#include <optional>

namespace replyguard::service {
namespace {

constexpr std::int32_t kBlankedAtOnce = 5'000;  // rows that one transaction looks at

absl::StatusOr<std::int64_t> BlankAll(storage::Upkeep& upkeep, std::int32_t key_id,
                                      storage::Deadline deadline) {
  const auto owners = upkeep.Owners(deadline);
  if (!owners.ok()) return owners.status();
  std::int64_t blanked = 0;
  for (const storage::SiteId site : *owners) {
    std::optional<storage::CommentId> after;
    do {
      const auto step = upkeep.BlankHashes(site, key_id, after, kBlankedAtOnce, deadline);
      if (!step.ok()) return step.status();
      blanked += step->blanked_count;
      after = step->next;
    } while (after);
  }
  return blanked;
}

}  // namespace

absl::StatusOr<HmacKeyRetirement> RetireHmacKey(storage::Upkeep& upkeep, std::int32_t key_id,
                                                HmacRetireMode mode, storage::Deadline deadline) {
  HmacKeyRetirement out;
  const auto use = upkeep.CountHmacUse(key_id, deadline);
  if (!use.ok()) return use.status();
  out.use = *use;
  if (mode == HmacRetireMode::kAsk) return out;
  if (mode == HmacRetireMode::kBlank) {
    const auto blanked = BlankAll(upkeep, key_id, deadline);
    if (!blanked.ok()) return blanked.status();
    out.blanked_count = *blanked;
  }
  const auto left = upkeep.RetireHmacKey(key_id, deadline);
  if (!left.ok()) return left.status();
  out.retired = *left == 0;
  return out;
}

}  // namespace replyguard::service
