// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/host_name.h"

#include <arpa/inet.h>
#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <system_error>

#include "absl/strings/ascii.h"

namespace replyguard::service::policy {
namespace {

// Beside ICU's scripts.
constexpr int kAnyScript = -1;
constexpr int kSymbols = -2;

constexpr std::array<std::string_view, 4> kDots = {".", "\u3002", "\uFF0E", "\uFF61"};

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

bool IsAsciiAlpha(UChar32 c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAsciiDigit(UChar32 c) { return c >= '0' && c <= '9'; }

// Letters of no script of their own that UTS #46 maps to Latin ones: in circles, mathematical, ℯ.
bool IsStyledLatin(UChar32 c) {
  return (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1D400 && c <= 0x1D7CB) ||
         (c >= 0x2100 && c <= 0x214F);
}

bool IsStyledDigit(UChar32 c) {
  return (c >= 0xFF10 && c <= 0xFF19) || (c >= 0x1D7CE && c <= 0x1D7FF);
}

int ScriptOf(UChar32 c) {
  if (c < 0x80) return IsAsciiAlpha(c) ? USCRIPT_LATIN : kAnyScript;
  if (IsDot(static_cast<char32_t>(c)) || IsStyledDigit(c) || IsInvisible(static_cast<char32_t>(c)))
    return kAnyScript;
  if (IsStyledLatin(c)) return USCRIPT_LATIN;
  const auto category = U_GET_GC_MASK(c);
  if ((category & (U_GC_SO_MASK | U_GC_NO_MASK | U_GC_ME_MASK)) != 0) return kSymbols;
  UErrorCode status = U_ZERO_ERROR;
  switch (const UScriptCode script = uscript_getScript(c, &status)) {
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
      return USCRIPT_HAN;
    case USCRIPT_INHERITED:
      return kAnyScript;
    case USCRIPT_COMMON:  // of letters the mark that makes a Kana long
      return (category & U_GC_L_MASK) != 0 ? USCRIPT_HAN : static_cast<int>(kSymbols);
    default:
      return script;
  }
}

std::string_view Trimmed(std::string_view name) {
  constexpr std::string_view kEnds = ".-_";
  const std::size_t first = std::min(name.find_first_not_of(kEnds), name.size());
  return name.substr(first, name.find_last_not_of(kEnds) + 1 - first);
}

std::string WithoutMarks(std::string_view name) {
  name = Trimmed(name);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) name = Trimmed(name.substr(0, name.find('_', dot)));
  return std::string(name);
}

// A number of an IPv4 address (WHATWG URL, 3.5).
std::optional<std::uint32_t> Ipv4Number(std::string_view part) {
  int base = 10;
  if (part.starts_with("0x")) {
    base = 16;
    part.remove_prefix(2);
    if (part.empty()) return 0;
  } else if (part.size() > 1 && part[0] == '0') {
    base = 8;
  }
  std::uint32_t number = 0;
  const char* end = part.data() + part.size();
  const auto [stop, error] = std::from_chars(part.data(), end, number, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Parts from the right are 8 bits each, but for the last, which takes what remains.
std::optional<std::uint32_t> Ipv4Address(std::string_view name) {
  std::uint64_t address = 0;
  int bits = 32;
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    const std::optional<std::uint32_t> number = Ipv4Number(name.substr(begin, end - begin));
    if (!number || bits == 0) return std::nullopt;
    const bool is_last = end == name.size();
    if (std::uint64_t{*number} >> (is_last ? bits : 8) != 0) return std::nullopt;
    if (!is_last) bits -= 8;
    address |= std::uint64_t{*number} << (is_last ? 0 : bits);
    if (is_last) return static_cast<std::uint32_t>(address);
    begin = end + 1;
  }
}

// Empty when it is none.
std::string Ipv6Name(std::string_view bracketed) {
  if (bracketed.size() < 2 || !bracketed.ends_with(']')) return {};
  const std::string text(bracketed.substr(1, bracketed.size() - 2));
  std::array<std::uint8_t, 16> address{};
  if (inet_pton(AF_INET6, text.c_str(), address.data()) != 1) return {};
  std::array<char, INET6_ADDRSTRLEN> name{};
  constexpr std::array<std::uint8_t, 12> kIpv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kIpv4.begin(), kIpv4.end(), address.begin())) {
    inet_ntop(AF_INET, address.data() + kIpv4.size(), name.data(), name.size());
    return name.data();
  }
  inet_ntop(AF_INET6, address.data(), name.data(), name.size());
  return "[" + std::string(name.data()) + "]";
}

// An IPv4 address in any form in its common one; other names as they are.
std::string PlainIpv4(std::string name) {
  if (name.empty() || (!IsAsciiDigit(name[name.find_last_of('.') + 1]))) return name;
  const std::optional<std::uint32_t> address = Ipv4Address(name);
  if (!address) return name;
  std::string plain;
  for (int shift = 24; shift >= 0; shift -= 8) {
    plain += std::to_string((*address >> shift) & 0xFFU);
    if (shift > 0) plain += '.';
  }
  return plain;
}

// Empty when it cannot be had.
std::string ToAscii(std::string_view name) {
  static UErrorCode made = U_ZERO_ERROR;
  // Const calls may run concurrently.
  static const std::unique_ptr<const icu::IDNA> kIdna(
      icu::IDNA::createUTS46Instance(UIDNA_NONTRANSITIONAL_TO_ASCII, made));
  if (!kIdna) return {};
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  UErrorCode status = U_ZERO_ERROR;
  kIdna->nameToASCII_UTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())),
                          sink, info, status);
  if (U_FAILURE(status) || ascii.size() > 4 * kHostBytesMax) return {};
  return ascii;
}

}  // namespace

std::int32_t NextChar(std::string_view text, std::size_t& at) {
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
  return c;
}

bool IsDot(char32_t c) { return c == U'.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61; }

bool IsInvisible(char32_t c) {
  return c >= 0x80 &&
         u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

bool IsHostChar(char32_t c) {
  const auto icu = static_cast<UChar32>(c);
  if (c < 0x80)
    return IsAsciiAlpha(icu) || IsAsciiDigit(icu) || c == U'-' || c == U'_' || c == U'.';
  return IsDot(c) ||
         (U_GET_GC_MASK(icu) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_SO_MASK)) != 0 ||
         IsInvisible(c);
}

bool HasDot(std::string_view run) {
  return std::any_of(kDots.begin(), kDots.end(), [run](std::string_view dot) {
    return run.find(dot) != std::string_view::npos;
  });
}

bool MayBecomeLink(std::string_view run) {
  struct Label {
    int size = 0;  // without marks
    bool is_last_of_name = false;
  };
  Label label, before;
  // A dot at the end ends a sentence.
  const auto ends_name = [&] {
    const Label& last = label.size > 0 ? label : before;
    return last.is_last_of_name && last.size >= 2;
  };
  bool follows_dot = false;
  for (std::size_t at = 0; at < run.size();) {
    const UChar32 c = NextChar(run, at);
    if (c < 0 || IsInvisible(static_cast<char32_t>(c))) continue;
    const bool is_dot = c == '.' || c == 0xFF0E;
    if (IsDot(static_cast<char32_t>(c)) && (!is_dot || follows_dot)) {
      if (ends_name()) return true;
      label = before = Label();
    } else if (is_dot) {
      if (label.size > 0) before = label;
      label = {.is_last_of_name = before.size > 0};
    } else if (c != '-' && c != '_' && ++label.size == 1) {
      label.is_last_of_name = label.is_last_of_name && (U_GET_GC_MASK(c) & U_GC_N_MASK) == 0;
    }
    follows_dot = is_dot;
  }
  return ends_name();
}

std::vector<std::string_view> ScriptStretches(std::string_view run) {
  std::vector<std::string_view> stretches;
  if (IsAscii(run)) return stretches;
  std::size_t begin = 0;
  std::size_t neutral = 0;  // where what is of any script begins, behind the last letter
  int script = kAnyScript;
  for (std::size_t at = 0; at < run.size();) {
    const std::size_t from = at;
    const int next = ScriptOf(NextChar(run, at));
    if (next == kAnyScript) continue;
    if (script != kAnyScript && next != script) {
      stretches.push_back(run.substr(begin, from - begin));
      begin = neutral;
    }
    script = next;
    neutral = at;
  }
  if (!stretches.empty()) stretches.push_back(run.substr(begin));
  return stretches;
}

std::vector<std::string_view> AddressStretches(std::string_view run) {
  std::vector<std::string_view> stretches;
  if (IsAscii(run)) return stretches;
  std::size_t begin = 0;
  int before = kAnyScript;
  const auto end = [&](std::size_t at, int after) {
    const std::string_view stretch = run.substr(begin, at - begin);
    if (before == USCRIPT_LATIN || after == USCRIPT_LATIN || !HasDot(stretch)) return;
    const std::string name = SpelledHost(stretch);
    if (std::count(name.begin(), name.end(), '.') == 3 && Ipv4Address(name))
      stretches.push_back(stretch);
  };
  for (std::size_t at = 0; at < run.size();) {
    const std::size_t from = at;
    const int script = ScriptOf(NextChar(run, at));
    if (script == kAnyScript) continue;
    end(from, script);
    before = script;
    begin = at;
  }
  if (begin > 0) end(run.size(), kAnyScript);
  return stretches;
}

std::string CanonicalHost(std::string_view host) { return PlainIpv4(SpelledHost(host)); }

std::string SpelledHost(std::string_view host) {
  if (host.starts_with('[')) return Ipv6Name(host);
  host = Trimmed(host);
  if (host.size() > kHostBytesMax) host.remove_prefix(host.size() - kHostBytesMax);
  std::string name = IsAscii(host) ? std::string(host) : ToAscii(host);
  absl::AsciiStrToLower(&name);
  return WithoutMarks(name);
}

}  // namespace replyguard::service::policy
