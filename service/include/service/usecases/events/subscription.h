// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "service/usecases/events/hub.h"

namespace replyguard::service {

// A reader's end of a subscription: batches, one at a time. Thread-safe; never blocks on the
// database.
//
// Use: on_ready says that Take() has something or that end_status() is set; take when the batch
// before has been written out; when Take() has nothing and end_status() is not OK, end the stream
// with it. Call Cancel() when the client is gone.
template <typename Batch>
class Subscription : public Follower {
 public:
  using Follower::Follower;

  // What waits, if anything; the hub then reads on.
  std::optional<Batch> Take() {
    std::optional<Batch> batch;
    {
      MutexLock lock(batch_mutex_);
      batch.swap(batch_);
    }
    if (batch) Taken();
    return batch;
  }

 protected:
  void Put(Batch batch) {
    MutexLock lock(batch_mutex_);
    batch_ = std::move(batch);
  }
  bool Waiting() const override {
    MutexLock lock(batch_mutex_);
    return batch_.has_value();
  }
  void Discard() override {
    MutexLock lock(batch_mutex_);
    batch_.reset();
  }

 private:
  mutable Mutex batch_mutex_;
  std::optional<Batch> batch_ REPLYGUARD_GUARDED_BY(batch_mutex_);
};

}  // namespace replyguard::service
