// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How many threads of which kind a server has, and what may wait for them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>

#include "service/app/server.h"
#include "service/rpc/dispatch/bounded_executor.h"

namespace replyguard::service {

inline constexpr std::size_t kStrangersThreads = 2;

// For what blocks on the database. A site's reads, waiting and at work, leave room in the gate,
// beside its submissions.
inline rpc::ExecutorOptions ExecutorOf(std::size_t threads, const ServerLimits& limits) {
  return {threads, std::min(limits.waiting_reads_max, limits.calls_in_flight_max / 2 + 1),
          limits.wait_max};
}

// For what strangers ask: passwords take 60 ms of a core and more, two at once. More threads would
// wait, and so would more calls than these, for longer than people do.
inline rpc::ExecutorOptions StrangersOf(const ServerLimits& limits) {
  constexpr std::size_t kWaitingMax = 16;
  return {kStrangersThreads, kWaitingMax, limits.wait_max};
}

// For what takes the processor for long. One thread a processor; one more, as a site never has all.
// A submission waits for a writer afterwards, so only a part of its time may go here.
inline rpc::ExecutorOptions ScorersOf(const ServerLimits& limits) {
  constexpr int kPart = 2;
  return {std::max<std::size_t>(std::thread::hardware_concurrency(), 1) + 1,
          limits.calls_in_flight_max, limits.wait_max / kPart};
}

}  // namespace replyguard::service
