// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Threads for calls that block on the database, so that gRPC's own never do. Bounded: what does not
// fit is refused at once instead of answered late.
//
// Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "storage/mutex.h"

namespace replyguard::service::rpc {

class BoundedExecutor {
 public:
  BoundedExecutor(std::size_t threads, std::size_t waiting_max);
  // Runs what waits, then ends the threads.
  ~BoundedExecutor();
  BoundedExecutor(const BoundedExecutor&) = delete;
  BoundedExecutor& operator=(const BoundedExecutor&) = delete;

  // False when too much waits or it is stopping; the job is then not run. The job must not throw.
  bool TryRun(std::function<void()> job);

 private:
  void Work();

  const std::size_t waiting_max_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::deque<std::function<void()>> waiting_ REPLYGUARD_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace replyguard::service::rpc
