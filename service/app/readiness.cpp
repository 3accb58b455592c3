// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/readiness.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace replyguard::service {
namespace {

// Whoever starts a server waits for it: so long it is asked more often, until it is ready.
constexpr std::chrono::seconds kStartTime{5};
constexpr std::chrono::milliseconds kStartInterval{25};

}  // namespace

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
  const auto started = std::chrono::steady_clock::now() + kStartTime;
  bool starting = true;
  const auto pause = [&] {
    starting = starting && !ready_.load() && std::chrono::steady_clock::now() < started;
    return starting ? std::min(options_.interval, kStartInterval) : options_.interval;
  };
  std::optional<absl::Status> last;
  do {
    const absl::Status now = check_(std::chrono::steady_clock::now() + options_.timeout);
    if (pacer_.stopping()) return;
    if (!last || *last != now) {
      ready_.store(now.ok());
      changed_(now);
    }
    last = now;
  } while (pacer_.Pause(pause()));
}

}  // namespace replyguard::service
