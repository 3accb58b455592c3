// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "service/config/settings.h"

// The settings as this process finds them: its environment and its files. One thread.
namespace replyguard::service::cli {

inline constexpr const char* kDefaultConfigFile = "/etc/replyguard/replyguard.toml";

// Reads a whole file of at most `bytes_max` bytes. NOT_FOUND, PERMISSION_DENIED, INVALID_ARGUMENT
// when larger; the text names the path.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path, std::size_t bytes_max);

// Never fails as a whole: what is wrong is in `problems`.
config::LoadResult LoadFromSystem(
    const std::vector<std::pair<config::OptionKey, std::string>>& flags);

}  // namespace replyguard::service::cli
