// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/decode.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace replyguard::storage::masking {
namespace {

// A character read from `begin` on, and where what follows it begins.
struct Read {
  char32_t c;
  std::size_t end;
};

// HTML names for the characters of an address, for what may stand around one, and for invisible
// ones.
constexpr std::array<std::pair<std::string_view, char32_t>, 19> kEntities = {{
    {"commat;", U'@'},
    {"period;", U'.'},
    {"lowbar;", U'_'},
    {"UnderBar;", U'_'},
    {"plus;", U'+'},
    {"hyphen;", 0x2010},
    {"dash;", 0x2010},
    {"num;", U'#'},
    {"percnt;", U'%'},
    {"lt;", U'<'},
    {"gt;", U'>'},
    {"quot;", U'"'},
    {"apos;", U'\''},
    {"colon;", U':'},
    {"nbsp;", 0xA0},
    {"zwj;", 0x200D},
    {"zwnj;", 0x200C},
    {"shy;", 0xAD},
    {"ZeroWidthSpace;", 0x200B},
}};

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsHexPair(std::string_view text, std::size_t at) {
  return at + 2 <= text.size() && HexValue(text[at]) >= 0 && HexValue(text[at + 1]) >= 0;
}

// "%40", "%2540", "%252540": one byte.
struct PercentByte {
  std::uint8_t byte;
  std::size_t end;
};
std::optional<PercentByte> ReadPercentByte(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '%' || !IsHexPair(text, at + 1)) return std::nullopt;
  std::size_t digits = at + 1;
  while (text.substr(digits, 2) == "25" && IsHexPair(text, digits + 2)) digits += 2;
  const int byte = HexValue(text[digits]) * 16 + HexValue(text[digits + 1]);
  return PercentByte{static_cast<std::uint8_t>(byte), digits + 2};
}

std::optional<Read> ReadPercent(std::string_view text, std::size_t at) {
  const std::optional<PercentByte> first = ReadPercentByte(text, at);
  if (!first) return std::nullopt;
  if (first->byte < 0x80) return Read{first->byte, first->end};
  std::array<std::uint8_t, 4> bytes{first->byte};
  std::array<std::size_t, 4> ends{first->end};
  std::int32_t count = 1;
  while (count < 4) {
    const auto last = static_cast<std::size_t>(count - 1);
    const std::optional<PercentByte> next = ReadPercentByte(text, ends[last]);
    if (!next || (next->byte & 0xC0) != 0x80) break;
    bytes[last + 1] = next->byte;
    ends[last + 1] = next->end;
    ++count;
  }
  std::int32_t used = 0;
  UChar32 c = 0;
  U8_NEXT(bytes.data(), used, count, c);
  // Not UTF-8 (Latin-1, say): some letter of a local part.
  if (c < 0) return Read{0xFFFD, first->end};
  return Read{static_cast<char32_t>(c), ends[static_cast<std::size_t>(used - 1)]};
}

// The digits of "&#64;" or "&#x40;" from the first digit on; the semicolon may be missing, as
// browsers allow.
std::optional<Read> ReadNumber(std::string_view text, std::size_t at, int base) {
  std::uint32_t value = 0;
  std::size_t end = at;
  for (; end < text.size(); ++end) {
    const int digit = HexValue(text[end]);
    if (digit < 0 || digit >= base) break;
    if (value <= 0x10FFFF) {
      value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
    }
  }
  if (end == at || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return std::nullopt;
  if (end < text.size() && text[end] == ';') ++end;
  return Read{static_cast<char32_t>(value), end};
}

std::optional<Read> ReadEntity(std::string_view text, std::size_t at) {
  std::size_t name = at + 1;
  while (text.substr(name, 4) == "amp;") name += 4;
  if (name < text.size() && text[name] == '#') {
    const bool hex = name + 1 < text.size() && (text[name + 1] == 'x' || text[name + 1] == 'X');
    if (auto number = ReadNumber(text, name + (hex ? 2 : 1), hex ? 16 : 10)) return number;
  }
  for (const auto& [entity, c] : kEntities) {
    if (text.substr(name, entity.size()) == entity) return Read{c, name + entity.size()};
  }
  if (name > at + 1) return Read{U'&', name};
  return std::nullopt;
}

Read ReadUtf8(std::string_view text, std::size_t at) {
  std::size_t end = at;
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), end, text.size(), c);
  return c < 0 ? Read{kBadByte, end} : Read{static_cast<char32_t>(c), end};
}

char32_t Fold(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  if (c == 0xFE6B) return U'@';
  if (c == 0x3002 || c == 0xFF61 || c == 0xFE52) return U'.';
  return c;
}

}  // namespace

std::vector<Unit> DecodeUnits(std::string_view text) {
  std::vector<Unit> units;
  units.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char byte = text[at];
    std::optional<Read> read;
    if (byte == '%') read = ReadPercent(text, at);
    if (byte == '&') read = ReadEntity(text, at);
    if (!read) read = ReadUtf8(text, at);
    const char32_t c = Fold(read->c);
    if (c < 0x80 ||
        !u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      units.push_back({c, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(read->end)});
    }
    at = read->end;
  }
  return units;
}

}  // namespace replyguard::storage::masking
