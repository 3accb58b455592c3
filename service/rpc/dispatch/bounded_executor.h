// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Threads for calls that block on the database, so that gRPC's own never do. Bounded by count and
// by time: what does not fit, or would wait too long, is refused at once instead of answered late.
//
// Fair: jobs stand in lanes, one a site or a person, and threads take from each lane in turn. A
// flood in one lane waits behind itself, holds no more room than it leaves (SiteShares), and never
// has every thread, so that slow reads of one site leave a thread to the others.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "storage/mutex.h"
#include "storage/work_time.h"

namespace replyguard::service::rpc {

// So many may wait in a lane however slow they are, as far as there is room: what one page of a
// console asks for at once, a few times over.
inline constexpr std::size_t kLaneWaitingMin = 32;

struct ExecutorOptions {
  std::size_t threads = 4;
  // In all lanes together.
  std::size_t waiting_max = 1024;
  // The longest that a job may be expected to wait for a thread, beyond kLaneWaitingMin.
  std::chrono::milliseconds wait_max{250};
};

class BoundedExecutor {
 public:
  // Who a job is for. Any number; two who share one share a lane.
  using Lane = std::uint64_t;
  using Job = std::function<void()>;
  // The server's own.
  static constexpr Lane kOwnLane = 0;

  explicit BoundedExecutor(const ExecutorOptions& options);
  // Runs what waits, then ends the threads.
  ~BoundedExecutor();
  BoundedExecutor(const BoundedExecutor&) = delete;
  BoundedExecutor& operator=(const BoundedExecutor&) = delete;

  // False when too much waits or it is stopping; the job is then not run. The job must not throw.
  // So many more may wait as `beyond` says: places that are kept for some, who share them as all
  // do.
  bool TryRun(Lane lane, Job job, std::size_t beyond = 0);

 private:
  struct Line {
    std::deque<Job> waiting;
    std::size_t running = 0;
  };

  void Work();
  bool HasRoom(const Line& line, std::size_t waiting_max) const REPLYGUARD_REQUIRES(mutex_);
  // The lane whose turn it is, taken from the order; nothing when none may run now.
  std::optional<Lane> NextLane() REPLYGUARD_REQUIRES(mutex_);
  Job Take(Lane lane) REPLYGUARD_REQUIRES(mutex_);
  void Finish(Lane lane) REPLYGUARD_REQUIRES(mutex_);

  const ExecutorOptions options_;
  // Of one lane.
  const std::size_t running_max_;
  storage::WorkTime job_time_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::size_t waiting_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  // Those in which something waits or runs.
  std::unordered_map<Lane, Line> lanes_ REPLYGUARD_GUARDED_BY(mutex_);
  // Those in which something waits, whose turn is next in front.
  std::deque<Lane> order_ REPLYGUARD_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace replyguard::service::rpc
