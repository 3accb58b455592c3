// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/review/covered.h"

#include <set>
#include <utility>

#include "usecases/storage_errors.h"

namespace replyguard::service {

absl::StatusOr<SiteViews> CoveredSites(const SiteDirectory& sites, const Principal& principal,
                                       const std::optional<std::string>& site) {
  if (!site) return sites.EnterCovered(principal, Permission::kReview);
  auto view = sites.Enter(principal, Permission::kReview, *site);
  if (!view.ok()) return view.status();
  return SiteViews{*std::move(view)};
}

absl::StatusOr<SiteViews> CoveredSites(const SiteDirectory& sites, const Principal& principal,
                                       const std::optional<std::string>& site,
                                       const std::vector<std::string>& only) {
  if (site || only.empty()) return CoveredSites(sites, principal, site);
  const std::set<std::string> slugs(only.begin(), only.end());
  SiteViews views;
  for (const std::string& slug : slugs) {
    auto view = sites.Enter(principal, Permission::kReview, slug);
    if (!view.ok()) return view.status();
    views.push_back(*std::move(view));
  }
  return views;
}

std::vector<storage::SiteId> IdsOf(const SiteViews& sites) {
  std::vector<storage::SiteId> ids;
  ids.reserve(sites.size());
  for (const auto& site : sites) ids.push_back(site->record.site_id);
  return ids;
}

absl::StatusOr<storage::QueueStats> StatsOf(storage::QueueStore& queue, const SiteViews& sites,
                                            storage::Timestamp now, storage::Deadline deadline) {
  const auto stats = queue.Stats(IdsOf(sites), now, deadline);
  if (!stats.ok()) return FromStorage(stats.status());
  return stats;
}

absl::StatusOr<SiteViews> SitesWaiting(storage::QueueStore& queue, SiteViews sites,
                                       storage::Deadline deadline) {
  if (sites.size() <= 1) return sites;
  const auto waiting = queue.Waiting(IdsOf(sites), deadline);
  if (!waiting.ok()) return FromStorage(waiting.status());
  const std::set<storage::SiteId> ids(waiting->begin(), waiting->end());
  std::erase_if(sites, [&ids](const auto& site) { return !ids.contains(site->record.site_id); });
  return sites;
}

}  // namespace replyguard::service
