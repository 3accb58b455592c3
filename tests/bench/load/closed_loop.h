// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A closed loop over real gRPC: so many calls outstanding, each followed by the next.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace replyguard::bench {

// What one run gave.
struct Measured {
  double rate = 0;  // calls/s that ended OK
  std::int64_t p50_us = 0;
  std::int64_t p99_us = 0;
  // Processor time a call, of this process (client and server) and of PostgreSQL: also worth
  // something on a machine that others use.
  double cpu_us = 0;
  double database_cpu_us = 0;
  std::int64_t calls = 0;  // whatever became of them
  std::int64_t failed = 0;
  std::string first_error;
};

struct LoopOptions {
  std::size_t outstanding = 1;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds length{3000};
};

// Latencies of a run, and their sum-up. `seconds` is how long was measured.
Measured SumUp(std::vector<std::int64_t> latencies_us, double seconds);

// `request(n)` gives the bytes of the nth call.
Measured RunLoop(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                 const std::string& method, const std::string& key, const LoopOptions& options,
                 const std::function<std::string(std::uint64_t)>& request);

}  // namespace replyguard::bench
