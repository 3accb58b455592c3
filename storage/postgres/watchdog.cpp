// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/watchdog.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace replyguard::storage {

Watchdog::Watchdog() : thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    const MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void Watchdog::EndBy(Deadline until) {
  {
    const MutexLock lock(mutex_);
    end_ = until;
  }
  changed_.NotifyOne();
}

Deadline Watchdog::end() const {
  const MutexLock lock(mutex_);
  return end_;
}

void Watchdog::NoteAnswer() {
  answered_at_.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                     std::memory_order_release);
}

Deadline Watchdog::answered_at() const {
  return Deadline(Deadline::duration(answered_at_.load(std::memory_order_acquire)));
}

void Watchdog::NoteUnansweredCommit() {
  unanswered_commit_at_.store(std::chrono::steady_clock::now().time_since_epoch().count(),
                              std::memory_order_relaxed);
}

void Watchdog::ForgetUnansweredCommits() {
  unanswered_commit_at_.store(0, std::memory_order_relaxed);
}

bool Watchdog::SawUnansweredCommit() const {
  const Deadline::rep at = unanswered_commit_at_.load(std::memory_order_relaxed);
  return at != 0 &&
         std::chrono::steady_clock::now() - Deadline(Deadline::duration(at)) < kUnansweredTime;
}

Watchdog::Guard::Guard(Watchdog& watchdog, int socket, Deadline until)
    : watchdog_(watchdog), own_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)) {
  bool wake = false;
  {
    const MutexLock lock(watchdog_.mutex_);
    int watched = own_ < 0 ? socket : own_;
    // At once, not when the thread comes to it: a statement might be quicker.
    if (watchdog_.end_ != Deadline::max() && watchdog_.end_ <= std::chrono::steady_clock::now()) {
      ::shutdown(watched, SHUT_RDWR);
      watched = -1;
    }
    entry_ = watchdog_.sockets_.emplace(until, watched);
    // A thread that sleeps until an earlier time looks at this entry then: most calls wake nobody.
    wake = until < watchdog_.wake_at_;
  }
  if (wake) watchdog_.changed_.NotifyOne();
}

Watchdog::Guard::~Guard() {
  {
    const MutexLock lock(watchdog_.mutex_);
    watchdog_.sockets_.erase(entry_);
  }
  if (own_ >= 0) ::close(own_);
}

void Watchdog::Run() {
  // Looked at this often at least while anything is watched, so that wake_at_ stays near.
  constexpr std::chrono::milliseconds kNapMax{500};
  const MutexLock lock(mutex_);
  while (!stop_) {
    const Deadline now = std::chrono::steady_clock::now();
    const bool ended = end_ <= now;
    for (auto it = sockets_.begin(); it != sockets_.end() && (ended || it->first <= now); ++it) {
      if (it->second >= 0) ::shutdown(it->second, SHUT_RDWR);
      it->second = -1;
    }
    auto next = sockets_.begin();
    while (next != sockets_.end() && next->second < 0) ++next;
    if (next == sockets_.end()) {
      wake_at_ = Deadline::max();
      changed_.Wait(mutex_);
      continue;
    }
    // Most guards are gone long before their time: nap instead of waking for each.
    wake_at_ = std::min(std::max(next->first, now + kNapMax), end_);
    changed_.WaitUntil(mutex_, wake_at_);
  }
}

}  // namespace replyguard::storage
