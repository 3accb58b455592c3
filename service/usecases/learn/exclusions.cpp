// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/exclusions.h"

#include <algorithm>
#include <charconv>

#include "service/auth/api_key.h"
#include "storage/label_log.h"

namespace replyguard::service {
namespace {

bool IsImportChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool IsImportId(std::string_view text) {
  return !text.empty() && text.size() <= storage::kImportIdBytesMax &&
         std::all_of(text.begin(), text.end(), IsImportChar);
}

bool IsExclusion(std::string_view text) {
  const bool key = text.size() == auth::kKeyIdDigits &&
                   text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return key || ImportOf(text);
}

std::optional<ImportOfSite> ImportOf(std::string_view exclusion) {
  const std::size_t at = exclusion.find('/');
  if (at == std::string_view::npos || !IsImportId(exclusion.substr(at + 1))) return std::nullopt;
  ImportOfSite out;
  const char* const end = exclusion.data() + at;
  const auto read = std::from_chars(exclusion.data(), end, out.site_id);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  out.import_id = exclusion.substr(at + 1);
  return out;
}

}  // namespace replyguard::service
