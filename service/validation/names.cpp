// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "service/validation/formats.h"
#include "service/validation/limits.h"

namespace replyguard::service::validation {
namespace {

constexpr std::size_t kHexIdBytes = 32;
constexpr std::string_view kSites = "sites/";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

template <typename Predicate>
bool Is(std::string_view text, std::size_t bytes_max, Predicate predicate) {
  return !text.empty() && text.size() <= bytes_max &&
         std::all_of(text.begin(), text.end(), predicate);
}

std::string_view Collection(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kSite:
      return "";
    case ResourceKind::kThread:
      return "/threads/";
    case ResourceKind::kComment:
      return "/comments/";
    case ResourceKind::kRule:
      return "/rules/";
    case ResourceKind::kDecision:
      return "/decisions/";
  }
  return "";
}

}  // namespace

bool IsSiteSlug(std::string_view text) {
  return Is(text, kSiteSlugBytesMax, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; }) &&
         text.front() != '-' && text.back() != '-';
}

bool IsThreadKey(std::string_view text) {
  return Is(text, kThreadKeyBytesMax, [](char c) {
    return IsLower(c) || IsUpper(c) || IsDigit(c) || c == '.' || c == '_' || c == '~' || c == '-';
  });
}

bool IsHexId(std::string_view text) {
  return text.size() == kHexIdBytes &&
         Is(text, kHexIdBytes, [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
}

bool IsRequestId(std::string_view text) {
  return Is(text, kRequestIdBytesMax, [](char c) { return c >= 0x21 && c <= 0x7E; });
}

bool IsReasonCode(std::string_view text) {
  return Is(text, kReasonCodeBytesMax, [](char c) { return IsUpper(c) || IsDigit(c) || c == '_'; });
}

std::optional<std::int32_t> PageSize(std::int32_t asked, std::int32_t preset, std::int32_t max) {
  if (asked < 0) return std::nullopt;
  return asked == 0 ? preset : std::min(asked, max);
}

std::optional<ResourceName> ParseResourceName(ResourceKind kind, std::string_view text) {
  if (!text.starts_with(kSites)) return std::nullopt;
  text.remove_prefix(kSites.size());
  const std::size_t slash = std::min(text.find('/'), text.size());
  ResourceName name;
  name.site = text.substr(0, slash);
  if (!IsSiteSlug(name.site)) return std::nullopt;
  text.remove_prefix(slash);
  const std::string_view collection = Collection(kind);
  if (!text.starts_with(collection)) return std::nullopt;
  text.remove_prefix(collection.size());
  if (kind == ResourceKind::kSite) return text.empty() ? std::optional(name) : std::nullopt;
  if (kind == ResourceKind::kThread ? !IsThreadKey(text) : !IsHexId(text)) return std::nullopt;
  name.id = text;
  return name;
}

std::string FormatResourceName(ResourceKind kind, std::string_view site, std::string_view id) {
  std::string name(kSites);
  name.append(site);
  if (kind != ResourceKind::kSite) name.append(Collection(kind)).append(id);
  return name;
}

}  // namespace replyguard::service::validation
