// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "service/cli/output/table.h"
#include "service/usecases/evaluate/ham_loss.h"

// What evaluate says of thresholds. Pure.
namespace replyguard::service::cli {

// kHamLossTargets and `more`, ascending, each once.
std::vector<double> HamLossTargets(const std::vector<double>& more);

// [{...}, ...], one a target: with "threshold" and what it did, or with "refused".
std::string ThresholdsJson(const std::vector<HamLossThreshold>& thresholds);

Table ThresholdTable();
void AddRows(const std::string& stream, const std::vector<HamLossThreshold>& thresholds,
             Table* table);

}  // namespace replyguard::service::cli
