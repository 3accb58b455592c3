// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/evaluate_thresholds.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "service/cli/output/json.h"
#include "service/cli/output/threshold_text.h"
#include "service/usecases/evaluate/metrics.h"

namespace replyguard::service::cli {
namespace {

std::string JsonOf(const HamLossThreshold& of) {
  const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  if (!of.threshold.ok()) {
    return JsonObject({{"ham_loss_max", of.ham_loss_max},
                       {"ham", number(of.ham_count)},
                       {"ham_needed", number(of.ham_count_min)},
                       {"refused", std::string(of.threshold.status().message())}});
  }
  return JsonObject({{"ham_loss_max", of.ham_loss_max},
                     {"ham", number(of.ham_count)},
                     {"ham_needed", number(of.ham_count_min)},
                     // In full: rounded down it would promise too much.
                     {"threshold", JsonText{absl::StrFormat("%.17g", of.threshold->probability)}},
                     {"ham_loss", of.threshold->ham_loss},
                     {"spam_caught", of.threshold->spam_caught}});
}

std::string Percent(double share) { return FigureText(2, 100 * share); }

}  // namespace

std::vector<double> HamLossTargets(const std::vector<double>& more) {
  std::vector<double> targets(std::begin(kHamLossTargets), std::end(kHamLossTargets));
  targets.insert(targets.end(), more.begin(), more.end());
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

std::string ThresholdsJson(const std::vector<HamLossThreshold>& thresholds) {
  return absl::StrCat(
      "[",
      absl::StrJoin(thresholds, ",",
                    [](std::string* out, const HamLossThreshold& of) { *out += JsonOf(of); }),
      "]");
}

Table ThresholdTable() {
  return Table({"STREAM", "LOSE AT MOST %", "THRESHOLD", "HAM LOST %", "SPAM CAUGHT %", "OF HAM"});
}

void AddRows(const std::string& stream, const std::vector<HamLossThreshold>& thresholds,
             Table* table) {
  for (const HamLossThreshold& of : thresholds) {
    const std::string target = absl::StrCat(100 * of.ham_loss_max);
    if (of.threshold.ok()) {
      table->Add({stream, target, ThresholdText(of.threshold->probability),
                  Percent(of.threshold->ham_loss), Percent(of.threshold->spam_caught),
                  absl::StrCat(of.ham_count)});
    } else {
      table->Add({stream, target, "none", "", "",
                  absl::StrCat(of.ham_count, "; it takes ", of.ham_count_min)});
    }
  }
}

}  // namespace replyguard::service::cli
