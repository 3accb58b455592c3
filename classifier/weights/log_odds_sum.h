// The log-odds of many features at once, added up.
#pragma once

#include <cstddef>

#include "counts/feature_table.h"
#include "weights/log_odds.h"
#include "weights/view_sums.h"

namespace replyguard::classifier {

// Adds the first `size` of `counts` to `sum`: GroupSum::Add of each with its log-odds, bit for bit,
// but by the processor's vectors. Writes over the one behind them. REQUIRES: there is one.
void AddLogOdds(const LogOdds& log_odds, FeatureCounts* counts, std::size_t size, GroupSum* sum);

}  // namespace replyguard::classifier
