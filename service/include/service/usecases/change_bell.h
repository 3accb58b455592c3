// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One thread that waits for changes in the database and tells everybody in the process who follows
// a log.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "storage/event_log.h"
#include "storage/mutex.h"

namespace replyguard::service {

class ChangeBell {
 public:
  explicit ChangeBell(storage::ChangeWatcher& watcher);
  ~ChangeBell();  // stops

  // Called on the bell's thread; quick, must not block. Before Start only.
  void OnLabels(std::function<void()> wake) { labels_.push_back(std::move(wake)); }
  void OnEvents(std::function<void()> wake) { events_.push_back(std::move(wake)); }
  void OnConfig(std::function<void()> wake) { config_.push_back(std::move(wake)); }

  void Start();
  // Stops the watcher too. After it no listener is called. May be called again.
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop();

 private:
  void Run();

  storage::ChangeWatcher& watcher_;
  std::vector<std::function<void()>> labels_, events_, config_;
  Mutex mutex_;
  bool stopping_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace replyguard::service
