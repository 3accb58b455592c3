// How the views are weighed: logistic regression over their sums, refitted in epochs.
//
// score = bias + sum of weight[k] * input[k]. Each example of the fit is scored with its own counts
// left out, so that the weights, and with them the probability, are calibrated for comments not yet
// seen (stacking; Wolpert 1992). The weights start from, and are drawn by a ridge to, kPrior*; the
// bias to the log-odds of the labels. Only the positive, the rare and the uncommon parts may weigh
// less than nothing. The classes are reweighed as if kPriorLabels labels of each had been seen
// before the first: an installation's first few dozen labels say little of how much spam is to
// come.
#pragma once

#include <array>
#include <span>

#include "weights/log_odds.h"
#include "weights/view_sums.h"

namespace replyguard::classifier {

struct Combination {
  Combination();  // the prior

  std::array<double, kInputCount> weights{};
  double bias = 0;
};

struct CombinationExample {
  Inputs inputs{};
  bool spam = false;
};

// Refits from the present weights by projected Newton steps: a deterministic function of the
// arguments.
void FitCombination(std::span<const CombinationExample> examples, const ClassTotals& totals,
                    Combination* combination);

}  // namespace replyguard::classifier
