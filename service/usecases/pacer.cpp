// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/pacer.h"

namespace replyguard::service {

void Pacer::Stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  changed_.NotifyAll();
}

void Pacer::Wake() {
  MutexLock lock(mutex_);
  woken_ = true;
  changed_.NotifyAll();
}

bool Pacer::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

bool Pacer::Pause(std::chrono::milliseconds interval) {
  MutexLock lock(mutex_);
  const auto until = std::chrono::steady_clock::now() + interval;
  while (!stopping_ && !woken_ && changed_.WaitUntil(mutex_, until)) {
  }
  woken_ = false;
  return !stopping_;
}

}  // namespace replyguard::service
