// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The numbered SQL files of storage/migrations, built in.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace replyguard::storage {

struct Migration {
  std::int32_t version;  // from 1 without gaps
  std::string_view name;
  std::string_view up;
  std::string_view down;
};

// By version.
std::span<const Migration> Migrations();

}  // namespace replyguard::storage
