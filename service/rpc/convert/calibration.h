// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Weighted shares and calibrations as the contract has them. Thread-safety: pure functions.
#pragma once

#include <cstdint>

#include "classifier/binomial.h"
#include "replyguard/v1/model_calibration.pb.h"
#include "service/usecases/learn/calibration.h"

namespace replyguard::service::rpc {

void ToProto(const classifier::WeightedShare& share, std::int64_t count,
             v1::ModelWeightedShare* out);
void ToProto(const Calibration& calibration, v1::GetModelCalibrationResponse* out);

}  // namespace replyguard::service::rpc
