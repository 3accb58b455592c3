// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How far a site's probabilities can be trusted: what was said of comments, and what they were.
#pragma once

#include <cstdint>
#include <vector>

#include "classifier/binomial.h"

namespace replyguard::service {

// Judged comments that it takes.
inline constexpr std::int64_t kCalibrationCountMin = 50;
// Of its bounds.
inline constexpr double kCalibrationConfidence = 0.95;

struct CalibrationShare {
  classifier::WeightedShare weighted{};
  std::int64_t count = 0;  // comments, unweighted
};

struct CalibrationBin {
  double probability_min = 0;
  double probability_max = 0;
  double mean_probability = 0;  // weighted
  CalibrationShare spam{};
  double spam_lower = 0;  // bound
};

struct Calibration {
  std::vector<CalibrationBin> bins{};  // ascending; none is empty
  double error = 0;                    // expected calibration error, weighted
  double spam_threshold = 0;           // the site's
  CalibrationShare ham_lost{};         // of the ham, at or above it
  CalibrationShare spam_missed{};      // of the spam, below it
  std::int64_t judged_count = 0;
  std::int64_t blind_count = 0;
  std::int64_t left_out_count = 0;
};

}  // namespace replyguard::service
