// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which starter model a fold begins with, as operators say it.
//
// Thread-safety: functions without state but the files'.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "classifier/starter.h"

namespace replyguard::service {

inline constexpr std::string_view kStarterShipped = "shipped";
inline constexpr std::string_view kStarterNone = "none";

// "shipped": the one of this binary. "none": null. Anything else is the path of a file that
// `replyguard train --chapter` made. INVALID_ARGUMENT: the file cannot be read, is too large, or is
// no starter model of this version; the text names it.
absl::StatusOr<std::shared_ptr<const classifier::Starter>> ReadStarter(const std::string& choice);

}  // namespace replyguard::service
