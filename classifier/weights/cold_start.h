// What everybody knows of spam before the first label: it has links, disguised letters and numbers,
// and it is rarely very short.
//
// Fixed log-odds of a few shape features, added to the score with a share that falls as labels
// come: kColdStartLabels / (kColdStartLabels + labels of the rarer class). The values are round
// guesses; how far they are trusted and how soon they fade was chosen on the streams of
// classifier/README.md. They only rank
// comments while a site has few labels: what may be decided is up to kTrainedLabelsMin.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>

#include "weights/log_odds.h"

namespace replyguard::classifier {

inline constexpr double kColdStartLabels = 25;

// The share that is left after these labels, in (0, 1].
double ColdStartShare(const ClassTotals& totals);

// Of a feature of View::kShape, in nats, before the share; 0 for most.
double ColdStartNats(std::uint64_t shape_feature);

}  // namespace replyguard::classifier
