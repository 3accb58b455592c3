// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How long something that failed is left alone: twice as long after each failure that follows
// another, so that what goes on failing costs little, and what passes soon is soon over.
//
// Thread-safety: none. Does not block.
#pragma once

#include <algorithm>
#include <chrono>

namespace replyguard::service {

class GrowingPause {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The pause after the first failure, and the longest.
  GrowingPause(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), next_(first) {}

  void Failed(Time now) {
    until_ = now + next_;
    next_ = std::min(2 * next_, longest_);
  }
  void Succeeded() {
    until_ = {};
    next_ = first_;
  }
  bool Lasts(Time now) const { return now < until_; }

 private:
  const std::chrono::milliseconds first_;
  const std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_;
  Time until_{};
};

}  // namespace replyguard::service
