// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The pauses of a thread that does its round again and again: as long as the interval, shorter when
// somebody wakes it, and over at once when it is to stop.
#pragma once

#include <chrono>

#include "storage/mutex.h"

namespace replyguard::service {

// Thread-safe. The owner starts and joins the thread.
class Pacer {
 public:
  // Ends the pause in progress and all later ones. May be called again.
  void Stop();
  // Ends the pause in progress, or the next one.
  void Wake();
  bool stopping() const;
  // Pauses. False when the thread is to end.
  bool Pause(std::chrono::milliseconds interval);

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool woken_ REPLYGUARD_GUARDED_BY(mutex_) = false;
};

}  // namespace replyguard::service
