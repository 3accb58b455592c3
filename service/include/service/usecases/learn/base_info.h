// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is told of a sealed base (storage::ModelBase::info).
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/types.h"

namespace replyguard::service {

struct BaseInfo {
  std::string checksum{};       // of the file as it was sent
  std::int64_t size_bytes = 0;  // uncompressed
  std::int64_t spam_count = 0;  // labels of all sites
  std::int64_t ham_count = 0;
  std::int64_t learnt_position = 0;
  std::vector<storage::SiteId> sites{};  // ascending
};

std::string ToJson(const BaseInfo& info);
// Nothing for what is none.
std::optional<BaseInfo> BaseInfoOf(std::string_view json);

}  // namespace replyguard::service
