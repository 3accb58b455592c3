// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unicode/utf8.h>

#include <cstdint>
#include <string>

namespace replyguard::service::policy {

// REQUIRES: c is a Unicode scalar value.
inline void AppendUtf8(std::string& text, char32_t c) {
  std::uint8_t bytes[4];
  std::int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, c);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

}  // namespace replyguard::service::policy
