// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Room for submissions in progress, shared by sites so that a flood of one leaves room for the
// others: a site may hold as much as is still free. One alone thus gets half, two a third each, and
// so on, and each that comes finds room. (Dynamic thresholds: A. K. Choudhury, E. L. Hahne,
// "Dynamic Queue Length Thresholds for Shared-Memory Packet Switches", IEEE/ACM Trans. Networking
// 6(2), 1998, with alpha = 1.)
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "storage/types.h"

namespace replyguard::service {

// Thread-safe; never blocks.
class SiteShares {
 public:
  // Sites beyond this many share counters.
  static constexpr std::size_t kCounters = 1024;

  // `room`: of all sites together.
  explicit SiteShares(std::int64_t room) : room_(room) {}
  // Where two bounds hold.
  SiteShares(std::size_t one, std::size_t other)
      : room_(static_cast<std::int64_t>(std::min(one, other))) {}

  // The rule: whether somebody who holds `own` of what all hold may have one more.
  static constexpr bool Fits(std::int64_t own, std::int64_t all, std::int64_t room) {
    return own < room - all;
  }

  // True when the site has room left; Leave() is then due once. `room_now`: where it is less than
  // usual for a while.
  bool Enter(storage::SiteId site,
             std::int64_t room_now = std::numeric_limits<std::int64_t>::max()) {
    std::atomic<std::int64_t>& own = CounterOf(site);
    const std::int64_t all = all_.fetch_add(1, std::memory_order_relaxed);
    const std::int64_t room = std::min(room_, room_now);
    if (Fits(own.fetch_add(1, std::memory_order_relaxed), all, room)) return true;
    Leave(site);
    return false;
  }
  void Leave(storage::SiteId site) {
    CounterOf(site).fetch_sub(1, std::memory_order_relaxed);
    all_.fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t>& CounterOf(storage::SiteId site) {
    return counters_[static_cast<std::size_t>(site) % kCounters];
  }

  const std::int64_t room_;
  std::atomic<std::int64_t> all_{0};
  std::array<std::atomic<std::int64_t>, kCounters> counters_{};
};

}  // namespace replyguard::service
