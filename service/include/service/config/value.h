// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "service/config/option.h"

// Texts of the configuration and what they mean. Pure functions, safe from any thread.
namespace replyguard::service::config {

// A value as given, and as number where its type has one.
struct Value {
  std::string text;
  std::int64_t number = 0;  // kInteger as is, kDuration in ms, kBytes in bytes, kBoolean 0 or 1
};

// Reads `text` by the option's type and bounds. INVALID_ARGUMENT says what is wrong ("must be from
// 1 to 256") without repeating the text, which may be secret. An empty text is only good where the
// default is empty.
absl::StatusOr<Value> ParseValue(const Option& option, std::string_view text);

// "1.5s" is no duration; "90s", "2m", "250ms", "1h", "30d" are. In milliseconds.
absl::StatusOr<std::int64_t> ParseDurationMs(std::string_view text);

// "4096", "64KiB", "4MiB", "1GiB". In bytes.
absl::StatusOr<std::int64_t> ParseBytes(std::string_view text);

// The shortest form that ParseDurationMs and ParseBytes read back.
std::string FormatDurationMs(std::int64_t milliseconds);
std::string FormatBytes(std::int64_t bytes);

}  // namespace replyguard::service::config
