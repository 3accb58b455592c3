// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "replyguard/v1/model_calibration.pb.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {

// "0.42 %, at most 1.10 % (of 512 judged)".
std::string WeightedText(const v1::ModelWeightedShare& share);

// `model calibration`.
void AddCalibration(CLI::App& group, Selection& selection);

}  // namespace replyguard::service::cli
