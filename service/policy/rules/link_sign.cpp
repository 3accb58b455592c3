// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/link_sign.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "policy/rules/host_name.h"

namespace replyguard::service::policy {
namespace {

// How far back a link's sign is looked for.
constexpr std::size_t kSignBytesMax = 24;

std::string_view SignAtEnd(std::string_view text) {
  return text.substr(text.size() - std::min(text.size(), kSignBytesMax));
}

// The text without the invisible character at its end, if there is one.
std::string_view WithoutInvisible(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && text.size() - begin < 4 && (text[--begin] & 0xC0) == 0x80) {
  }
  std::size_t end = begin;
  if (begin == text.size() || !IsInvisible(static_cast<char32_t>(std::max(0, NextChar(text, end)))))
    return text;
  return end == text.size() ? text.substr(0, begin) : text;
}

struct Slashes {
  std::size_t count = 0;
  bool backslash = false;  // one of them
};

// Those a text ends with, and what is invisible among them, go.
Slashes TakeSlashes(std::string_view& text) {
  Slashes slashes;
  for (;;) {
    if (!text.empty() && IsSlash(text.back())) {
      slashes.backslash = slashes.backslash || text.back() == '\\';
      ++slashes.count;
      text.remove_suffix(1);
      continue;
    }
    const std::string_view visible = WithoutInvisible(text);
    if (visible.size() == text.size()) return slashes;
    text = visible;
  }
}

// Whether it ends inside a tag of HTML. Reads no more than is given.
bool EndsInTag(std::string_view text) {
  const std::size_t open = text.find_last_of("<>");
  if (open == std::string_view::npos || text[open] == '>') return false;
  std::size_t at = open + 1;
  while (at < text.size() && u_isalnum(static_cast<UChar32>(text[at])) != 0) ++at;
  return at > open + 1 && at < text.size() &&
         (text[at] == '/' || u_isUWhiteSpace(static_cast<UChar32>(text[at])) != 0);
}

// Without what browsers leave out before a link.
std::string_view WithoutBlanks(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::string_view WithoutQuote(std::string_view text) {
  if (text.ends_with('"') || text.ends_with('\'')) text.remove_suffix(1);
  return text;
}

// Whether what follows is an address that browsers read.
bool EndsInLinkTag(std::string_view text) {
  const std::string_view unquoted = WithoutQuote(text);
  for (const std::string_view tag : {"href=", "src=", "[url]", "[url="}) {
    if (EndsWithNoCase(unquoted, tag)) return true;
  }
  return text.ends_with("](") || EndsInTag(text);
}

// The same, with what may stand between, of however many characters.
bool EndsInValue(std::string_view text) {
  if (text.ends_with('<') || EndsWithNoCase(text, "[img]")) return true;
  text = WithoutBlanks(text);
  if (text.ends_with("](") || text.ends_with("]:")) return true;
  text = WithoutBlanks(WithoutQuote(text));
  if (!text.ends_with('=')) return false;
  text = WithoutBlanks(text.substr(0, text.size() - 1));
  return EndsWithNoCase(text, "href") || EndsWithNoCase(text, "src") ||
         EndsWithNoCase(text, "[url") || EndsWithNoCase(text, "[img");
}

}  // namespace

LinkSign LinkBefore(std::string_view text) {
  text = SignAtEnd(text);
  const auto [slashes, backslash] = TakeSlashes(text);
  const bool is_web = WebSchemeBytes(text) > 0;
  if (slashes >= 2 && text.ends_with(':') && (!backslash || is_web)) return LinkSign::kAnyHost;
  if (is_web) {
    const std::string_view before = text.substr(0, text.find_last_not_of(":htpsfHTPSF") + 1);
    return EndsInLinkTag(before) ? LinkSign::kAnyHost : LinkSign::kDotted;
  }
  if (slashes >= 2) {
    if (EndsInLinkTag(text)) return LinkSign::kAnyHost;
    // Elsewhere it begins a comment, or divides.
    const bool is_quoted = !backslash && !text.empty() &&
                           std::string_view("=\"'(").find(text.back()) != std::string_view::npos;
    return is_quoted ? LinkSign::kName : LinkSign::kNone;
  }
  if (slashes > 0) return LinkSign::kNone;
  text = WithoutQuote(text);
  if (EndsWithNoCase(text, "[url]") || EndsWithNoCase(text, "[url=")) return LinkSign::kNumber;
  return EndsWithNoCase(text, "href=") && EndsInTag(text) ? LinkSign::kName : LinkSign::kNone;
}

Lead LeadBefore(std::string_view text) {
  if (text.empty() || ((text.back() & 0x80) == 0 && !IsSlash(text.back()) && text.back() != ':'))
    return Lead::kNone;
  const std::string_view all = SignAtEnd(text);
  std::string_view sign = all;
  const std::size_t slashes = TakeSlashes(sign).count;
  if (WebSchemeBytes(sign) > 0) return Lead::kLink;
  if (slashes < 2) return Lead::kNone;
  if (sign.empty() && text.size() > all.size()) return Lead::kLink;  // whatever is before
  const std::string_view before =
      WithoutBlanks(text.substr(0, text.size() - all.size() + sign.size()));
  const bool opens =
      !before.empty() && std::string_view("=\"'(<]").find(before.back()) != std::string_view::npos;
  return opens || before.ends_with("]:") ? Lead::kLink : Lead::kSlashes;
}

bool IsInValue(std::string_view text) {
  const std::string_view all = SignAtEnd(text);
  std::string_view sign = all;
  TakeSlashes(sign);
  sign.remove_suffix(WebSchemeBytes(sign));
  return EndsInLinkTag(sign) || EndsInValue(text.substr(0, text.size() - all.size() + sign.size()));
}

bool EndsInSlashes(std::string_view text) {
  text = SignAtEnd(text);
  return TakeSlashes(text).count >= 2;
}

std::size_t WebSchemeBytes(std::string_view text) {
  for (const std::string_view scheme : {"http:", "https:", "ftp:"}) {
    if (EndsWithNoCase(text, scheme)) return scheme.size();
  }
  return 0;
}

bool EndsWithNoCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(),
                    text.end() - static_cast<std::ptrdiff_t>(lower.size()), [](char a, char b) {
                      return a == absl::ascii_tolower(static_cast<unsigned char>(b));
                    });
}

}  // namespace replyguard::service::policy
