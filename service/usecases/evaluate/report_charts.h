// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The report's charts as SVG text, drawn in the page's own colours (CSS classes "spam", "ham",
// "line", "grid", "guide"). Pure functions.
#pragma once

#include <string>
#include <vector>

#include "service/usecases/evaluate/metrics.h"

namespace replyguard::service {

std::string RocChart(const std::vector<Scored>& scored);
std::string ReliabilityChart(const std::vector<Scored>& scored);
std::string HistogramChart(const std::vector<Scored>& scored);
// Error per cent in twenty stretches of the stream, and of all so far.
std::string LearningChart(const std::vector<Scored>& scored);

}  // namespace replyguard::service
