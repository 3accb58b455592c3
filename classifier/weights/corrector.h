// A corrector: a linear support vector machine over the same features, beside naive Bayes.
//
// margin(x) = b + sum over its groups of (sum of w_f over the group's features) / sqrt(features of
// the group). In the fit each feature is scaled by its own naive Bayes log-odds, half and half with
// 1 (after Wang and Manning, "Baselines and Bigrams", ACL 2012): what naive Bayes finds telling may
// be weighed sooner. Squared hinge loss, fitted by dual coordinate descent (Hsieh et al., ICML
// 2008) at epochs only; between epochs it stands still. As every feature's part of the margin is
// known, explanations stay exact.
#pragma once

#include <span>
#include <vector>

#include "counts/counts.h"
#include "weights/training_set.h"
#include "weights/view_sums.h"

namespace replyguard::classifier {

struct Corrector {
  std::vector<Counts::Weight> weights;  // none is 0
  double bias = 0;
  // The margin of each example without most of what the example itself contributed: the dual
  // variable says how much that is (after Jaakkola and Haussler, "Probabilistic kernel regression
  // models", 1999).
  std::vector<double> left_out;
};

// Fits the corrector of these groups. `alphas`, one an example, are its dual variables: the start,
// then the solution. A deterministic function of the arguments.
Corrector FitCorrector(const TrainingSet& examples, Range groups, std::span<double> alphas);

}  // namespace replyguard::classifier
