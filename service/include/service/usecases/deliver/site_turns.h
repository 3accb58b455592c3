// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which sites a courier leaves alone: one call at a time goes to a site, and none for a while after
// one that failed badly, so that endpoints which hang keep few of the courier's threads, and not
// for long.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "storage/mutex.h"
#include "storage/types.h"

namespace replyguard::service {

// Thread-safe; never blocks. Holds an entry for each site that is told or has failed of late.
class SiteTurns {
 public:
  // How long a site rests after its first, second, ... failure in a row, and after all that follow;
  // empty: not at all. They outlive it.
  explicit SiteTurns(std::span<const std::chrono::seconds> rests = {}) : rests_(rests) {}

  // Those that have a turn now, or rest.
  std::vector<storage::SiteId> Away();
  // False when it has a turn already; otherwise End() is due once.
  bool Begin(storage::SiteId site);
  void End(storage::SiteId site, bool failed);

 private:
  struct Turn {
    bool now = false;
    std::size_t failures = 0;  // in a row
    std::chrono::steady_clock::time_point rests_until;
  };

  const std::span<const std::chrono::seconds> rests_;
  Mutex mutex_;
  std::map<storage::SiteId, Turn> turns_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service
