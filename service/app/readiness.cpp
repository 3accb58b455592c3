// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/readiness.h"

#include <algorithm>
#include <future>
#include <system_error>
#include <utility>

namespace replyguard::service {
namespace {

// Whoever starts a server waits for it: so long it is asked more often, until it is ready.
constexpr std::chrono::seconds kStartTime{5};
constexpr std::chrono::milliseconds kStartInterval{25};

}  // namespace

Readiness::Readiness(std::function<absl::Status(storage::Deadline)> check,
                     std::function<bool()> works, std::function<void(const absl::Status&)> changed,
                     ReadinessOptions options)
    : check_(std::move(check)),
      works_(std::move(works)),
      changed_(std::move(changed)),
      options_(options) {}

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
  do {
    const absl::Status now = Look();
    if (pacer_.stopping()) return;
    Tell(now);
  } while (pacer_.Pause(pause()));
}

absl::Status Readiness::Look() {
  const auto deadline = std::chrono::steady_clock::now() + options_.timeout;
  std::future<absl::Status> look;
  try {
    look = std::async(std::launch::async, check_, deadline);
  } catch (const std::system_error&) {  // the system has no thread to spare
    return check_(deadline);
  }
  auto until = deadline + options_.overdue;
  while (look.wait_until(until) != std::future_status::ready) {
    if (!works_() && !pacer_.stopping()) {
      Tell(absl::UnavailableError("the database has not answered in time"));
    }
    until = std::chrono::steady_clock::now() + options_.interval;
  }
  return look.get();
}

void Readiness::Tell(const absl::Status& status) {
  if (last_ && *last_ == status) return;
  last_ = status;
  ready_.store(status.ok());
  changed_(status);
}

}  // namespace replyguard::service
