// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/usecases/administer/site_directory.h"
#include "storage/queue_store.h"

namespace replyguard::service {

using SiteViews = std::vector<std::shared_ptr<const SiteView>>;

// The one site named, or every site that the key covers, for moderators.
absl::StatusOr<SiteViews> CoveredSites(const SiteDirectory& sites, const Principal& principal,
                                       const std::optional<std::string>& site);
// The same; `only`, unless it is empty, names those of them that are meant.
absl::StatusOr<SiteViews> CoveredSites(const SiteDirectory& sites, const Principal& principal,
                                       const std::optional<std::string>& site,
                                       const std::vector<std::string>& only);

// The counts of all of them together.
absl::StatusOr<storage::QueueStats> StatsOf(storage::QueueStore& queue, const SiteViews& sites,
                                            storage::Timestamp now, storage::Deadline deadline);

// Their ids, in the same order.
std::vector<storage::SiteId> IdsOf(const SiteViews& sites);

// Those of them where anything waits, so that idle ones cost one statement together. A single site
// is left unasked. BLOCKS.
absl::StatusOr<SiteViews> SitesWaiting(storage::QueueStore& queue, SiteViews sites,
                                       storage::Deadline deadline);

}  // namespace replyguard::service
