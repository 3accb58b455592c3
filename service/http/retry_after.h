// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace replyguard::service::http {

// The value of Retry-After (RFC 9110, section 10.2.3) for an error, in whole seconds, at least one:
// when RetryInfo says, or a minute for a limit that nothing lifts by itself, of which clients only
// learn otherwise that they may ask at once. Nothing for other errors. Pure. REQUIRES: not OK.
std::optional<std::string> RetryAfterOf(const absl::Status& status);

}  // namespace replyguard::service::http
