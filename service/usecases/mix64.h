// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators", 2014): numbers that depend on every bit of the argument. The same on every machine.
#pragma once

#include <cstdint>

namespace replyguard::service {

constexpr std::uint64_t Mix64(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31U);
}

}  // namespace replyguard::service
