// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a run of a load gave.
#pragma once

#include <cstdint>
#include <string>

#include "bench/load/histogram.h"

namespace replyguard::bench {

struct Measured {
  double rate = 0;      // calls/s that ended OK
  Histogram latencies;  // of those
  // Of an open loop, from the sending: without what the sender was late.
  Histogram from_sending;
  // Processor time a call, of this process (client and server) and of PostgreSQL: also worth
  // something on a machine that others use.
  double cpu_us = 0;
  double database_cpu_us = 0;
  std::int64_t calls = 0;    // whatever became of them
  std::int64_t refused = 0;  // RESOURCE_EXHAUSTED
  std::int64_t failed = 0;   // otherwise
  std::string first_error;
};

}  // namespace replyguard::bench
