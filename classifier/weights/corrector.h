// The corrector: a linear support vector machine over the same features, beside naive Bayes.
//
// margin(x) = b + sum over views of (sum of w_f over the view's features) / sqrt(features of the
// view). In the fit each feature is scaled by its own naive Bayes log-odds, half and half with 1
// (after Wang and Manning, "Baselines and Bigrams", ACL 2012): what naive Bayes finds telling may
// be weighed sooner. Squared hinge loss, fitted by dual coordinate descent (Hsieh et al., ICML
// 2008) at epochs only; between epochs it stands still. As every feature's part of the margin is
// known, explanations stay exact.
#pragma once

#include <memory>
#include <vector>

#include "classifier/features.h"
#include "counts/hash_table.h"

namespace replyguard::classifier {

using FeatureWeights = HashTable<double>;

struct Corrector {
  std::shared_ptr<const FeatureWeights> weights = std::make_shared<const FeatureWeights>();
  double bias = 0;

  double WeightOf(std::uint64_t hash) const {
    const double* weight = weights->Find(hash);
    return weight == nullptr ? 0 : *weight;
  }
};

struct CorrectorExample {
  const Features* features = nullptr;
  bool spam = false;
  double* alpha = nullptr;  // the example's dual variable: the start, then the solution
};

// 1 / sqrt(size), and 0 for 0.
double CorrectorScale(std::size_t size);

// Fits. `left_out` gets the margin of each example, without most of what the example itself
// contributed: the dual variable says how much that is (after Jaakkola and Haussler, "Probabilistic
// kernel regression models", 1999).
Corrector FitCorrector(const std::vector<CorrectorExample>& examples,
                       std::vector<double>* left_out);

}  // namespace replyguard::classifier
