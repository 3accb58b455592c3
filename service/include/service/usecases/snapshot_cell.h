// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "storage/mutex.h"

namespace replyguard::service {

// Holds the present version of something immutable. Get costs the copy of a pointer under a lock
// that nobody holds longer than that; std::atomic<std::shared_ptr> of this compiler's library does
// the same with a spin lock that ThreadSanitizer cannot see through. Thread-safe.
template <typename T>
class SnapshotCell {
 public:
  std::shared_ptr<const T> Get() const {
    MutexLock lock(mutex_);
    return value_;
  }
  // The version before dies outside the lock.
  void Set(std::shared_ptr<const T> value) {
    MutexLock lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> value_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service
