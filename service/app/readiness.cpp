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
  pacer_.Stop();
  if (thread_.joinable()) thread_.join();
  ready_.store(false);
}

void Readiness::Run() {
  std::optional<absl::Status> last;
  do {
    const absl::Status now = check_(std::chrono::steady_clock::now() + options_.timeout);
    if (pacer_.stopping()) return;
    if (!last || *last != now) {
      ready_.store(now.ok());
      changed_(now);
    }
    last = now;
  } while (pacer_.Pause(options_.interval));
}

}  // namespace replyguard::service
