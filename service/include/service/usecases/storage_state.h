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
  // A write that had so long and is not done stands still: a lock that somebody holds, a standby
  // that is waited for. Of one whose caller was in a hurry nothing follows by itself...
  static constexpr std::chrono::seconds kStallTimeMin{2};
  // ...and nothing at all of one that had less than this.
  static constexpr std::chrono::milliseconds kHurryTimeMin{500};

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
    last_stored_.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                       std::memory_order_relaxed);
    if (late_since_.load(std::memory_order_relaxed) != 0) late_since_.store(0);
    if (refusals_.load(std::memory_order_relaxed) != 0) refusals_.store(0);
    if (away_looks_.load(std::memory_order_relaxed) != 0) away_looks_.store(0);
  }
  // `at`: now, or when the next one may be heard of.
  void NoteRefusal(Time at) {
    last_refusal_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
    if (refusals_.load() < kRefusalsMin) refusals_.fetch_add(1);
  }
  // One was not done within `given`. It is a refusal where it had kStallTimeMin, and where none has
  // been stored for as long and others, of kHurryTimeMin at least, were late all the while.
  void NoteLate(Time now, Time::duration given) {
    if (given < kHurryTimeMin) return;
    const Time last{Time::duration(last_late_.exchange(now.time_since_epoch().count()))};
    if (late_since_.load() == 0 || now - last >= kRefusalTime) {
      late_since_.store((now - given).time_since_epoch().count());
    }
    const Time since{Time::duration(late_since_.load())};
    // The next one that stands still is heard of no sooner.
    if (given >= kStallTimeMin || now - since >= kStallTimeMin) NoteRefusal(now + given);
  }
  // Whether a write was stored within this time: whatever else is late, it works.
  bool StoredWithin(Time::duration time) const {
    const Time last{Time::duration(last_stored_.load(std::memory_order_relaxed))};
    return std::chrono::steady_clock::now() - last <= time;
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
  std::atomic<Time::rep> last_stored_{0};
  std::atomic<Time::rep> late_since_{0};  // 0: none since one was stored
  std::atomic<Time::rep> last_late_{0};
};

}  // namespace replyguard::service
