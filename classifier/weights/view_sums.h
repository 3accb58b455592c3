// What the views of one comment say, before they are weighed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "classifier/features.h"
#include "classifier/score.h"
#include "classifier/starter.h"

namespace replyguard::classifier {

// Correctors: one for pieces of words, of which a comment has hundreds, and one for all else, which
// pieces would drown. Each has views of its own, next to each other.
inline constexpr std::size_t kCorrectorCount = 2;
struct ViewRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};
inline constexpr std::array<ViewRange, kCorrectorCount> kCorrectorViews = {
    ViewRange{0, static_cast<std::size_t>(View::kWord)},
    ViewRange{static_cast<std::size_t>(View::kWord), kViewCount}};
constexpr std::size_t CorrectorOf(std::size_t view) {
  return view < kCorrectorViews[0].end ? 0 : 1;
}

// Inputs of the combination: for each view its log-odds, then for each view the part that speaks
// for spam, then the correctors, what all sites together say, and what each chapter of the starter
// model says.
inline constexpr std::size_t kCorrectorInput = 2 * kViewCount;
inline constexpr std::size_t kCommonInput = kCorrectorInput + kCorrectorCount;
inline constexpr std::size_t kStarterInput = kCommonInput + 1;
inline constexpr std::size_t kInputCount = kStarterInput + kStarterChaptersMax;
using Inputs = std::array<double, kInputCount>;

// size^-0.8, and 0 for 0: a view's sum is multiplied by it, which tames the double counting of
// dependent features (1 would be plain naive Bayes).
double Damping(std::size_t size);

// 1 / sqrt(size), and 0 for 0: a view's part of the corrector's margin is multiplied by it.
double CorrectorScale(std::size_t size);

// One view's log-odds, added up. Sums of integers: exact in any order.
struct ViewSum {
  RawScore all = 0;
  RawScore spam = 0;  // of those that speak for spam

  void Add(RawScore log_odds) {
    all += log_odds;
    spam += std::max<RawScore>(log_odds, 0);
  }
  // The view's two inputs, of `size` features: damped and clipped.
  void Finish(std::size_t size, double* sum, double* positive) const {
    constexpr double kClipNats = 4.0;
    const double damping = Damping(size);
    *sum = std::clamp(Nats(all) * damping, -kClipNats, kClipNats);
    *positive = std::clamp(Nats(spam) * damping, -kClipNats, kClipNats);
  }
};

}  // namespace replyguard::classifier
