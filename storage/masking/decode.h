// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace replyguard::storage::masking {

// How a character was written, where that changes what it may mean.
enum class Spelling : std::uint8_t {
  kAsItIs,           // itself, or an escape that cannot mean anything else
  kBackslash,        // "\@"
  kQuotedPrintable,  // "=40", which may also be the value of a URL's parameter
};

// One character of a text as a reader (or a mail program, after a click) would take it, and the
// bytes it came from.
struct Unit {
  char32_t c;
  std::uint32_t begin;
  std::uint32_t end;
  Spelling spelling = Spelling::kAsItIs;
};

// Stands for a byte that is no UTF-8: it separates words. (A noncharacter, so never a character of
// a text's own.)
inline constexpr char32_t kBadByte = 0xFFFE;
// An escape that stands for some character, unknown which: part of a word, no letter to show.
inline constexpr char32_t kSomeCharacter = 0xFFFD;

// The character at `i`; kBadByte after the end.
inline char32_t CharAt(const std::vector<Unit>& units, std::size_t i) {
  return i < units.size() ? units[i].c : kBadByte;
}

// Reads `text` with every escape undone, whatever kinds are nested in one another and how often:
// percent-encoding (%40, %u0040), HTML character references (&#64; &commat;), backslashes (\@ \x40
// \u0040 \u{40} \100) and quoted-printable (=40). Compatibility forms of ASCII characters
// (full-width, mathematical, one dot leader) become these; ideographic full stops become '.'.
// Invisible characters (default-ignorable, format and control ones; marks that combine with an @ or
// a dot) are left out. What is no escape stays. Time and memory are linear, at most a constant per
// byte. REQUIRES: text.size() < 2^32.
std::vector<Unit> DecodeUnits(std::string_view text);

}  // namespace replyguard::storage::masking
