// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Why there is no connection to the database, for who runs it: the message of a Status is fit for
// clients and does not say. Of a fixed set of words: no host, user, database or password.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/cord.h"

namespace replyguard::storage {

inline constexpr char kAwayPayloadUrl[] = "replyguard/away";

// UNAVAILABLE; `why` may be empty.
inline absl::Status Away(std::string_view why) {
  absl::Status status = absl::UnavailableError("the database is not available; try again");
  if (!why.empty()) {
    status.SetPayload(kAwayPayloadUrl, absl::Cord(absl::string_view(why.data(), why.size())));
  }
  return status;
}

// Empty: not known, or it is none of Away.
inline std::string WhyAway(const absl::Status& status) {
  const auto why = status.GetPayload(kAwayPayloadUrl);
  return why ? std::string(*why) : std::string();
}

// The message, and why.
inline std::string ForOperator(const absl::Status& status) {
  const std::string why = WhyAway(status);
  return std::string(status.message()) + (why.empty() ? "" : " (" + why + ")");
}

}  // namespace replyguard::storage
