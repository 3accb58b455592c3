// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Time and randomness as use cases get them: injected, so that tests decide both.
//
// Thread-safety: every implementation may be called from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

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

// How long the machine runs, its sleep included: goes on whatever is done to the clock.
std::chrono::microseconds SinceBoot();

// What is stored is dated by it: a server's own clock, unless that is behind the database's by more
// than kApartMax; then the database's, as last seen, and what has passed since. Nobody can tell
// which of two clocks is wrong, but what is dated by the later one is not old before its time, and
// whoever deletes goes by the earlier (RG_KEPT_AT_LEAST, expire()): no comment is lost by either. A
// clock that is set holds from the next call of Now(); one that is ahead is left alone.
//
// Thread-safe.
class DatingClock final : public Clock {
 public:
  static constexpr std::chrono::seconds kApartMax{5};

  // `warn` is told in one line, on Note's thread, when the clocks come to be so far apart, and when
  // they agree again. May be empty. `own` outlives this.
  DatingClock(const Clock& own, std::function<void(std::string_view)> warn,
              std::function<std::chrono::microseconds()> since_boot = SinceBoot)
      : own_(own), warn_(std::move(warn)), since_boot_(std::move(since_boot)) {}

  storage::Timestamp Now() const override;
  // The database's clock said `database` when it answered, by since_boot. That it said so a little
  // earlier makes what is counted on from it late by that, and never early. By one thread.
  void Note(storage::Timestamp database, std::chrono::microseconds answered);
  // How far the own clock is ahead of the database's; negative: behind it. 0 before the first Note.
  std::chrono::microseconds Ahead() const;

 private:
  static constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::min();

  std::optional<storage::Timestamp> Database() const;

  const Clock& own_;
  const std::function<void(std::string_view)> warn_;
  const std::function<std::chrono::microseconds()> since_boot_;
  std::atomic<std::int64_t> database_at_boot_{kUnknown};  // microseconds since 1970
  bool apart_ = false;                                    // Note's own
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
