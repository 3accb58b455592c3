// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/types.h"

namespace replyguard::storage {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

void PutMilliseconds(Timestamp at, Uuid& id) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
  const auto value = static_cast<std::uint64_t>(ms);
  for (std::size_t i = 0; i < 6; ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(value >> (8 * (5 - i)));
  }
}

}  // namespace

std::string Uuid::ToHex() const {
  std::string hex;
  hex.reserve(32);
  for (const std::uint8_t byte : bytes) {
    hex.push_back(kHexDigits[byte >> 4]);
    hex.push_back(kHexDigits[byte & 15]);
  }
  return hex;
}

std::optional<Uuid> Uuid::FromHex(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  Uuid id;
  for (std::size_t i = 0; i < 16; ++i) {
    const int high = HexValue(hex[2 * i]);
    const int low = HexValue(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

Uuid MakeUuidV7(Timestamp now, const std::array<std::uint8_t, 10>& random) {
  Uuid id;
  PutMilliseconds(now, id);
  for (std::size_t i = 0; i < 10; ++i) id.bytes[6 + i] = random[i];
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0f));
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

Uuid UuidV7LowerBound(Timestamp at) {
  if (at.time_since_epoch().count() < 0) return Uuid{};
  Uuid id;
  PutMilliseconds(at, id);
  id.bytes[6] = 0x70;
  id.bytes[8] = 0x80;
  return id;
}

Timestamp TimeOfUuidV7(const Uuid& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms * 256 + id.bytes[i];
  return Timestamp(std::chrono::milliseconds(ms));
}

}  // namespace replyguard::storage
