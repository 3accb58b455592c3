// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/duration_flags.h"

#include <ctime>

#include "service/config/value.h"

namespace replyguard::service::cli {

absl::StatusOr<std::int64_t> DurationFlag(std::string_view flag, const std::string& text) {
  auto milliseconds = config::ParseDurationMs(text);
  if (milliseconds.ok()) return milliseconds;
  return absl::InvalidArgumentError(std::string(flag) + " " +
                                    std::string(milliseconds.status().message()));
}

absl::Status ApplySince(const std::string& text, google::protobuf::Timestamp& time) {
  const auto milliseconds = DurationFlag("--since", text);
  if (!milliseconds.ok()) return milliseconds.status();
  time.set_seconds(std::time(nullptr) - *milliseconds / 1000);
  return absl::OkStatus();
}

absl::Status ApplyExpiresIn(const std::string& text, google::protobuf::Timestamp& expire_time) {
  const auto milliseconds = DurationFlag("--expires-in", text);
  if (!milliseconds.ok()) return milliseconds.status();
  expire_time.set_seconds(std::time(nullptr) + *milliseconds / 1000);
  return absl::OkStatus();
}

}  // namespace replyguard::service::cli
