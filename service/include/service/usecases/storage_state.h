// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is known of the database at this moment, from those who ask it anyway: whether it answers,
// and whether it takes what it is given. For answers that do without it, and for readiness.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace replyguard::service {

// Thread-safe; never blocks.
class StorageState {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // So many writes in a row that the database did not take...
  static constexpr std::int32_t kRefusalsMin = 3;
  // ...the last of them within this time, and it takes none. Then somebody must try again: who is
  // told that a server does not serve sends it nothing by which it would notice.
  static constexpr std::chrono::seconds kRefusalTime{3};

  // So many looks of readiness in a row that found it away, and nothing was stored meanwhile: there
  // is no use in waiting for it.
  static constexpr std::int32_t kAwayLooksMin = 2;

  // What readiness has found. Away until it is told otherwise.
  void SetAway(bool away) {
    away_.store(away, std::memory_order_relaxed);
    away_looks_.store(away ? std::min(away_looks_.load() + 1, kAwayLooksMin) : 0);
  }
  bool away() const { return away_.load(std::memory_order_relaxed); }
  bool LongAway() const { return away_looks_.load(std::memory_order_relaxed) >= kAwayLooksMin; }

  // One write was stored, or one was not for a reason of the database's own (its disk is full, it
  // is read-only, it does not answer, somebody has it locked), not of the data's or the caller's.
  void NoteStored() {
    if (refusals_.load(std::memory_order_relaxed) != 0) refusals_.store(0);
    if (away_looks_.load(std::memory_order_relaxed) != 0) away_looks_.store(0);
  }
  // `at`: now, or when the next one may be heard of.
  void NoteRefusal(Time at) {
    last_refusal_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
    if (refusals_.load() < kRefusalsMin) refusals_.fetch_add(1);
  }
  bool TakesWrites(Time now) const {
    const Time last{Time::duration(last_refusal_.load(std::memory_order_relaxed))};
    return refusals_.load() < kRefusalsMin || now - last >= kRefusalTime;
  }

 private:
  std::atomic<bool> away_{true};
  std::atomic<std::int32_t> away_looks_{0};
  std::atomic<std::int32_t> refusals_{0};
  std::atomic<Time::rep> last_refusal_{0};
};

}  // namespace replyguard::service
