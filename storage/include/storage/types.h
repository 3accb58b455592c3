// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The small value types that every record is made of.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::storage {

// A site inside the process and the database; outside it is known by its slug. From 1.
using SiteId = std::int64_t;

// Wall-clock time, UTC, with the resolution PostgreSQL keeps. Given by the caller's clock except
// where a contract says "the database's clock".
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// Until when a call may take, on the clock that does not jump. Every call that waits takes one: it
// ends by then with DEADLINE_EXCEEDED, and PostgreSQL is told to give up the statement too. What
// had been sent may still take effect unless the contract says otherwise.
using Deadline = std::chrono::steady_clock::time_point;

// 128 bits: comments, threads, decisions, rules, checkpoints. Those made by MakeUuidV7 sort by the
// time of making.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  // 32 lower-case hexadecimal digits.
  std::string ToHex() const;
  // Nothing unless hex is 32 lower-case hexadecimal digits.
  static std::optional<Uuid> FromHex(std::string_view hex);
};

using CommentId = Uuid;
using ThreadId = Uuid;
using DecisionId = Uuid;
using RuleId = Uuid;
using BulkId = Uuid;

// RFC 9562 version 7: milliseconds since 1970 in the first 48 bits, then random (the ten bytes
// given). REQUIRES: now is not before 1970.
Uuid MakeUuidV7(Timestamp now, const std::array<std::uint8_t, 10>& random);

// The smallest version 7 UUID of that millisecond: rows made at or after a time are those with id
// >= it.
Uuid UuidV7LowerBound(Timestamp at);

// The time a version 7 UUID was made at, to the millisecond.
Timestamp TimeOfUuidV7(const Uuid& id);

}  // namespace replyguard::storage

// Uuids are random at their end.
template <>
struct std::hash<replyguard::storage::Uuid> {
  std::size_t operator()(const replyguard::storage::Uuid& id) const noexcept {
    std::uint64_t h = 0;
    for (std::size_t i = 8; i < 16; ++i) h = (h << 8) | id.bytes[i];
    return static_cast<std::size_t>(h);
  }
};
