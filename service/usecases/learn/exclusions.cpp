// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/exclusions.h"

#include <algorithm>
#include <charconv>

#include "service/usecases/account/account_parts.h"
#include "storage/label_log.h"
#include "usecases/fields.h"

namespace replyguard::service {
namespace {

bool IsImportChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::optional<storage::SiteId> SiteIdOf(std::string_view text) {
  storage::SiteId site = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, site);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return site;
}

}  // namespace

bool IsImportId(std::string_view text) {
  return !text.empty() && text.size() <= storage::kImportIdBytesMax &&
         std::all_of(text.begin(), text.end(), IsImportChar);
}

bool IsExclusion(std::string_view text) {
  return IsKeyId(text) || PersonExcluded(text) || ImportOf(text) || RuleExcluded(text);
}

std::optional<std::string> PersonExcluded(std::string_view exclusion) {
  constexpr std::string_view kPeople = "people/";
  if (!exclusion.starts_with(kPeople)) return std::nullopt;
  exclusion.remove_prefix(kPeople.size());
  if (!IsHandle(exclusion)) return std::nullopt;
  return std::string(exclusion);
}

std::optional<RuleOfSite> RuleExcluded(std::string_view exclusion) {
  constexpr std::string_view kRule = "r:";
  if (!exclusion.starts_with(kRule)) return std::nullopt;
  exclusion.remove_prefix(kRule.size());
  const std::size_t at = exclusion.find(':');
  if (at == std::string_view::npos) return std::nullopt;
  const auto site = SiteIdOf(exclusion.substr(0, at));
  const auto rule = storage::Uuid::FromHex(exclusion.substr(at + 1));
  if (!site || !rule) return std::nullopt;
  return RuleOfSite{*site, *rule};
}

std::optional<ImportOfSite> ImportOf(std::string_view exclusion) {
  const std::size_t at = exclusion.find('/');
  if (at == std::string_view::npos || !IsImportId(exclusion.substr(at + 1))) return std::nullopt;
  const auto site = SiteIdOf(exclusion.substr(0, at));
  if (!site) return std::nullopt;
  return ImportOfSite{*site, std::string(exclusion.substr(at + 1))};
}

}  // namespace replyguard::service
