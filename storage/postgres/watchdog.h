// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Ends calls that a hung PostgreSQL would keep for ever. statement_timeout is the server's and
// needs a server that runs; this one shuts the socket down under libpq, which then reports a lost
// connection. It also ends all calls at once, for a server that stops, and knows when the last one
// was answered, and when a COMMIT last was not.
#pragma once

#include <atomic>
#include <map>
#include <thread>

#include "storage/mutex.h"
#include "storage/types.h"

namespace replyguard::storage {

// Thread-safe. One thread, asleep until the earliest deadline.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // No socket is watched beyond `until`, whatever its guard says: it is shut down then, and later
  // ones at once. Again moves the end, also to later.
  void EndBy(Deadline until);
  // Deadline::max(): no end is set.
  Deadline end() const;

  // PostgreSQL answered one just now.
  void NoteAnswer();
  // When it last did; long ago before the first time.
  Deadline answered_at() const;

  // A COMMIT was sent and not answered, so that its session may be waiting for a standby; or others
  // still were when somebody looked.
  void NoteUnansweredCommit();
  // Nobody waits for a standby.
  void ForgetUnansweredCommits();
  // Whether one was noted within the last kUnansweredTime.
  bool SawUnansweredCommit() const;
  static constexpr std::chrono::minutes kUnansweredTime{1};

  // Watches a socket for a scope, by a descriptor of its own: libpq closes its own when a
  // connection breaks, and another file may have that number while the guard still lives.
  class Guard {
   public:
    Guard(Watchdog& watchdog, int socket, Deadline until);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Watchdog& watchdog_;
    const int own_;  // negative: there is no descriptor left, so that libpq's own is watched
    std::multimap<Deadline, int>::iterator entry_;
  };

 private:
  void Run() REPLYGUARD_EXCLUDES(mutex_);

  std::atomic<Deadline::rep> answered_at_ = 0;
  std::atomic<Deadline::rep> unanswered_commit_at_ = 0;  // 0: never, or forgotten
  mutable Mutex mutex_;
  CondVar changed_;
  std::multimap<Deadline, int> sockets_ REPLYGUARD_GUARDED_BY(mutex_);  // -1: cut already
  Deadline end_ REPLYGUARD_GUARDED_BY(mutex_) = Deadline::max();
  Deadline wake_at_ REPLYGUARD_GUARDED_BY(mutex_) = Deadline::max();
  bool stop_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace replyguard::storage
