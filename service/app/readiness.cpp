// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/readiness.h"

#include <optional>
#include <utility>

namespace replyguard::service {

Readiness::Readiness(std::function<absl::Status(storage::Deadline)> check,
                     std::function<void(const absl::Status&)> changed, ReadinessOptions options)
    : check_(std::move(check)), changed_(std::move(changed)), options_(options) {}

Readiness::~Readiness() { Stop(); }

void Readiness::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Readiness::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
  ready_.store(false);
}

void Readiness::Run() {
  std::optional<absl::Status> last;
  while (true) {
    const absl::Status now = check_(std::chrono::steady_clock::now() + options_.timeout);
    MutexLock lock(mutex_);
    if (stopping_) return;
    if (!last || *last != now) {
      ready_.store(now.ok());
      changed_(now);
    }
    last = now;
    const auto until = std::chrono::steady_clock::now() + options_.interval;
    while (!stopping_ && wake_.WaitUntil(mutex_, until)) {
    }
    if (stopping_) return;
  }
}

}  // namespace replyguard::service
