// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes: MaskText ends, is idempotent, and keeps valid UTF-8 valid. The first line is an
// author's own address, too, which is looked for in the rest.
#include <unicode/utf8.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "storage/masking.h"

namespace {

bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    if (c < 0) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using replyguard::storage::MaskText;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto masked = MaskText(text);
  if (masked.changed() != (masked.text() != text)) std::abort();
  if (IsUtf8(text) && !IsUtf8(masked.text())) std::abort();
  if (MaskText(masked.text()).changed()) std::abort();
  const std::size_t line = text.find('\n');
  if (line != std::string_view::npos) {
    (void)replyguard::storage::IdHoldsAddress(text.substr(line + 1), text.substr(0, line));
  }
  return 0;
}
