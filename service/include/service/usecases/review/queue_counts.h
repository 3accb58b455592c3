// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How much waits, counted once for all who ask at about the same time.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/clock.h"
#include "storage/mutex.h"
#include "storage/queue_store.h"

namespace replyguard::service {

// Counting reads the whole queue: half a second of PostgreSQL's time for a million comments. Who
// watches gets what somebody else has just counted, for some times as long as that took (30 s at
// most), so that counting takes a small share of the time however many watch and however much
// waits; a count that took too long is not tried again for as long. Thread-safe.
// Holds references; they outlive it.
class QueueCounts {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Counted {
    storage::QueueStats stats;
    // What happened before is in it; what happened since may be.
    Time at{};
  };

  QueueCounts(storage::QueueStore& queue, const Clock& clock) : queue_(queue), clock_(clock) {}

  // Of these sites together. BLOCKS when it counts. Errors as of a use case.
  absl::StatusOr<Counted> Count(const std::vector<std::shared_ptr<const SiteView>>& sites,
                                storage::Deadline deadline);

 private:
  struct Entry {
    absl::StatusOr<Counted> counted;
    Time good_until{};
  };

  storage::QueueStore& queue_;
  const Clock& clock_;
  Mutex mutex_;
  // By the sites. Those that are no good any more go with every count.
  std::map<std::vector<storage::SiteId>, Entry> entries_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service
