// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/evaluate/ham_loss.h"

#include <algorithm>
#include <limits>

namespace replyguard::service {

std::vector<classifier::JudgedScore> ThresholdEvidence(const std::vector<Example>& examples,
                                                       const std::vector<Judgement>& judgements) {
  std::vector<classifier::JudgedScore> judged;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (!examples[i].label || !judgements[i].trained) continue;
    judged.push_back({.score = judgements[i].score, .label = *examples[i].label});
  }
  return judged;
}

std::vector<HamLossThreshold> ThresholdsForHamLoss(
    const std::vector<classifier::JudgedScore>& judged, const std::vector<double>& targets) {
  const auto ham_count = static_cast<std::uint64_t>(std::count_if(
      judged.begin(), judged.end(),
      [](const classifier::JudgedScore& item) { return item.label == classifier::Class::kHam; }));
  const bool any_spam = ham_count < judged.size();
  std::vector<HamLossThreshold> thresholds;
  thresholds.reserve(targets.size());
  for (const double target : targets) {
    thresholds.push_back({target, ham_count,
                          classifier::HamNeeded(target, classifier::kThresholdConfidence),
                          classifier::ThresholdForHamLoss(judged, target)});
    if (auto& threshold = thresholds.back().threshold; threshold.ok() && !any_spam) {
      threshold->spam_caught = std::numeric_limits<double>::quiet_NaN();
    }
  }
  return thresholds;
}

}  // namespace replyguard::service
