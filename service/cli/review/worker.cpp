// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/review/worker.h"

#include <utility>

namespace replyguard::service::cli {

Worker::Worker(Desk& desk, std::function<void()> ready)
    : desk_(desk), ready_(std::move(ready)), thread_([this] { Run(); }) {}

Worker::~Worker() { Finish(); }

void Worker::Post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
}

std::vector<Outcome> Worker::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(outcomes_, {});
}

void Worker::Settle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return jobs_.empty() && !works_; });
}

void Worker::Finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Worker::Run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finishing_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    works_ = true;
    lock.unlock();
    Outcome outcome = desk_.Run(job);
    lock.lock();
    outcomes_.push_back(std::move(outcome));
    works_ = false;
    lock.unlock();
    changed_.notify_all();
    ready_();
  }
}

}  // namespace replyguard::service::cli
