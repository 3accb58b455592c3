// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How often one key may call: so many a second in the long run, and some at once after a rest. Only
// who has proved who he is has an entry, so nobody can fill the table but holders of keys.
//
// The generic cell rate algorithm (ITU-T I.371, annex A): of each key only the time is kept at
// which all that it has called would have been due.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "storage/call_rate.h"
#include "storage/mutex.h"

namespace replyguard::service::auth {

// Beyond, those that have rested are forgotten, and then all.
inline constexpr std::size_t kRatedKeysMax = 16'384;

class KeyRates {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // For keys without a rate of their own, and for people. Nothing: they may call as they like.
  explicit KeyRates(std::optional<storage::CallRate> standard) : standard_(standard) {}

  // Zero when this call may be made, and it counts; otherwise when there will be room for one.
  // `own`: the caller's own rate.
  std::chrono::nanoseconds Take(const std::string& credential,
                                const std::optional<storage::CallRate>& own, Time now);

 private:
  const std::optional<storage::CallRate> standard_;
  Mutex mutex_;
  // By credential: when the next call would be due if all came at the even rate.
  std::unordered_map<std::string, Time> due_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::auth
