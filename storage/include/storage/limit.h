// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// RESOURCE_EXHAUSTED because of how much is stored already, told apart from the same code of a busy
// moment: a caller may try the second again at once, not the first.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/cord.h"

namespace replyguard::storage {

inline constexpr char kLimitPayloadUrl[] = "replyguard/limit-reached";

inline absl::Status LimitReached(std::string_view message) {
  absl::Status status =
      absl::ResourceExhaustedError(absl::string_view(message.data(), message.size()));
  status.SetPayload(kLimitPayloadUrl, absl::Cord());
  return status;
}

inline bool IsLimitReached(const absl::Status& status) {
  return status.GetPayload(kLimitPayloadUrl).has_value();
}

}  // namespace replyguard::storage
