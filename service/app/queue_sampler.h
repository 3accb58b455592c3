// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "service/usecases/clock.h"
#include "service/usecases/pacer.h"
#include "storage/statistics_store.h"

namespace replyguard::service {

// Counts the queues of all sites now and then, for metrics: whoever asks for these must not cause
// reads. While the database is away the last figures stand. Thread-safe, but for Start and Stop.
class QueueSampler {
 public:
  QueueSampler(storage::StatisticsStore& statistics, const Clock& clock)
      : statistics_(statistics), clock_(clock) {}
  ~QueueSampler() { Stop(); }

  void Start();
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop() { pacer_.Stop(); }

  std::int64_t pending_count() const { return pending_count_.load(); }
  // How long the oldest item had waited; 0 for an empty queue.
  std::chrono::microseconds oldest_age() const {
    return std::chrono::microseconds(oldest_age_us_.load());
  }

 private:
  void Sample();

  storage::StatisticsStore& statistics_;
  const Clock& clock_;
  std::atomic<std::int64_t> pending_count_{0};
  std::atomic<std::int64_t> oldest_age_us_{0};
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
