// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Formats of single values. Pure; any bytes are fine as input; linear time.
namespace replyguard::service::validation {

// The HTML Living Standard's "valid email address" (section 4.10.5.1.5), literally. Any length.
bool IsValidEmail(std::string_view text);

enum class UrlProblem { kNone, kMalformed, kScheme, kCredentials };
// An absolute http or https URL: scheme, "//", a host (letters, digits, "-", "_" and non-ASCII
// letters in labels of 1 to 63 bytes; or IPv4; or IPv6 in brackets), an optional port 1 to 65535,
// then path, query and fragment without white space, controls, quotes, angle brackets, backslashes,
// "^", "`", "{", "|" and "}". No user information.
UrlProblem CheckUrl(std::string_view text);

// IPv4 in four decimal parts without leading zeros, or IPv6 (RFC 4291), no zone, no port.
bool IsValidIp(std::string_view text);

// The well-formedness of RFC 5646, without looking subtags up: "de", "pt-BR", "zh-Hant-TW",
// "x-private".
bool IsLanguageTag(std::string_view text);

// 1 to 40 of [a-z0-9-], not beginning or ending with "-".
bool IsSiteSlug(std::string_view text);
// 1 to 200 of [A-Za-z0-9._~-].
bool IsThreadKey(std::string_view text);
// 32 lower-case hexadecimal digits: comments, rules, decisions.
bool IsHexId(std::string_view text);
// 1 to 128 bytes of visible ASCII (0x21 to 0x7E).
bool IsRequestId(std::string_view text);
// 1 to 64 of [A-Z0-9_].
bool IsReasonCode(std::string_view text);

// A page size as asked: 0 means `preset`, more than `max` means `max`; nothing for a negative one.
std::optional<std::int32_t> PageSize(std::int32_t asked, std::int32_t preset, std::int32_t max);

// Resource names: "sites/{site}", "sites/{site}/threads/{thread}",
// "sites/{site}/comments/{comment}" and so on. Parsing gives nothing unless every part is
// well-formed.
enum class ResourceKind { kSite, kThread, kComment, kRule, kDecision };
struct ResourceName {
  std::string site;
  // Empty for kSite.
  std::string id;

  bool operator==(const ResourceName&) const = default;
};
std::optional<ResourceName> ParseResourceName(ResourceKind kind, std::string_view text);
std::string FormatResourceName(ResourceKind kind, std::string_view site, std::string_view id);

}  // namespace replyguard::service::validation
