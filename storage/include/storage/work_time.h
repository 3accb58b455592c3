// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How long one piece of work has taken of late, from which a queue knows how long whoever comes now
// would wait.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace replyguard::storage {

// Thread-safe; never blocks. Of two that are noted at once one may be lost.
class WorkTime {
 public:
  using Duration = std::chrono::nanoseconds;

  void Note(Duration took) {
    const std::int64_t mean = mean_ns_.load(std::memory_order_relaxed);
    const std::int64_t moved = mean == 0 ? took.count() : mean + (took.count() - mean) / kMemory;
    mean_ns_.store(moved, std::memory_order_relaxed);
  }
  // Exponentially weighted; zero while nothing has been noted.
  Duration mean() const { return Duration(mean_ns_.load(std::memory_order_relaxed)); }

 private:
  // The newest weighs one part in so many.
  static constexpr std::int64_t kMemory = 8;
  std::atomic<std::int64_t> mean_ns_{0};
};

}  // namespace replyguard::storage
