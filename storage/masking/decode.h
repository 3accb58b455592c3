// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace replyguard::storage::masking {

// One character of a text as a reader (or a mail program, after a click) would take it, and the
// bytes it came from.
struct Unit {
  char32_t c;
  std::uint32_t begin;
  std::uint32_t end;
};

// Stands for a byte that is no UTF-8: it separates words. (A noncharacter, so never a character of
// a text's own.)
inline constexpr char32_t kBadByte = 0xFFFE;

// Reads `text` with percent-encoding and HTML character references resolved (also encoded several
// times over, each kind by itself), full-width ASCII and the small @ as ASCII, and every full stop
// that domain names know as '.'. Default-ignorable characters (zero-width ones, soft hyphens,
// variation selectors) are left out. A lone % or & stays. Linear time. REQUIRES: text.size() <
// 2^32.
std::vector<Unit> DecodeUnits(std::string_view text);

}  // namespace replyguard::storage::masking
