// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/formats.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "storage/masking.h"
#include "validation/characters.h"

namespace replyguard::service::validation {
namespace {

constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kHostBytesMax = 253;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAlnum(char c) { return IsDigit(c) || IsAlpha(c); }

template <typename Predicate>
bool All(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

// [a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?
bool IsHtmlEmailLabel(std::string_view label) {
  return !label.empty() && label.size() <= kLabelBytesMax && IsAlnum(label.front()) &&
         IsAlnum(label.back()) && All(label, [](char c) { return IsAlnum(c) || c == '-'; });
}

bool IsHostLabel(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax || label.front() == '-' || label.back() == '-')
    return false;
  for (std::size_t at = 0; at < label.size();) {
    const char32_t c = NextChar(label, at);
    if (c == kBadChar) return false;
    if (c < 0x80) {
      if (!IsAlnum(static_cast<char>(c)) && c != U'-' && c != U'_') return false;
      continue;
    }
    constexpr std::uint32_t kAllowed = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_SO_MASK;
    const auto icu = static_cast<UChar32>(c);
    if ((U_GET_GC_MASK(icu) & kAllowed) == 0 ||
        u_hasBinaryProperty(icu, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      return false;
    }
  }
  return true;
}

bool IsHost(std::string_view host) {
  if (host.empty()) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' && host.find(':') != std::string_view::npos &&
           IsValidIp(host.substr(1, host.size() - 2));
  }
  if (host.back() == '.') host.remove_suffix(1);
  if (host.empty() || host.size() > kHostBytesMax) return false;
  const std::vector<std::string_view> labels = Split(host, '.');
  if (!std::all_of(labels.begin(), labels.end(), IsHostLabel)) return false;
  // A host that ends in a number is an IPv4 address or nothing (WHATWG URL, "ends in a number").
  return !All(labels.back(), IsDigit) || IsValidIp(host);
}

bool IsPort(std::string_view port) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  return !port.empty() && port.size() <= 5 && error == std::errc() &&
         end == port.data() + port.size() && value >= 1 && value <= 65'535;
}

// Path, query and fragment.
bool IsUrlTail(std::string_view tail) {
  constexpr std::string_view kNever = "\"<>\\^`{|}";
  for (std::size_t at = 0; at < tail.size();) {
    const char32_t c = NextChar(tail, at);
    if (c == kBadChar || c <= 0x20 || (c >= 0x7F && c <= 0x9F)) return false;
    if (c < 0x80 && kNever.find(static_cast<char>(c)) != std::string_view::npos) return false;
    if (c >= 0x80 && u_isUWhiteSpace(static_cast<UChar32>(c))) return false;
  }
  return true;
}

bool StartsWithNoCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(),
                    [](char a, char b) { return a == (IsAlpha(b) ? b | 32 : b); });
}

}  // namespace

bool IsValidEmail(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  static constexpr std::string_view kMarks = ".!#$%&'*+/=?^_`{|}~-";
  if (!All(text.substr(0, at),
           [](char c) { return IsAlnum(c) || kMarks.find(c) != std::string_view::npos; })) {
    return false;
  }
  const std::vector<std::string_view> labels = Split(text.substr(at + 1), '.');
  return std::all_of(labels.begin(), labels.end(), IsHtmlEmailLabel);
}

UrlProblem CheckUrl(std::string_view text) {
  if (StartsWithNoCase(text, "https://")) {
    text.remove_prefix(8);
  } else if (StartsWithNoCase(text, "http://")) {
    text.remove_prefix(7);
  } else {
    // A scheme is letters up to a colon; anything else (a host without scheme, words) is just
    // malformed.
    const std::size_t colon = text.find(':');
    const bool other = colon != std::string_view::npos && colon > 0 && IsAlpha(text.front()) &&
                       All(text.substr(0, colon),
                           [](char c) { return IsAlnum(c) || c == '+' || c == '-' || c == '.'; }) &&
                       !StartsWithNoCase(text, "http:") && !StartsWithNoCase(text, "https:");
    return other ? UrlProblem::kScheme : UrlProblem::kMalformed;
  }
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  if (authority.find('@') != std::string_view::npos) return UrlProblem::kCredentials;
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    if (!IsPort(authority.substr(colon + 1))) return UrlProblem::kMalformed;
    authority = authority.substr(0, colon);
  }
  return IsHost(authority) && IsUrlTail(text.substr(end)) ? UrlProblem::kNone
                                                          : UrlProblem::kMalformed;
}

bool IsValidIp(std::string_view text) { return !storage::CanonicalIp(text).empty(); }

// langtag = language [-script] [-region] *(-variant) *(-extension) [-privateuse], RFC 5646
// section 2.1
bool IsLanguageTag(std::string_view text) {
  if (text.empty() || text.size() > 35) return false;
  const std::vector<std::string_view> parts = Split(text, '-');
  for (const std::string_view part : parts) {
    if (part.empty() || part.size() > 8 || !All(part, IsAlnum)) return false;
  }
  const auto is_private = [](std::string_view part) { return part == "x" || part == "X"; };
  std::size_t i = 0;
  if (!is_private(parts[0])) {
    if (parts[0].size() < 2 || !All(parts[0], IsAlpha)) return false;
    i = 1;
    for (int n = 0; n < 3 && parts[0].size() <= 3 && i < parts.size() && parts[i].size() == 3 &&
                    All(parts[i], IsAlpha);
         ++n) {
      ++i;
    }
    if (i < parts.size() && parts[i].size() == 4 && All(parts[i], IsAlpha)) ++i;
    if (i < parts.size() && ((parts[i].size() == 2 && All(parts[i], IsAlpha)) ||
                             (parts[i].size() == 3 && All(parts[i], IsDigit)))) {
      ++i;
    }
    while (i < parts.size() &&
           (parts[i].size() >= 5 || (parts[i].size() == 4 && IsDigit(parts[i].front()))))
      ++i;
    while (i < parts.size() && parts[i].size() == 1 && !is_private(parts[i])) {
      const std::size_t first = ++i;
      while (i < parts.size() && parts[i].size() >= 2) ++i;
      if (i == first) return false;
    }
  }
  if (i == parts.size()) return true;
  return is_private(parts[i]) && i + 1 < parts.size();
}

}  // namespace replyguard::service::validation
