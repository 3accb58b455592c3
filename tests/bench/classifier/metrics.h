// How good a list of scores is.
#pragma once

#include <vector>

namespace replyguard::classifier {

struct Scored {
  double score = 0;  // log-odds or any increasing function of the probability
  double probability = 0;
  bool spam = false;
};

struct Metrics {
  std::size_t n = 0;
  std::size_t spam = 0;
  double one_minus_roca_pct = 0;
  double error_pct = 0;  // at probability 0.5
  double ham_misclassified_pct = 0;
  double spam_misclassified_pct = 0;
  double lam_pct = 0;  // logistic average of the two (TREC)
  double brier = 0;
  double ece = 0;                     // ten equal bins
  double spam_caught_pct_at_0_1 = 0;  // per cent ham loss
  double spam_caught_pct_at_0_5 = 0;
};

Metrics Measure(const std::vector<Scored>& scored);

}  // namespace replyguard::classifier
