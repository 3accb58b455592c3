// The log-odds of one feature from its counts.
//
// p = (s / S) / (s / S + h / H) with s of S spam and h of H ham comments holding the feature,
// smoothed towards one half (G. Robinson, "A Statistical Approach to the Spam Problem", 2003): f =
// (x / 2 + n p) / (x + n), n = s + h, x = kStrength; l = ln(f / (1 - f)). A feature never seen
// weighs exactly nothing.
//
// Thread-safety: immutable once made.
#pragma once

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
  // One is added to each class, so that a class not yet seen divides nothing by nothing.
  explicit LogOdds(const ClassTotals& totals)
      : spam_(static_cast<double>(totals.spam) + 1), ham_(static_cast<double>(totals.ham) + 1) {}

  // In score units.
  RawScore operator()(const FeatureCounts& counts) const {
    if (counts.none()) return 0;
    // s / S : h / H, multiplied out.
    const double s = counts.spam * ham_;
    const double h = counts.ham * spam_;
    const double n = static_cast<double>(counts.spam) + counts.ham;
    const double prior = 0.5 * kStrength * (s + h);
    return FastLogUnits((prior + n * s) / (prior + n * h));
  }

  // Comments of each class, and one more.
  double spam() const { return spam_; }
  double ham() const { return ham_; }

  static constexpr double kStrength = 0.7;  // how many comments the prior weighs

 private:
  double spam_;
  double ham_;
};

}  // namespace replyguard::classifier
