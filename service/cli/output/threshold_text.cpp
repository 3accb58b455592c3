// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/output/threshold_text.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace replyguard::service::cli {

std::string ThresholdText(double probability) {
  constexpr double kSteps = 1e6;
  const double rounded = std::min(1.0, std::ceil(probability * kSteps) / kSteps);
  std::string text = absl::StrFormat("%.6f", rounded);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace replyguard::service::cli
