// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "bench/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace replyguard::bench {
namespace {

constexpr unsigned kStepBits = 10;  // 1,024 steps from each power of two to the next
constexpr std::uint64_t kSteps = std::uint64_t{1} << kStepBits;
constexpr std::uint64_t kMostUs = 3'600'000'000;

// How far a value is shifted to fit the steps.
unsigned ShiftOf(std::uint64_t us) {
  return us < 2 * kSteps ? 0 : static_cast<unsigned>(std::bit_width(us)) - kStepBits - 1;
}

std::size_t BucketOf(std::uint64_t us) {
  const unsigned shift = ShiftOf(us);
  return static_cast<std::size_t>((us >> shift) + shift * kSteps);
}

// The highest value of a bucket.
std::int64_t ValueOf(std::size_t bucket) {
  const std::uint64_t shift = bucket < 2 * kSteps ? 0 : bucket / kSteps - 1;
  const std::uint64_t step = bucket - shift * kSteps;
  return static_cast<std::int64_t>(((step + 1) << shift) - 1);
}

}  // namespace

Histogram::Histogram() : counts_(BucketOf(kMostUs) + 1) {}

void Histogram::Add(std::int64_t us) {
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0));
  ++counts_[BucketOf(std::min(value, kMostUs))];
  ++count_;
}

void Histogram::Merge(const Histogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
}

std::int64_t Histogram::At(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return ValueOf(i);
  }
  return ValueOf(counts_.size() - 1);
}

}  // namespace replyguard::bench
