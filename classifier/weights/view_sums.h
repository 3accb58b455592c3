// What the views of one comment say, before they are weighed.
#pragma once

#include <array>
#include <cstddef>

#include "classifier/features.h"
#include "classifier/score.h"

namespace replyguard::classifier {

// Inputs of the combination: for each view its log-odds, then for each view the part that speaks
// for spam, then the corrector. A view's sum is divided by (features)^0.8, which tames the double
// counting of dependent features (0 is plain naive Bayes), and clipped.
inline constexpr std::size_t kInputCount = 2 * kViewCount + 1;
inline constexpr std::size_t kCorrectorInput = 2 * kViewCount;
inline constexpr double kViewClipNats = 4.0;
using Inputs = std::array<double, kInputCount>;

// size^-0.8, and 0 for 0.
double Damping(std::size_t size);

// One view's two inputs. `source.LogOddsOf(hash)` is in score units and called once a feature, in
// order; `source.Prefetch(hash)` a little before it, as most of the time would go into waiting for
// memory.
template <typename Source>
void SumView(std::span<const std::uint64_t> hashes, Source& source, double* sum, double* positive) {
  constexpr std::size_t kAhead = 12;
  RawScore all = 0;
  RawScore spam = 0;
  for (std::size_t i = 0; i < hashes.size() && i < kAhead; ++i) source.Prefetch(hashes[i]);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (i + kAhead < hashes.size()) source.Prefetch(hashes[i + kAhead]);
    const RawScore l = source.LogOddsOf(hashes[i]);
    all += l;
    spam += l > 0 ? l : 0;
  }
  const double damping = Damping(hashes.size());
  const auto clip = [](double nats) {
    return nats > kViewClipNats ? kViewClipNats : nats < -kViewClipNats ? -kViewClipNats : nats;
  };
  *sum = clip(Nats(all) * damping);
  *positive = clip(Nats(spam) * damping);
}

}  // namespace replyguard::classifier
