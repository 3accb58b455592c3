// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>

namespace replyguard::tests {

// Eight times the text may cost eight times as much, and much more on a busy machine; quadratic
// code costs sixty-four times as much.
inline constexpr double kLinearGrowthMax = 32;

// How many times the processor's time of its first eighth `run(text)` takes.
template <typename Run>
double CostGrowth(const std::string& text, Run run) {
  const auto cost = [&run](const std::string& part) {
    std::clock_t best = std::numeric_limits<std::clock_t>::max();
    for (int round = 0; round < 3; ++round) {
      const std::clock_t begin = std::clock();
      run(part);
      best = std::min(best, std::clock() - begin);
    }
    return static_cast<double>(best + 1);
  };
  const double small = cost(text.substr(0, text.size() / 8));
  return cost(text) / small;
}

}  // namespace replyguard::tests
