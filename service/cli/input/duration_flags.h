// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Flags that say how long, such as "90d". INVALID_ARGUMENT names the flag.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace replyguard::service::cli {

// Milliseconds.
absl::StatusOr<std::int64_t> DurationFlag(std::string_view flag, const std::string& text);

// --expires-in: sets `expire_time` to so long from now; an empty text leaves it.
// The time that was so long ago.
absl::Status ApplySince(const std::string& text, google::protobuf::Timestamp& time);

absl::Status ApplyExpiresIn(const std::string& text, google::protobuf::Timestamp& expire_time);

}  // namespace replyguard::service::cli
