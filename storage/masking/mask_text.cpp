// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "masking/decode.h"
#include "masking/find.h"
#include "masking/markup.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage {
namespace masking {
namespace {

// What one pass makes may stand beside something that makes a longer local part of it
// (foo"john"@...): a few passes settle that.
constexpr int kPassesMax = 8;

bool HoldsAt(const std::vector<Unit>& units) {
  return std::any_of(units.begin(), units.end(), [](const Unit& unit) { return unit.c == U'@'; });
}

std::string MaskOnce(std::string_view text) {
  const Shown shown = Show(DecodeUnits(text));
  std::vector<Edit> edits;
  for (const std::vector<Unit>* units : {&shown.text, &shown.tags}) {
    if (!HoldsAt(*units)) continue;
    std::vector<Edit> found = FindAddresses(*units);
    std::move(found.begin(), found.end(), std::back_inserter(edits));
  }
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  std::string masked;
  masked.reserve(text.size());
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    if (edit.begin < done) continue;  // in a tag that an address around it takes along
    masked.append(text.substr(done, edit.begin - done)).append(edit.with);
    done = edit.end;
  }
  return masked.append(text.substr(done));
}

// The bytes with which any form of @ begins: itself, an escape, a bracket before a word, and the
// lead bytes of what decodes to one of these.
constexpr std::string_view kSigns = "@%&\\=([{<\xE2\xE3\xEF\xF0";

constexpr std::array<bool, 256> kIsSign = [] {
  std::array<bool, 256> is{};
  for (const char c : kSigns) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

// Whether what begins at `at` may be, or become, an @.
bool MayBeAt(std::string_view text, std::size_t at) {
  const char c = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  switch (c) {
    case '%':
    case '\\':
    case '&':
      return next != ' ';
    case '=':
      return (next >= '0' && next <= '9') || (next >= 'A' && next <= 'F') || next < 0;
    case '(':
    case '[':
    case '{':
    case '<':
      return MayBeBracketedAt(text, at);
    default:
      return true;
  }
}

// Whether any form of @ may be there. One scan, nearly all of it one look-up a byte.
bool MayHoldAddress(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (kIsSign[static_cast<unsigned char>(text[at])] && MayBeAt(text, at)) return true;
  }
  return false;
}

}  // namespace
}  // namespace masking

MaskedText MaskText(std::string_view text) {
  std::string masked(text);
  if (!masking::MayHoldAddress(text)) return {std::move(masked), false};
  for (int pass = 0; pass < masking::kPassesMax; ++pass) {
    std::string next = masking::MaskOnce(masked);
    const bool settled = next == masked;
    if (settled) break;
    WipeString(masked);  // it held the plain address
    masked = std::move(next);
  }
  const bool changed = masked != text;
  return {std::move(masked), changed};
}

}  // namespace replyguard::storage
