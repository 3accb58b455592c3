// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/hosts.h"

#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <memory>

namespace replyguard::service::policy {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsHostChar(UChar32 c) {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  }
  if (c == 0x3002 || c == 0xFF0E || c == 0xFF61) return true;  // full stops of host names
  return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_SO_MASK)) != 0 ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool HasDot(std::string_view run) {
  for (const std::string_view dot : {".", "\u3002", "\uFF0E", "\uFF61"}) {
    if (run.find(dot) != std::string_view::npos) return true;
  }
  return false;
}

bool EndsPath(UChar32 c) {
  return c < 0 || c == '"' || c == '\'' || c == '<' || c == '>' || c == '[' || c == ']' ||
         c == '?' || c == '#' || u_isUWhiteSpace(c);
}

UChar32 Next(std::string_view text, std::size_t& at) {
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
  return c;
}

// Where the characters that `ends` refuses begin.
template <typename Ends>
std::size_t ScanTo(std::string_view text, std::size_t at, Ends ends) {
  while (at < text.size()) {
    std::size_t next = at;
    if (ends(Next(text, next))) break;
    at = next;
  }
  return at;
}

std::size_t CountAnchors(std::string_view text) {
  std::size_t anchors = 0;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (at + 2 >= text.size() || Lower(text[at + 1]) != 'a' || !u_isUWhiteSpace(text[at + 2]))
      continue;
    ++anchors;
  }
  return anchors;
}

}  // namespace

std::string CanonicalHost(std::string_view host) {
  while (!host.empty() && (host.front() == '.' || host.front() == '-')) host.remove_prefix(1);
  while (!host.empty() && (host.back() == '.' || host.back() == '-')) host.remove_suffix(1);
  std::string name(host.size() > kHostBytesMax ? host.substr(host.size() - kHostBytesMax) : host);
  if (IsAscii(name)) {
    std::transform(name.begin(), name.end(), name.begin(), Lower);
    return name;
  }
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::IDNA> idna(
      icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII, status));
  if (U_FAILURE(status)) return {};
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  idna->nameToASCII_UTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())),
                         sink, info, status);
  if (U_FAILURE(status) || ascii.size() > 4 * kHostBytesMax) return {};
  std::transform(ascii.begin(), ascii.end(), ascii.begin(), Lower);
  return ascii;
}

std::vector<Host> FindHosts(std::string_view text) {
  std::vector<Host> hosts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    at = ScanTo(text, begin, [](UChar32 c) { return !IsHostChar(c); });
    if (at == begin) {
      Next(text, at);
      continue;
    }
    const std::string_view run = text.substr(begin, at - begin);
    const bool has_scheme = begin >= 3 && text.substr(begin - 3, 3) == "://";
    if (!has_scheme && !HasDot(run)) continue;
    Host host;
    host.name = CanonicalHost(run);
    if (host.name.empty() || (!has_scheme && host.name.find('.') == std::string::npos)) continue;
    host.is_link = has_scheme || host.name.starts_with("www.");
    host.begin = static_cast<std::uint32_t>(begin);
    if (at < text.size() && text[at] == '/') {
      const std::size_t end = ScanTo(text, at, EndsPath);
      host.path = text.substr(at, end - at);
      at = end;
    }
    host.end = static_cast<std::uint32_t>(at);
    hosts.push_back(std::move(host));
  }
  return hosts;
}

std::size_t CountLinks(std::string_view text) {
  const std::vector<Host> hosts = FindHosts(text);
  const auto links = static_cast<std::size_t>(
      std::count_if(hosts.begin(), hosts.end(), [](const Host& host) { return host.is_link; }));
  return std::max(links, CountAnchors(text));
}

}  // namespace replyguard::service::policy
