// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Calls over real gRPC: in a closed loop, so many outstanding, each followed by the next; and in an
// open one, which sends at its times whatever comes back.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/load/measured.h"

namespace replyguard::bench {

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

// So many connections to one server.
Channels ConnectAll(const std::string& address, std::size_t connections);

// One kind of call. `request(n)` gives the bytes of the nth; on any thread.
struct CallKind {
  std::string method;
  std::string key;
  std::function<std::string(std::uint64_t n)> request;
};

struct RunLength {
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds length{3000};
};

// Latencies are from the sending to the answer.
Measured RunClosed(const Channels& channels, const CallKind& kind, std::size_t outstanding,
                   const RunLength& run);

// Sends `rate` calls a second, at the times of a Poisson process with a fixed seed. Latencies are
// from the time at which a call was due, so that one that had to wait for being sent counts its
// wait too (no coordinated omission). At most kOpenOutstandingMax are in flight: what is due beyond
// that is not sent, and counts as failed.
inline constexpr std::size_t kOpenOutstandingMax = 20'000;
Measured RunOpen(const Channels& channels, const CallKind& kind, double rate, const RunLength& run);

}  // namespace replyguard::bench
