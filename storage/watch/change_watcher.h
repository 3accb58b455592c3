// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ChangeWatcher over one direct connection.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "postgres/errors.h"
#include "postgres/session.h"
#include "storage/event_log.h"
#include "storage/mutex.h"

namespace replyguard::storage {

struct WatcherOptions {
  std::string connection_string;
  std::chrono::milliseconds poll_interval{200};
  LogSink log_sink;
};

class PostgresChangeWatcher final : public ChangeWatcher {
 public:
  PostgresChangeWatcher(WatcherOptions options, Watchdog& watchdog);
  ~PostgresChangeWatcher() override;

  LogHeads WaitForChange(const LogHeads& seen, Deadline deadline) override;
  LogHeads Present() const override;
  void Stop() override;

 private:
  void Run();
  // One look at the heads; tells other servers when they moved. Throws what libpqxx throws.
  void Look(Session& session);
  // Until a notification, Stop, or the poll interval is over.
  void Rest(Session* session);

  const WatcherOptions options_;
  Watchdog& watchdog_;
  int wake_read_ = -1;
  int wake_write_ = -1;
  mutable Mutex mutex_;
  CondVar moved_;
  LogHeads heads_ REPLYGUARD_GUARDED_BY(mutex_);
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace replyguard::storage
