// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <utility>

#include "masking/find.h"
#include "masking/rewrite.h"
#include "storage/masking.h"
#include "storage/secret_text.h"

namespace replyguard::storage {
namespace {

// What one pass makes may stand beside something that makes a longer local part of it
// (foo"john"@...): a few passes settle that.
constexpr int kPassesMax = 8;

}  // namespace

MaskedText MaskText(std::string_view text) {
  std::string masked(text);
  if (!masking::MayHoldAt(text)) return {std::move(masked), false};
  for (int pass = 0; pass < kPassesMax; ++pass) {
    std::string next = masking::Rewrite(masked, masking::FindAddresses);
    const bool settled = next == masked;
    if (settled) break;
    WipeString(masked);  // it held the plain address
    masked = std::move(next);
  }
  const bool changed = masked != text;
  return {std::move(masked), changed};
}

}  // namespace replyguard::storage
