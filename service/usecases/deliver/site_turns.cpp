// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/deliver/site_turns.h"

#include "service/usecases/deliver/outcome.h"

namespace replyguard::service {
namespace {

using std::chrono::steady_clock;

// How long after its rest it is remembered that a site failed.
constexpr std::chrono::minutes kFailuresKept{10};

}  // namespace

SiteTurns::Sites SiteTurns::Away() {
  const auto now = steady_clock::now();
  MutexLock lock(mutex_);
  std::erase_if(turns_, [now](const auto& of) {
    return !of.second.now && of.second.rests_until + kFailuresKept < now;
  });
  Sites sites;
  for (const auto& [site, turn] : turns_) {
    if (turn.now || turn.rests_until > now) sites.push_back(site);
  }
  return sites;
}

absl::StatusOr<std::optional<storage::SiteId>> SiteTurns::Next(const Take& take) {
  MutexLock taking(taking_);
  auto site = take(Away());
  if (site.ok() && *site) {
    MutexLock lock(mutex_);
    turns_[**site].now = true;
  }
  return site;
}

void SiteTurns::End(storage::SiteId site, bool failed) {
  MutexLock lock(mutex_);
  if (!failed || rests_.empty()) {
    turns_.erase(site);
    return;
  }
  Turn& turn = turns_[site];
  turn.now = false;
  turn.rests_until = steady_clock::now() + PauseAfter(++turn.failures, rests_);
}

}  // namespace replyguard::service
