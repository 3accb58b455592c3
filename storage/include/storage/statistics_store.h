// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Figures about many rows, for operators and for metrics.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::storage {

// Equal parts of the probabilities from 0 to 1 that comments are counted by.
inline constexpr std::size_t kProbabilityBins = 10;
// Comments and decisions that one call looks at, each, the newest.
inline constexpr std::int32_t kDailyRowsMax = 200'000;

// One day (UTC) of one site. What the machine said is what it said first, before any edit.
struct DailyFigures {
  std::chrono::sys_days day{};
  // Comments that came, by the machine's verdict.
  std::int64_t approved_count = 0;
  std::int64_t held_count = 0;
  std::int64_t spam_count = 0;
  // Of them, those with a probability, by it: bin i holds [i/10, (i+1)/10), the last also 1.
  std::array<std::int64_t, kProbabilityBins> probability_counts{};
  // Those whose novelty is known, and the sum of it.
  std::int64_t novelty_count = 0;
  double novelty_sum = 0;
  // People's decisions to approve or to call spam of that day that still stand and are the last of
  // their comment; and those of them that contradict the machine.
  std::int64_t decided_count = 0;
  std::int64_t spam_then_approved_count = 0;
  std::int64_t approved_then_spam_count = 0;
};

struct DailyQuery {
  SiteId site_id = 0;
  // Comments and decisions of [since, until).
  Timestamp since{};
  Timestamp until{};
};

// Without the comments that were drawn blind or are there for the shadow alone, as QueueStats.
struct QueueTotals {
  std::int64_t pending_count = 0;
  // When the oldest one entered; nothing for an empty queue.
  std::optional<Timestamp> oldest_at;
};

// Thread-safe.
class StatisticsStore {
 public:
  virtual ~StatisticsStore() = default;

  // Days with anything, ascending. Reads the comments of the time: for operators, not for the hot
  // path.
  virtual absl::StatusOr<std::vector<DailyFigures>> Daily(const DailyQuery& query,
                                                          Deadline deadline) = 0;
  // Of the queues of all sites. Reads the queue.
  virtual absl::StatusOr<QueueTotals> Queue(Deadline deadline) = 0;
};

}  // namespace replyguard::storage
