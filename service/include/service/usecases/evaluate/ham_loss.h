// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// "Lose at most so many good comments": the thresholds that the measured comments promise, or why
// they cannot.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/threshold.h"
#include "service/usecases/evaluate/evaluate.h"

namespace replyguard::service {

// The shares of good comments to lose that evaluate always asks about, ascending.
inline constexpr double kHamLossTargets[] = {0.001, 0.005, 0.01};

struct HamLossThreshold {
  double ham_loss_max = 0;
  // How many good comments there were and how many a promise takes at least.
  std::uint64_t ham_count = 0;
  std::uint64_t ham_count_min = 0;
  // FAILED_PRECONDITION, with both numbers: too few. Its spam_caught is NaN where there is no spam.
  absl::StatusOr<classifier::Threshold> threshold;
};

// The labelled examples that a trained model judged. Before it is trained a server holds everything
// whatever the score, so what was said until then tells nothing about a threshold.
std::vector<classifier::JudgedScore> ThresholdEvidence(const std::vector<Example>& examples,
                                                       const std::vector<Judgement>& judgements);

// One a target, in their order. REQUIRES: each target lies in [classifier::kHamLossMin, 1).
std::vector<HamLossThreshold> ThresholdsForHamLoss(
    const std::vector<classifier::JudgedScore>& judged, const std::vector<double>& targets);

}  // namespace replyguard::service
