// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Time and randomness as use cases get them: injected, so that tests decide both.
//
// Thread-safety: every implementation may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "storage/types.h"

namespace replyguard::service {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time, UTC. May jump; never used to measure how long something took.
  virtual storage::Timestamp Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  storage::Timestamp Now() const override;
};

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  // Fills `bytes`. An implementation for production is cryptographically strong.
  virtual void Fill(std::span<std::uint8_t> bytes) = 0;
};

// The system's random numbers, by libsodium. REQUIRES: sodium_init() has succeeded.
class SystemRandom final : public RandomSource {
 public:
  void Fill(std::span<std::uint8_t> bytes) override;
};

// A fresh UUIDv7: of comments, decisions and rules.
storage::Uuid NewId(const Clock& clock, RandomSource& random);

// A secret of 2 * `byte_count` lower-case hexadecimal digits.
std::string NewToken(RandomSource& random, std::size_t byte_count);

}  // namespace replyguard::service
