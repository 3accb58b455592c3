// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/queue_counts.h"

#include <algorithm>
#include <utility>

#include "usecases/review/covered.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;

// A count is good for so many times what it took, or so long...
constexpr int kGoodTimes = 20;
constexpr std::chrono::seconds kGoodMax{30};
// ...unless it took less than this: then everybody has his own.
constexpr std::chrono::milliseconds kQuick{10};

}  // namespace

absl::StatusOr<QueueCounts::Counted> QueueCounts::Count(const SiteViews& sites,
                                                        storage::Deadline deadline) {
  std::vector<storage::SiteId> ids = IdsOf(sites);
  const Time begun = steady_clock::now();
  {
    MutexLock lock(mutex_);
    const auto known = entries_.find(ids);
    if (known != entries_.end() && begun < known->second.good_until) return known->second.counted;
  }
  auto stats = StatsOf(queue_, sites, clock_.Now(), deadline);
  const absl::StatusOr<Counted> counted =
      stats.ok() ? absl::StatusOr<Counted>(Counted{*std::move(stats), begun}) : stats.status();
  const Time now = steady_clock::now();
  MutexLock lock(mutex_);
  std::erase_if(entries_, [now](const auto& entry) { return entry.second.good_until <= now; });
  const bool too_many = absl::IsDeadlineExceeded(counted.status());
  if (now - begun >= kQuick && (counted.ok() || too_many)) {
    const auto good = std::min<steady_clock::duration>(kGoodTimes * (now - begun), kGoodMax);
    entries_[std::move(ids)] = {counted, now + good};
  }
  return counted;
}

}  // namespace replyguard::service
