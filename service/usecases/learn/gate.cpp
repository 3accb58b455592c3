// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/gate.h"

#include <cstdio>
#include <string_view>

#include "service/usecases/errors.h"
#include "service/usecases/learn/generations.h"

namespace replyguard::service {
namespace {

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f %%", 100 * share);
  return text;
}

std::string Name(const ModelFigures& figures) { return std::to_string(figures.generation); }

// "generation 3 loses 5.00 % of the held-out good comments, the active 2 loses 1.00 %, with 95 %
// confidence at most 2.31 %".
std::string Words(const Comparison& comparison, Share ModelFigures::*share, const char* verb,
                  const char* comments) {
  const Share& before = comparison.base.*share;
  return "generation " + Name(comparison.candidate) + " " + verb + " " +
         Percent((comparison.candidate.*share).seen()) + " of the held-out " + comments +
         ", the active " + Name(comparison.base) + " " + verb + " " + Percent(before.seen()) +
         ", with 95 % confidence at most " + Percent(before.bounds.high);
}

bool Exceeds(const Comparison& comparison, Share ModelFigures::*share) {
  return (comparison.candidate.*share).seen() > (comparison.base.*share).bounds.high;
}

absl::Status Refused(std::string_view reason, const std::string& words) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, words);
}

}  // namespace

absl::Status CheckGate(const Comparison& comparison) {
  const auto& before = comparison.base.weighted_ham_lost;
  const auto& after = comparison.candidate.weighted_ham_lost;
  if (after.share > before.upper) {
    return Refused(reasons::kWorseHamLoss,
                   "generation " + Name(comparison.candidate) + " loses " + Percent(after.share) +
                       " of all good comments by the weighted held-out ones, the active " +
                       Name(comparison.base) + " with 95 % confidence at most " +
                       Percent(before.upper));
  }
  if (Exceeds(comparison, &ModelFigures::ham_lost)) {
    return Refused(reasons::kWorseHamLoss,
                   Words(comparison, &ModelFigures::ham_lost, "loses", "good comments"));
  }
  if (Exceeds(comparison, &ModelFigures::spam_missed)) {
    return Refused(reasons::kWorseSpamMiss,
                   Words(comparison, &ModelFigures::spam_missed, "misses", "spam"));
  }
  return absl::OkStatus();
}

storage::ActivationRefusal RefusalOf(const Comparison& comparison, const std::string& attempted_by,
                                     storage::Timestamp now) {
  storage::ActivationRefusal refusal;
  refusal.generation = comparison.candidate.generation;
  refusal.active = comparison.base.generation;
  refusal.attempted_by = attempted_by;
  refusal.attempted_at = now;
  refusal.report = ComparisonToJson(FiguresOf(comparison));
  return refusal;
}

}  // namespace replyguard::service
