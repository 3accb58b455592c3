// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which sites a courier leaves alone: one call at a time goes to a site, and none for a while after
// one that failed badly, so that endpoints which hang keep few of the courier's threads, and not
// for long.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/mutex.h"
#include "storage/types.h"

namespace replyguard::service {

// Thread-safe. Holds an entry for each site that is told or has failed of late.
class SiteTurns {
 public:
  using Sites = std::vector<storage::SiteId>;
  // Takes what is due of a site that is none of `but`; answers the site, nothing when there is
  // none.
  using Take = std::function<absl::StatusOr<std::optional<storage::SiteId>>(const Sites& but)>;

  // How long a site rests after its first, second, ... failure in a row, and after all that follow;
  // empty: not at all. They outlive it.
  explicit SiteTurns(std::span<const std::chrono::seconds> rests = {}) : rests_(rests) {}

  // Calls `take` with the sites that have a turn now, or rest. The one that it answers has a turn
  // from then on: End() is due once. BLOCKS as `take` does, and while another thread's takes: of
  // two who look at once the second would get, and tell, what waits behind what the first one got
  // of the same site.
  absl::StatusOr<std::optional<storage::SiteId>> Next(const Take& take);
  void End(storage::SiteId site, bool failed);

 private:
  struct Turn {
    bool now = false;
    std::size_t failures = 0;  // in a row
    std::chrono::steady_clock::time_point rests_until;
  };

  Sites Away();

  const std::span<const std::chrono::seconds> rests_;
  Mutex taking_;  // before mutex_
  Mutex mutex_;
  std::map<storage::SiteId, Turn> turns_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service
