// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/deliver/crew.h"

#include <utility>

namespace replyguard::service {

using std::chrono::steady_clock;

Crew::Crew(std::size_t threads, std::chrono::milliseconds interval, Step step,
           std::function<void(const absl::Status&)> failed)
    : size_(threads),
      interval_(interval),
      step_(std::move(step)),
      failed_(std::move(failed)),
      next_look_(steady_clock::now() + interval) {}

void Crew::Start() {
  for (std::size_t i = 0; i < size_; ++i) threads_.emplace_back([this] { Run(); });
}

void Crew::AskToStop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  changed_.NotifyAll();
}

void Crew::Stop() {
  AskToStop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Crew::Wake() {
  MutexLock lock(mutex_);
  woken_ = true;
  changed_.NotifyAll();
}

bool Crew::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

bool Crew::Rest() {
  MutexLock lock(mutex_);
  while (!stopping_ && !woken_ && steady_clock::now() < next_look_) {
    changed_.WaitUntil(mutex_, next_look_);
  }
  woken_ = false;
  next_look_ = steady_clock::now() + interval_;
  return !stopping_;
}

void Crew::Run() {
  bool has_failed = false;
  while (Rest()) {
    absl::StatusOr<bool> done = true;
    while (done.ok() && *done && !stopping()) done = step_();
    if (!done.ok() && !has_failed) failed_(done.status());
    has_failed = !done.ok();
  }
}

}  // namespace replyguard::service
