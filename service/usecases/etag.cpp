// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/etag.h"

#include <charconv>

namespace replyguard::service {

std::string EtagOf(std::int64_t revision) { return "r" + std::to_string(revision); }

std::optional<std::int64_t> ExpectedRevision(std::string_view etag) {
  if (etag.empty()) return std::nullopt;
  std::int64_t revision = 0;
  const char* const end = etag.data() + etag.size();
  const auto [stop, error] = std::from_chars(etag.data() + 1, end, revision);
  if (etag.front() != 'r' || error != std::errc() || stop != end || revision < 1) return 0;
  // "r012" would otherwise pass for "r12".
  return EtagOf(revision) == etag ? revision : 0;
}

}  // namespace replyguard::service
