// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/akismet/guid.h"

namespace replyguard::service {

std::string ToGuid(const storage::Uuid& id) {
  std::string text = id.ToHex();
  for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
  return text;
}

std::optional<storage::Uuid> FromGuid(std::string_view text) {
  constexpr std::size_t kGuidBytesMax = 36;
  if (text.size() > kGuidBytesMax) return std::nullopt;
  std::string hex;
  for (const char c : text) {
    if (c == '-') continue;
    hex += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return storage::Uuid::FromHex(hex);
}

}  // namespace replyguard::service
