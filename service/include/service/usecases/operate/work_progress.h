// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What long work and whoever watches over it tell each other: how far it is, and that it is to end.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "storage/mutex.h"
#include "storage/operation_store.h"

namespace replyguard::service {

// Thread-safe. Nothing blocks.
class WorkProgress {
 public:
  // Why work is to end before it is done.
  enum class Stop {
    kNo,
    kCancelled,  // somebody asked for it
    kLost,       // another server may have it
    kShutdown,   // another server should have it
  };

  // What is done now: one or two words of lower-case ASCII.
  void Begin(std::string_view stage);
  // How many units there are of all stages together, as far as is known.
  void Expect(std::int64_t total_count);
  void Add(std::int64_t count) { done_count_.fetch_add(count, std::memory_order_relaxed); }
  // CANCELLED once the work is to end. Cheap: asked between a page and the next, or an example and
  // the next.
  absl::Status Check() const;

  // The first reason stays.
  void RequestStop(Stop why);
  Stop stop() const { return stop_.load(std::memory_order_relaxed); }
  storage::OperationProgress Now() const;

 private:
  std::atomic<std::int64_t> done_count_{0};
  std::atomic<Stop> stop_{Stop::kNo};
  mutable Mutex mutex_;
  std::string stage_ REPLYGUARD_GUARDED_BY(mutex_);
  std::int64_t total_count_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
};

}  // namespace replyguard::service
