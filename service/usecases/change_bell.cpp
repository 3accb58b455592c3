// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/change_bell.h"

#include <chrono>

namespace replyguard::service {
namespace {

// How long one wait for a change may take; what follows is another wait.
constexpr std::chrono::seconds kWaitMax{60};

void Ring(const std::vector<std::function<void()>>& listeners) {
  for (const auto& listener : listeners) listener();
}

}  // namespace

ChangeBell::ChangeBell(storage::ChangeWatcher& watcher) : watcher_(watcher) {}

ChangeBell::~ChangeBell() { Stop(); }

void ChangeBell::Start() {
  thread_ = std::thread([this] { Run(); });
}

void ChangeBell::AskToStop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  watcher_.Stop();
}

void ChangeBell::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void ChangeBell::Run() {
  storage::LogHeads seen = watcher_.Present();
  for (;;) {
    const storage::LogHeads now =
        watcher_.WaitForChange(seen, std::chrono::steady_clock::now() + kWaitMax);
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
    }
    if (now.label_position != seen.label_position) Ring(labels_);
    if (now.event_sum != seen.event_sum) Ring(events_);
    if (now.config_revision != seen.config_revision) Ring(config_);
    seen = now;
  }
}

}  // namespace replyguard::service
