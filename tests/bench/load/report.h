// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What was measured, as a table, as JSON and as a picture.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/measured.h"

namespace replyguard::bench {

// The closed loops at one number of outstanding calls.
struct Level {
  std::size_t outstanding = 0;
  Measured echo;         // empty
  Measured loaded_echo;  // with a submission's bytes
  Measured plain, submit, check;
};

// Submissions in an open loop.
struct OpenRun {
  double wanted_rate = 0;
  Measured submit;
};

// Submissions at several times what the server can do, and what came after.
struct Overload {
  double capacity = 0;  // calls/s of the closed loop before
  double offered = 0;
  Measured submit;
  double recovered_ms = -1;  // until a lone submission was stored again; -1: never
};

struct Report {
  std::vector<Level> levels;
  std::optional<OpenRun> open;
  std::optional<Overload> overload;
  // Of the level that the ratios at the top of the JSON are from; the last one if it is not there.
  static constexpr std::size_t kMainOutstanding = 64;
};

void PrintTable(const Report& report);
void PrintJson(const Report& report);
// An SVG: rates by outstanding calls, and latencies by percentile. Throws.
void WritePlot(const Report& report, const std::string& path);

}  // namespace replyguard::bench
