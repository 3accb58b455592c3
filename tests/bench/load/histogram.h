// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Latencies, in the manner of HdrHistogram (Gil Tene): every value up to an hour is kept to one
// part in a thousand, in memory that does not grow.
//
// Thread-safety: none; each worker fills its own, and they are merged.
#pragma once

#include <cstdint>
#include <vector>

namespace replyguard::bench {

class Histogram {
 public:
  Histogram();

  // Negative values count as 0, those of more than an hour as one.
  void Add(std::int64_t us);
  void Merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  // The least value that at least this share of all does not exceed, in us; 0 of an empty one.
  // REQUIRES: 0 <= share <= 1.
  std::int64_t At(double share) const;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
};

}  // namespace replyguard::bench
