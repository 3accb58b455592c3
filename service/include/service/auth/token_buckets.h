// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How often something may go wrong, by name: a token bucket for each.
//
// The table has a fixed size and nothing is ever thrown out of it, so that nobody regains tokens by
// showing many names. Two names may share a bucket; which ones do depends on random numbers of the
// process, so that nobody can choose whom to share with.
//
// Not thread-safe. REQUIRES: sodium_init() has succeeded.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace replyguard::service::auth {

class TokenBuckets {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Each holds `burst` tokens and gets `per_second` back, up to that.
  TokenBuckets(std::size_t count, double per_second, double burst);

  // Whether a token is there.
  bool Has(std::string_view name, Time now);
  // Takes one if it is there.
  bool Take(std::string_view name, Time now);
  // Puts one back that was taken.
  void GiveBack(std::string_view name, Time now);
  // Until one will be there; zero when one is.
  std::chrono::milliseconds Wait(std::string_view name, Time now);

 private:
  struct Bucket {
    double spent = 0;  // tokens that are missing
    Time filled_at{};
  };
  Bucket& Filled(std::string_view name, Time now);

  const double per_second_;
  const double burst_;
  std::array<unsigned char, 16> key_{};
  std::vector<Bucket> buckets_;
};

}  // namespace replyguard::service::auth
