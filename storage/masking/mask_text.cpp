// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "masking/mask_text.h"

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

}  // namespace

bool MaskAddresses(std::string& text, const OwnAddress* own) {
  if (!MayHoldAt(text)) return false;
  bool changed = own != nullptr && own->MaskLetters(text);
  // Once, and before any other: what it becomes may hold it still.
  bool seeks_own = own != nullptr;
  for (int pass = 0; pass < kPassesMax; ++pass) {
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
    if (same && !found_own) break;
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
