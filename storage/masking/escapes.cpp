// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/escapes.h"

#include <unicode/utf8.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "masking/characters.h"

namespace replyguard::storage::masking {
namespace {

using Units = std::vector<Unit>;

// Without leading zeros, see IsLeadingZero.
constexpr std::size_t kReferenceUnitsMax = 34;
constexpr std::size_t kDigitsMax = 16;

// HTML names for the characters of an address, for what may stand around or hide one, and for
// invisible ones. Any other name stands for some character.
constexpr std::pair<std::u32string_view, char32_t> kEntities[] = {
    {U"commat", U'@'},
    {U"period", U'.'},
    {U"lowbar", U'_'},
    {U"UnderBar", U'_'},
    {U"plus", U'+'},
    {U"hyphen", U'-'},
    {U"dash", U'-'},
    {U"num", U'#'},
    {U"percnt", U'%'},
    {U"amp", U'&'},
    {U"AMP", U'&'},
    {U"lt", U'<'},
    {U"LT", U'<'},
    {U"gt", U'>'},
    {U"GT", U'>'},
    {U"quot", U'"'},
    {U"QUOT", U'"'},
    {U"apos", U'\''},
    {U"colon", U':'},
    {U"semi", U';'},
    {U"comma", U','},
    {U"sol", U'/'},
    {U"bsol", U'\\'},
    {U"quest", U'?'},
    {U"excl", U'!'},
    {U"equals", U'='},
    {U"ast", U'*'},
    {U"grave", U'`'},
    {U"lpar", U'('},
    {U"rpar", U')'},
    {U"lsqb", U'['},
    {U"rsqb", U']'},
    {U"lbrack", U'['},
    {U"rbrack", U']'},
    {U"lcub", U'{'},
    {U"rcub", U'}'},
    {U"lbrace", U'{'},
    {U"rbrace", U'}'},
    {U"Tab", U'\t'},
    {U"NewLine", U'\n'},
    {U"nbsp", 0xA0},
    {U"ensp", 0x2002},
    {U"emsp", 0x2003},
    {U"thinsp", 0x2009},
    {U"hairsp", 0x200A},
    {U"middot", 0xB7},
    {U"centerdot", 0xB7},
    {U"sdot", 0x22C5},
    {U"bull", 0x2022},
    {U"shy", 0xAD},
    {U"zwj", 0x200D},
    {U"zwnj", 0x200C},
    {U"lrm", 0x200E},
    {U"rlm", 0x200F},
    {U"NoBreak", 0x2060},
    {U"ic", 0x2063},
    {U"InvisibleComma", 0x2063},
    {U"it", 0x2062},
    {U"InvisibleTimes", 0x2062},
    {U"af", 0x2061},
    {U"ApplyFunction", 0x2061},
    {U"ZeroWidthSpace", 0x200B},
    {U"NegativeThinSpace", 0x200B},
    {U"ldquo", U'"'},
    {U"rdquo", U'"'},
    {U"laquo", 0xAB},
    {U"raquo", 0xBB},
};

int HexValue(char32_t c) {
  if (c >= U'0' && c <= U'9') return static_cast<int>(c - U'0');
  if (c >= U'a' && c <= U'f') return static_cast<int>(c - U'a') + 10;
  if (c >= U'A' && c <= U'F') return static_cast<int>(c - U'A') + 10;
  return -1;
}

bool IsPunctuation(char32_t c) { return c > 0x20 && c < 0x7F && !IsAsciiAlnum(c); }

// The character `back` places before the end, 0 being the last.
char32_t Back(const Units& units, std::size_t back) {
  return back < units.size() ? units[units.size() - 1 - back].c : U'\0';
}

Unit Take(Units& units, std::size_t count, char32_t c, Spelling spelling = Spelling::kAsItIs) {
  const Unit taken{c, units[units.size() - count].begin, units.back().end, spelling};
  units.resize(units.size() - count);
  return taken;
}

// The number that the last `count` characters are; nothing when one is no digit of `base`.
std::optional<std::uint32_t> Number(const Units& units, std::size_t count, std::uint32_t base) {
  std::uint64_t value = 0;
  for (std::size_t back = count; back-- > 0;) {
    const int digit = HexValue(Back(units, back));
    if (digit < 0 || static_cast<std::uint32_t>(digit) >= base) return std::nullopt;
    value = value * base + static_cast<std::uint32_t>(digit);
  }
  return value <= 0x10FFFF ? std::optional(static_cast<std::uint32_t>(value)) : std::nullopt;
}

char32_t FromByte(std::uint32_t byte) { return byte < 0x80 ? byte : kByteBase + byte; }

// "%40", "=40", "\x40", "\100", "%u0040", "\u0040", "\U00000040": the last character is a digit.
std::optional<Unit> TakeDigits(Units& units) {
  const auto two = Number(units, 2, 16);
  if (!two) return std::nullopt;
  if (Back(units, 2) == U'%') return Take(units, 3, FromByte(*two));
  if (Back(units, 2) == U'=') {
    const bool upper = Back(units, 0) < U'a' && Back(units, 1) < U'a';
    const bool of_address = *two > 0x20 && *two != 0x7F;
    if (upper && of_address) {
      return Take(units, 3, FromByte(*two), Spelling::kQuotedPrintable);
    }
    return std::nullopt;
  }
  if (Back(units, 2) == U'x' && Back(units, 3) == U'\\') return Take(units, 4, FromByte(*two));
  if (Back(units, 3) == U'\\') {
    const auto octal = Number(units, 3, 8);
    if (octal && *octal < 0x100) return Take(units, 4, FromByte(*octal));
  }
  if (Back(units, 4) == U'u' && (Back(units, 5) == U'\\' || Back(units, 5) == U'%')) {
    if (const auto value = Number(units, 4, 16)) return Take(units, 6, *value);
  }
  if (Back(units, 8) == U'U' && Back(units, 9) == U'\\') {
    if (const auto value = Number(units, 8, 16)) return Take(units, 10, *value);
  }
  return std::nullopt;
}

// Where the digits at the end begin, counted from the end and after `skip` others; with the marks
// before them: "&#", "&#x".
std::optional<Unit> TakeNumber(Units& units, std::size_t skip) {
  std::size_t count = 0;
  while (count < kReferenceUnitsMax && HexValue(Back(units, skip + count)) >= 0) ++count;
  if (count == 0) return std::nullopt;
  const bool hex = (Back(units, skip + count) | 32U) == U'x';
  if (Back(units, skip + count + (hex ? 1 : 0)) != U'#') return std::nullopt;
  if (Back(units, skip + count + (hex ? 2 : 1)) != U'&') return std::nullopt;
  const Unit last = units.back();
  units.resize(units.size() - skip);
  const auto value = Number(units, count, hex ? 16 : 10);
  if (!value || (*value >= 0xD800 && *value < 0xE000)) {
    if (skip != 0) units.push_back(last);
    return std::nullopt;
  }
  Unit taken = Take(units, count + (hex ? 3 : 2), *value == 0 ? kSomeCharacter : *value);
  taken.end = last.end;
  return taken;
}

// "&commat;" or "&#64;": the last character is the semicolon.
std::optional<Unit> TakeReference(Units& units) {
  if (auto number = TakeNumber(units, 1)) return number;
  std::u32string name;
  for (std::size_t back = 1; back < kReferenceUnitsMax && IsAsciiAlnum(Back(units, back)); ++back) {
    name.insert(name.begin(), Back(units, back));
  }
  if (name.size() < 2 || Back(units, name.size() + 1) != U'&') return std::nullopt;
  for (const auto& [entity, c] : kEntities) {
    if (name == entity) return Take(units, name.size() + 2, c);
  }
  return Take(units, name.size() + 2, kSomeCharacter);
}

// "\u{40}", "\x{40}": the last character is the brace.
std::optional<Unit> TakeBraced(Units& units) {
  std::size_t count = 0;
  while (count < kDigitsMax && HexValue(Back(units, count + 1)) >= 0) ++count;
  const char32_t kind = Back(units, count + 2);
  if (count == 0 || Back(units, count + 1) != U'{' || Back(units, count + 3) != U'\\' ||
      (kind != U'u' && kind != U'x')) {
    return std::nullopt;
  }
  const Unit brace = units.back();
  units.pop_back();
  const auto value = Number(units, count, 16);
  if (!value) {
    units.push_back(brace);
    return std::nullopt;
  }
  Unit taken = Take(units, count + 3, *value);
  taken.end = brace.end;
  return taken;
}

// Escaped bytes that have become one character, or a pair of surrogates.
std::optional<Unit> TakeCharacter(Units& units) {
  const char32_t last = Back(units, 0);
  if (last >= 0xDC00 && last < 0xE000 && Back(units, 1) >= 0xD800 && Back(units, 1) < 0xDC00) {
    return Take(units, 2, 0x10000 + ((Back(units, 1) - 0xD800) << 10) + (last - 0xDC00));
  }
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t count = 2; last >= kByteBase && count <= bytes.size(); ++count) {
    if (Back(units, count - 1) < kByteBase) break;
    for (std::size_t i = 0; i < count; ++i) {
      bytes[i] = static_cast<std::uint8_t>(Back(units, count - 1 - i) - kByteBase);
    }
    std::int32_t used = 0;
    UChar32 c = 0;
    const std::uint8_t* const begin = bytes.data();
    U8_NEXT(begin, used, static_cast<std::int32_t>(count), c);
    if (c >= 0 && used == static_cast<std::int32_t>(count)) {
      return Take(units, count, static_cast<char32_t>(c));
    }
  }
  return std::nullopt;
}

}  // namespace

bool IsLeadingZero(const Units& units, char32_t c) {
  if (c != U'0' || Back(units, 0) != U'0') return false;
  const char32_t before = Back(units, 1);
  if (before == U'#') return Back(units, 2) == U'&';
  if (before == U'{') {
    return (Back(units, 2) == U'u' || Back(units, 2) == U'x') && Back(units, 3) == U'\\';
  }
  return (before | 32U) == U'x' && Back(units, 2) == U'#' && Back(units, 3) == U'&';
}

std::optional<Unit> TakeEscape(Units& units) {
  const char32_t last = Back(units, 0);
  if (HexValue(last) >= 0) return TakeDigits(units);
  if (last >= 0xD800) return TakeCharacter(units);
  if (last == U';') {
    if (auto reference = TakeReference(units)) return reference;
  }
  if (last == U'}') {
    if (auto braced = TakeBraced(units)) return braced;
  }
  if (IsPunctuation(last) && Back(units, 1) == U'\\') {
    return Take(units, 2, last, Spelling::kBackslash);
  }
  // Quoted-printable's soft end of a line: nothing is there.
  if (last == U'\n' && Back(units, 1) == U'=') return Take(units, 2, 0xAD);
  return std::nullopt;
}

std::optional<Unit> TakeOpenNumber(Units& units, char32_t next) {
  // These may begin an escape that stands for one more digit, or for the semicolon.
  if (next == U'%' || next == U'\\') return std::nullopt;
  if (next == U';' || HexValue(Back(units, 0)) < 0) return std::nullopt;
  const bool decimal_goes_on = next >= U'0' && next <= U'9';
  if (decimal_goes_on) return std::nullopt;
  if (HexValue(next) < 0) return TakeNumber(units, 0);
  std::size_t count = 0;
  while (count < kDigitsMax && Back(units, count) >= U'0' && Back(units, count) <= U'9') ++count;
  return Back(units, count) == U'#' ? TakeNumber(units, 0) : std::nullopt;
}

}  // namespace replyguard::storage::masking
