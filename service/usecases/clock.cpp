// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/clock.h"

#include <sodium.h>

#include <array>
#include <chrono>
#include <vector>

namespace replyguard::service {

storage::Timestamp SystemClock::Now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void SystemRandom::Fill(std::span<std::uint8_t> bytes) {
  randombytes_buf(bytes.data(), bytes.size());
}

storage::Uuid NewId(const Clock& clock, RandomSource& random) {
  std::array<std::uint8_t, 10> bytes{};
  random.Fill(bytes);
  return storage::MakeUuidV7(clock.Now(), bytes);
}

std::string NewToken(RandomSource& random, std::size_t byte_count) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::vector<std::uint8_t> bytes(byte_count);
  random.Fill(bytes);
  std::string token;
  token.reserve(2 * byte_count);
  for (const std::uint8_t byte : bytes) {
    token += kDigits[byte >> 4U];
    token += kDigits[byte & 15U];
  }
  return token;
}

}  // namespace replyguard::service
