// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string_view>
#include <vector>

#include "masking/characters.h"
#include "masking/own_address.h"
#include "masking/rewrite.h"
#include "storage/masking.h"

namespace replyguard::storage {
namespace {

using masking::CharAt, masking::Unit;

// Before the @ of a handle (/@john, by=@john), which begins there.
bool EndsBeforeHandle(char32_t c) {
  constexpr std::u32string_view kBefore = U"/?&=#|:;,";
  return kBefore.find(c) != std::u32string_view::npos;
}

// something@host, where a host begins with a letter: "comment@2" and "comment@2026-11-28T10" are
// versions.
bool HoldsMailbox(const std::vector<Unit>& units) {
  for (std::size_t i = 1; i < units.size(); ++i) {
    const char32_t next = CharAt(units, i + 1);
    const bool digit = next >= U'0' && next <= U'9';
    if (units[i].c == U'@' && !EndsBeforeHandle(units[i - 1].c) && masking::IsAlnum(next) &&
        !digit) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool IdHoldsAddress(std::string_view id, std::string_view own_email) {
  if (!masking::MayHoldAt(id)) return false;
  return MaskText(id).changed() || masking::AnyShown(id, HoldsMailbox) ||
         masking::OwnAddress(own_email).IsIn(id);
}

}  // namespace replyguard::storage
