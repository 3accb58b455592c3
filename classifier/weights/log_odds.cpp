#include "weights/log_odds.h"

namespace replyguard::classifier {

// One is added to each class, so that a class not yet seen divides nothing by nothing.
LogOdds::LogOdds(const ClassTotals& totals)
    : spam_(static_cast<double>(totals.spam) + 1), ham_(static_cast<double>(totals.ham) + 1) {
  for (std::uint32_t s = 0; s < kCached; ++s) {
    for (std::uint32_t h = 0; h < kCached; ++h)
      cache_[s][h] = static_cast<std::int32_t>(Compute({s, h}));
  }
}

}  // namespace replyguard::classifier
