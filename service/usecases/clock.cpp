// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/clock.h"

#include <sodium.h>

#include <array>
#include <chrono>
#include <ctime>
#include <vector>

#include "absl/strings/str_cat.h"

namespace replyguard::service {

storage::Timestamp SystemClock::Now() const {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::chrono::microseconds SinceBoot() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

std::optional<storage::Timestamp> DatingClock::Database() const {
  const std::int64_t at_boot = database_at_boot_.load(std::memory_order_relaxed);
  if (at_boot == kUnknown) return std::nullopt;
  return storage::Timestamp(std::chrono::microseconds(at_boot) + since_boot_());
}

storage::Timestamp DatingClock::Now() const {
  const storage::Timestamp own = own_.Now();
  const auto database = Database();
  return database && own + kApartMax < *database ? *database : own;
}

std::chrono::microseconds DatingClock::Ahead() const {
  const auto database = Database();
  return database ? own_.Now() - *database : std::chrono::microseconds(0);
}

void DatingClock::Note(storage::Timestamp database, std::chrono::microseconds answered) {
  const auto at_boot = database.time_since_epoch() - answered;
  database_at_boot_.store(at_boot.count(), std::memory_order_relaxed);
  const std::chrono::microseconds ahead = Ahead();
  const std::chrono::microseconds apart = std::chrono::abs(ahead);
  // Not told again and again where they are about so far apart.
  if (apart_ ? apart >= kApartMax / 2 : apart <= kApartMax) return;
  apart_ = !apart_;
  if (!warn_) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(apart).count();
  if (!apart_) {
    warn_("this clock and the database's agree again");
  } else if (ahead.count() < 0) {
    warn_(absl::StrCat("this clock is ", seconds,
                       " s behind the database's, which dates what is stored; let both machines "
                       "follow NTP"));
  } else {
    warn_(absl::StrCat("this clock is ", seconds,
                       " s ahead of the database's: comments are dated by it, and kept for so much "
                       "longer; let both machines follow NTP"));
  }
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
