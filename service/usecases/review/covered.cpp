// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/review/covered.h"

#include <algorithm>

#include "usecases/storage_errors.h"

namespace replyguard::service {

absl::StatusOr<SiteViews> CoveredSites(const SiteDirectory& sites, const Principal& principal,
                                       const std::optional<std::string>& site) {
  if (!site) return sites.EnterCovered(principal, Permission::kReview);
  auto view = sites.Enter(principal, Permission::kReview, *site);
  if (!view.ok()) return view.status();
  return SiteViews{*std::move(view)};
}

absl::StatusOr<storage::QueueStats> StatsOf(storage::QueueStore& queue, const SiteViews& sites,
                                            storage::Timestamp now, storage::Deadline deadline) {
  storage::QueueStats total;
  for (const auto& site : sites) {
    const auto stats = queue.Stats(site->record.site_id, now, deadline);
    if (!stats.ok()) return FromStorage(stats.status());
    total.pending_count += stats->pending_count;
    total.leased_count += stats->leased_count;
    total.held_count += stats->held_count;
    total.reported_count += stats->reported_count;
    total.edited_count += stats->edited_count;
    total.returned_count += stats->returned_count;
    total.sampled_count += stats->sampled_count;
    total.shadow_count += stats->shadow_count;
    total.decided_last_day_count += stats->decided_last_day_count;
    if (stats->oldest_entered_at &&
        (!total.oldest_entered_at || *stats->oldest_entered_at < *total.oldest_entered_at)) {
      total.oldest_entered_at = stats->oldest_entered_at;
    }
  }
  return total;
}

}  // namespace replyguard::service
