// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How good a list of scores is, by the measures of the TREC spam track (Cormack and Lynam, 2005)
// and two of calibration.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace replyguard::service {

struct Scored {
  double score = 0;        // log-odds or any increasing function of the probability
  double probability = 0;  // of spam, in [0, 1]
  bool spam = false;       // the label
};

// A figure is NaN where it is not defined: without comments, or without a class that it needs. A 0
// would look perfect.
struct Metrics {
  std::size_t n = 0;
  std::size_t spam = 0;
  double one_minus_roca_pct = 0;  // 100 (1 - area under the ROC curve); equal scores count half
  double error_pct = 0;           // called wrongly at probability 0.5
  double ham_misclassified_pct = 0;
  double spam_misclassified_pct = 0;
  // Logistic average of the two, each smoothed to (k + 0.5) / (n + 1) with k wrong of n: finite,
  // and above 0 even when nothing is wrong.
  double lam_pct = 0;
  double brier = 0;  // mean squared error of the probability
  double ece = 0;    // expected calibration error, ten equal bins; a share, not per cent
  // Spam above the threshold that loses 0.1 (0.5) per cent of the ham.
  double spam_caught_pct_at_0_1 = 0;
  double spam_caught_pct_at_0_5 = 0;
};

Metrics Measure(const std::vector<Scored>& scored);

// For people, with so many decimals; "-" for what is not defined.
std::string FigureText(int decimals, double figure);

// One point of the ROC curve: with some threshold, these shares (0 to 1) are called spam.
struct RocPoint {
  double ham_lost = 0;
  double spam_caught = 0;
};

// The whole curve from (0, 0) to (1, 1), a point for each distinct score. Empty without one of the
// classes.
std::vector<RocPoint> RocCurve(std::vector<Scored> scored);

// What became of the comments whose probability lies in [i / bins, (i + 1) / bins).
struct ProbabilityBin {
  std::size_t ham = 0;
  std::size_t spam = 0;
  double mean_probability = 0;  // 0 when there are none
};

// REQUIRES: bins > 0.
std::vector<ProbabilityBin> ProbabilityBins(const std::vector<Scored>& scored, std::size_t bins);

}  // namespace replyguard::service
