// The log-odds of one feature from its counts.
//
// p = (s / S) / (s / S + h / H) with s of S spam and h of H ham comments holding the feature,
// smoothed towards one half (G. Robinson, "A Statistical Approach to the Spam Problem", 2003): f =
// (x / 2 + n p) / (x + n), n = s + h, x = kStrength; l = ln(f / (1 - f)). A feature never seen
// weighs exactly nothing.
//
// Thread-safety: immutable once made.
#pragma once

#include <array>
#include <cstdint>

#include "classifier/score.h"
#include "counts/feature_table.h"
#include "math/exact_math.h"

namespace replyguard::classifier {

struct ClassTotals {
  std::uint64_t spam = 0;
  std::uint64_t ham = 0;
};

class LogOdds {
 public:
  explicit LogOdds(const ClassTotals& totals);

  // In score units.
  RawScore operator()(const FeatureCounts& counts) const {
    if (counts.spam < kCached && counts.ham < kCached) return cache_[counts.spam][counts.ham];
    return Compute(counts);
  }

 private:
  static constexpr std::uint32_t kCached = 32;  // most features are rare

  RawScore Compute(const FeatureCounts& counts) const {
    if (counts.none()) return 0;
    // s / S : h / H, multiplied out.
    const double s = counts.spam * ham_;
    const double h = counts.ham * spam_;
    const double n = static_cast<double>(counts.spam) + counts.ham;
    const double prior = 0.5 * kStrength * (s + h);
    return FastLogUnits((prior + n * s) / (prior + n * h));
  }

  static constexpr double kStrength = 0.7;  // how many comments the prior weighs

  double spam_;
  double ham_;
  std::array<std::array<std::int32_t, kCached>, kCached> cache_{};
};

}  // namespace replyguard::classifier
