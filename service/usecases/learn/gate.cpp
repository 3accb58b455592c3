// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/gate.h"

#include <cstdio>

#include "service/usecases/errors.h"

namespace replyguard::service {
namespace {

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f %%", 100 * share);
  return text;
}

}  // namespace

absl::Status CheckGate(const Comparison& comparison) {
  const Share& before = comparison.base.ham_lost;
  const Share& after = comparison.candidate.ham_lost;
  const bool worse_for_all =
      comparison.candidate.weighted_ham_lost.share > comparison.base.weighted_ham_lost.upper;
  if (after.seen() <= before.bounds.high && !worse_for_all) return absl::OkStatus();
  if (worse_for_all) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kWorseHamLoss,
                     "generation " + std::to_string(comparison.candidate.generation) + " loses " +
                         Percent(comparison.candidate.weighted_ham_lost.share) +
                         " of all good comments by the weighted held-out ones, the active " +
                         std::to_string(comparison.base.generation) +
                         " with 95 % confidence at most " +
                         Percent(comparison.base.weighted_ham_lost.upper));
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kWorseHamLoss,
                   "generation " + std::to_string(comparison.candidate.generation) + " loses " +
                       Percent(after.seen()) + " of the held-out good comments, the active " +
                       std::to_string(comparison.base.generation) + " loses " +
                       Percent(before.seen()) + ", with 95 % confidence at most " +
                       Percent(before.bounds.high));
}

storage::ActivationRefusal RefusalOf(const Comparison& comparison, const std::string& attempted_by,
                                     storage::Timestamp now) {
  Comparison figures = comparison;
  figures.changes.clear();
  storage::ActivationRefusal refusal;
  refusal.generation = comparison.candidate.generation;
  refusal.active = comparison.base.generation;
  refusal.attempted_by = attempted_by;
  refusal.attempted_at = now;
  refusal.report = ComparisonToJson(figures);
  return refusal;
}

}  // namespace replyguard::service
