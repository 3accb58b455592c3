// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/calibration.h"

namespace replyguard::service::rpc {

void ToProto(const classifier::WeightedShare& share, std::int64_t count,
             v1::ModelWeightedShare* out) {
  out->set_share(share.share);
  out->set_upper_bound(share.upper);
  out->set_count(count);
  out->set_effective_count(share.effective);
}

void ToProto(const Calibration& calibration, v1::GetModelCalibrationResponse* out) {
  const auto convert = [](const CalibrationShare& share, v1::ModelWeightedShare* to) {
    ToProto(share.weighted, share.count, to);
  };
  for (const CalibrationBin& bin : calibration.bins) {
    v1::ModelCalibrationBin* shown = out->add_bins();
    shown->set_probability_min(bin.probability_min);
    shown->set_probability_max(bin.probability_max);
    shown->set_mean_probability(bin.mean_probability);
    convert(bin.spam, shown->mutable_spam());
    shown->set_spam_lower_bound(bin.spam_lower);
  }
  out->set_calibration_error(calibration.error);
  convert(calibration.ham_lost, out->mutable_ham_lost());
  convert(calibration.spam_missed, out->mutable_spam_missed());
  out->set_spam_threshold(calibration.spam_threshold);
  out->set_judged_count(calibration.judged_count);
  out->set_blind_sample_count(calibration.blind_count);
  out->set_left_out_count(calibration.left_out_count);
}

}  // namespace replyguard::service::rpc
