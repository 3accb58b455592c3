// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/rewrite.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "masking/characters.h"
#include "masking/markup.h"
#include "masking/words.h"

namespace replyguard::storage::masking {
namespace {

bool HoldsAt(const std::vector<Unit>& units) {
  return std::any_of(units.begin(), units.end(), [](const Unit& unit) { return unit.c == U'@'; });
}

// The bytes with which any form of @ begins: itself, an escape, a bracket before a word, and the
// lead bytes of what decodes to one of these.
constexpr std::array<bool, 256> kIsSign = BytesOf("@%&\\=([{<\xC2\xE2\xE3\xEF\xF0");

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
    case '\xC2':  // begins "«"
      return next == '\xAB' && MayBeBracketedAt(text, at + 1);
    default:
      return true;
  }
}

}  // namespace

bool MayHoldAt(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (kIsSign[static_cast<unsigned char>(text[at])] && MayBeAt(text, at)) return true;
  }
  return MayHoldWords(text);
}

std::string Edited(std::string_view text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  std::string edited;
  edited.reserve(text.size());
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    if (edit.begin < done) continue;  // in a tag that an address around it takes along
    edited.append(text.substr(done, edit.begin - done)).append(edit.with);
    done = edit.end;
  }
  return edited.append(text.substr(done));
}

std::string Rewrite(std::string_view text,
                    const std::function<std::vector<Edit>(const std::vector<Unit>&)>& find) {
  const Shown shown = Show(DecodeUnits(text));
  std::vector<Edit> edits;
  for (const std::vector<Unit>* units : {&shown.text, &shown.tags}) {
    if (!HoldsAt(*units)) continue;
    std::vector<Edit> found = find(*units);
    std::move(found.begin(), found.end(), std::back_inserter(edits));
  }
  return Edited(text, std::move(edits));
}

}  // namespace replyguard::storage::masking
