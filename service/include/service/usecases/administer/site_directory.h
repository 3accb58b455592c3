// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// All sites with their policies and compiled rules, in memory: what the hot path reads instead of
// the database.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/policy/rule_set.h"
#include "service/policy/site_policy.h"
#include "service/usecases/authorize.h"
#include "service/usecases/pacer.h"
#include "service/usecases/snapshot_cell.h"
#include "storage/mutex.h"
#include "storage/site_store.h"

namespace replyguard::service {

// A site as calls see it. Immutable; whoever holds it keeps judging by it.
struct SiteView {
  storage::SiteRecord record;
  policy::SitePolicy policy;
  // The stored policy could not be read (written by a newer version): the defaults stand in, and
  // everything is held.
  bool policy_unreadable = false;
  std::shared_ptr<const policy::RuleSet> rules;
};

// A stored rule as the policy takes it.
policy::Rule RuleOf(const storage::RuleRecord& record);

struct SiteDirectoryOptions {
  // How long to wait for a Wake before looking anyway.
  std::chrono::milliseconds poll_interval{1'000};
  std::chrono::milliseconds storage_timeout{5'000};
  // One line for the operator's log. May be empty.
  std::function<void(std::string_view)> warn;
};

// Thread-safe. While PostgreSQL is away the last sites read keep serving.
class SiteDirectory {
 public:
  explicit SiteDirectory(storage::SiteStore& store, SiteDirectoryOptions options = {});
  ~SiteDirectory();  // stops

  // Starts the thread that refreshes within a second of a change.
  void Start();
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop() { pacer_.Stop(); }
  void Wake() { pacer_.Wake(); }

  // BLOCKS. Unless nothing has changed: reads all sites, and the rules of those that changed.
  absl::Status Refresh();

  // Refresh has succeeded once.
  bool loaded() const { return sites_.Get() != nullptr; }

  // Authorises, then finds: the one way from a name in a request to a site. Never blocks.
  // PERMISSION_DENIED; SITE_NOT_FOUND; UNAVAILABLE (NOT_READY) before the first Refresh.
  absl::StatusOr<std::shared_ptr<const SiteView>> Enter(const Principal& principal,
                                                        Permission permission,
                                                        std::string_view slug) const;
  // The same for every site that the principal covers, by slug. May be empty.
  absl::StatusOr<std::vector<std::shared_ptr<const SiteView>>> EnterCovered(
      const Principal& principal, Permission permission) const;

  // Without authorisation, for adapters that print names; nullptr when unknown.
  std::shared_ptr<const SiteView> FindById(storage::SiteId id) const;
  std::shared_ptr<const SiteView> FindBySlug(std::string_view slug) const;

 private:
  struct Sites {
    std::map<std::string, std::shared_ptr<const SiteView>, std::less<>> by_slug;
    std::map<storage::SiteId, std::shared_ptr<const SiteView>> by_id;
  };
  void Run();
  absl::StatusOr<std::shared_ptr<const SiteView>> ReadSite(storage::SiteRecord record,
                                                           storage::Deadline deadline);
  absl::StatusOr<std::shared_ptr<const policy::RuleSet>> ReadRules(
      const storage::SiteRecord& record, storage::Deadline deadline);
  void Warn(std::string_view text) const;

  storage::SiteStore& store_;
  const SiteDirectoryOptions options_;
  SnapshotCell<Sites> sites_;

  Mutex refresh_mutex_;  // one Refresh at a time, so that an older read never replaces a newer one
  std::int64_t revision_ REPLYGUARD_GUARDED_BY(refresh_mutex_) = 0;  // of the configuration read

  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
