// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ChangeWatcher: one thread looks by way of the pool, another one LISTENs on a direct connection
// and only says when to look at once. What is seen is so always of the database that is written to,
// wherever the direct connection leads, and whether or not there is one.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "postgres/errors.h"
#include "postgres/pool.h"
#include "postgres/session.h"
#include "storage/event_log.h"
#include "storage/mutex.h"

namespace replyguard::storage {

struct WatcherOptions {
  // For LISTEN.
  std::string connection_string;
  std::chrono::milliseconds poll_interval{200};
  LogSink log_sink;
};

class PostgresChangeWatcher final : public ChangeWatcher {
 public:
  // The pool outlives it.
  PostgresChangeWatcher(WatcherOptions options, Pool& pool, Watchdog& watchdog);
  ~PostgresChangeWatcher() override;

  LogHeads WaitForChange(const LogHeads& seen, Deadline deadline) override;
  LogHeads Present() const override;
  Deadline LookedAt() const override;
  Deadline AnsweredAt() const override { return watchdog_.answered_at(); }
  void Stop() override;

 private:
  void Watch();
  // One look at the heads; tells other servers when they moved.
  void Look();
  // Whether they moved.
  bool Note(const LogHeads& heads, Deadline looked_at);
  // Until a notification, Stop, or the poll interval is over.
  void Rest();

  void Listen();
  // On one connection, until Stop. Throws what libpqxx throws.
  void ListenOn(Session& session);
  // Also when the pool cannot say.
  bool LeadsWhereThePoolDoes(Session& session);
  bool stopped() const;

  const WatcherOptions options_;
  Pool& pool_;
  Watchdog& watchdog_;
  int stop_read_ = -1;  // readable from Stop on
  int stop_write_ = -1;
  std::atomic<Deadline::rep> looked_at_ = 0;
  mutable Mutex mutex_;
  CondVar moved_;
  CondVar told_changed_;
  LogHeads heads_ REPLYGUARD_GUARDED_BY(mutex_);
  bool told_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread watching_;
  std::thread listening_;
};

}  // namespace replyguard::storage
