// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "service/cli/review/desk.h"

namespace replyguard::service::cli {

// Runs jobs one after the other on a thread of its own, so that keys are answered while the server
// works. Thread-safe.
class Worker {
 public:
  // `desk` outlives this and is used by its thread alone until Finish; `ready` is called by that
  // thread whenever there are outcomes to take.
  Worker(Desk& desk, std::function<void()> ready);
  // As Finish.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Post(Job job);
  // What has come out since the last call, in the order of the jobs.
  std::vector<Outcome> Take();
  // Returns when everything that was posted is done.
  void Settle();
  // Does what was posted, then ends the thread.
  void Finish();

 private:
  void Run();

  Desk& desk_;
  const std::function<void()> ready_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;           // guarded by mutex_
  std::vector<Outcome> outcomes_;  // guarded by mutex_
  bool works_ = false;             // guarded by mutex_
  bool finishing_ = false;         // guarded by mutex_
  std::thread thread_;
};

}  // namespace replyguard::service::cli
