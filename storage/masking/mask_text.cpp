// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/mask_text.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "masking/find.h"
#include "masking/rewrite.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage {
namespace masking {
namespace {

// What one pass makes may stand beside something that makes a longer local part of it
// (foo"john"@...): a few passes settle that.
constexpr int kPassesMax = 8;

constexpr std::string_view kRightToLeft = "\u202E";
constexpr std::string_view kNoMore = "\u202C";

// By characters; bytes that are none stay in place of one.
std::string Reversed(std::string_view text) {
  std::string reversed;
  reversed.reserve(text.size());
  for (std::size_t end = text.size(); end > 0;) {
    std::size_t begin = end - 1;
    while (begin > 0 && (text[begin] & 0xC0) == 0x80 && end - begin < 4) --begin;
    reversed.append(text.substr(begin, end - begin));
    end = begin;
  }
  return reversed;
}

bool EndsHere(std::string_view rest) {
  return rest.front() == '\n' || rest.starts_with(kNoMore) || rest.starts_with(kRightToLeft);
}

// What stands behind U+202E is shown from right to left, letters as well: there an address is
// written backwards, and read as any other. Where one is, its mask stands as it is read, without
// the sign: what is read in both directions would have no end.
bool MaskReversed(std::string& text, const OwnAddress* own) {
  bool changed = false;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t sign = std::min(text.find(kRightToLeft, at), text.size());
    const std::size_t begin = std::min(sign + kRightToLeft.size(), text.size());
    out.append(text, at, sign - at);
    std::string_view shown = std::string_view(text).substr(begin);
    std::size_t end = 0;
    while (end < shown.size() && !EndsHere(shown.substr(end))) ++end;
    shown = shown.substr(0, end);
    std::string read = Reversed(shown);
    const bool masked = MaskAddresses(read, own);
    out.append(masked ? std::string_view(read)
                      : std::string_view(text).substr(sign, begin - sign + end));
    WipeString(read);
    changed = changed || masked;
    at = begin + end;
  }
  if (changed) std::swap(text, out);
  WipeString(out);
  return changed;
}

}  // namespace

bool MaskAddresses(std::string& text, const OwnAddress* own) {
  bool changed = own != nullptr && own->MaskLetters(text);
  if (!MayHoldAt(text)) return changed;
  const bool reversed = text.find(kRightToLeft) != std::string::npos;
  // Once, and before any other: what it becomes may hold it still.
  bool seeks_own = own != nullptr;
  for (int pass = 0; pass < kPassesMax; ++pass) {
    const bool found_other = reversed && MaskReversed(text, own);
    changed = changed || found_other;
    bool found_own = false;
    std::string next = Rewrite(text, [&](const std::vector<Unit>& units) {
      std::vector<Edit> edits;
      if (seeks_own) edits = own->FindIn(units);
      if (edits.empty()) return FindAddresses(units);
      found_own = true;
      return edits;
    });
    seeks_own = seeks_own && !found_own;
    const bool same = next == text;
    if (same && !found_own && !found_other) break;
    changed = changed || !same;
    WipeString(text);  // it held the plain address
    text = std::move(next);
  }
  return changed;
}

}  // namespace masking

MaskedText MaskText(std::string_view text) {
  std::string masked(text);
  const bool changed = masking::MaskAddresses(masked, nullptr);
  return {std::move(masked), changed};
}

}  // namespace replyguard::storage
