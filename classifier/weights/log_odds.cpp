#include "weights/log_odds.h"

#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

constexpr double kStrength = 0.7;  // how many comments the prior weighs

}  // namespace

// One is added to each class, so that a class not yet seen divides nothing by nothing.
LogOdds::LogOdds(const ClassTotals& totals)
    : spam_(static_cast<double>(totals.spam) + 1), ham_(static_cast<double>(totals.ham) + 1) {
  for (std::uint32_t s = 0; s < kCached; ++s) {
    for (std::uint32_t h = 0; h < kCached; ++h) cache_[s][h] = Compute({s, h});
  }
}

RawScore LogOdds::Compute(const FeatureCounts& counts) const {
  if (counts.none()) return 0;
  // s / S : h / H, multiplied out.
  const double s = counts.spam * ham_;
  const double h = counts.ham * spam_;
  const double n = static_cast<double>(counts.spam) + counts.ham;
  const double prior = 0.5 * kStrength * (s + h);
  const double odds = (prior + n * s) / (prior + n * h);
  return FromNats(FastLog(odds));
}

}  // namespace replyguard::classifier
