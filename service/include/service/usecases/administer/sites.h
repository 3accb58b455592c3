// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Sites, their policies and their rules, for operators.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/policy/rule_set.h"
#include "service/policy/site_policy.h"
#include "service/usecases/clock.h"
#include "storage/site_store.h"

namespace replyguard::service {

class SiteDirectory;
struct SiteView;

// How long whoever blocked may take that back without being an operator.
inline constexpr std::chrono::hours kOwnBlockUndoMax{24};

// A site with its policy read.
struct SiteInfo {
  storage::SiteRecord record;
  policy::SitePolicy policy;
};

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
// The server that answers judges by the change at once, the others within a second.
class Sites {
 public:
  // Of storage::TeachingCaps: what is not set stays, or is the default.
  struct TeachingChange {
    std::optional<std::int32_t> by_key_max;
    std::optional<std::int32_t> of_author_max;
    std::optional<std::int32_t> of_network_max;
  };
  struct CreateRequest {
    std::string slug;
    std::string display_name;
    std::vector<std::string> languages;
    bool shared_learning = true;
    TeachingChange teaching;
    std::optional<policy::SitePolicy> policy;  // nothing: the defaults
  };
  // What is not set stays.
  struct UpdateRequest {
    std::string slug;
    std::string etag;  // empty: whatever it is
    std::optional<std::string> display_name;
    std::optional<std::vector<std::string>> languages;
    std::optional<bool> shared_learning;
    TeachingChange teaching;
    std::optional<policy::SitePolicy> policy;
    // In place of `policy`: what becomes of the present one. Asked again where another change came
    // between.
    std::function<absl::StatusOr<policy::SitePolicy>(const policy::SitePolicy& present)>
        change_policy;
  };
  struct RuleRequest {
    std::string site;
    storage::RuleKind kind = storage::RuleKind::kWord;
    storage::RuleAction action = storage::RuleAction::kHold;
    std::string pattern;
    std::string reason;
    bool log_only = false;
    bool teaches = false;
    std::optional<storage::Timestamp> expires_at;
  };

  Sites(SiteDirectory& directory, storage::SiteStore& store, const Clock& clock,
        RandomSource& random);

  // Needs an operator's key of every site. INVALID_ARGUMENT; ALREADY_EXISTS (SITE_EXISTS).
  absl::StatusOr<SiteInfo> Create(const Principal& principal, CreateRequest request,
                                  storage::Deadline deadline) const;
  absl::StatusOr<SiteInfo> Get(const Principal& principal, const std::string& slug,
                               storage::Deadline deadline) const;
  // Those that the key covers, after this slug, by slug; `limit` 1 to storage::kSitePageMax. A page
  // shorter than the limit is the last.
  absl::StatusOr<std::vector<SiteInfo>> List(const Principal& principal, const std::string& after,
                                             std::int32_t limit, storage::Deadline deadline) const;
  // INVALID_ARGUMENT; SITE_NOT_FOUND; ABORTED (STALE_ETAG).
  absl::StatusOr<SiteInfo> Update(const Principal& principal, UpdateRequest request,
                                  storage::Deadline deadline) const;

  // INVALID_ARGUMENT; RULE_LIMIT.
  absl::StatusOr<storage::RuleRecord> CreateRule(const Principal& principal, RuleRequest request,
                                                 storage::Deadline deadline) const;
  // The same for moderators, against an author; a rule of the site that says the same is answered
  // instead. For review/desk.h.
  absl::StatusOr<storage::RuleRecord> Block(const Principal& principal, RuleRequest request,
                                            storage::Deadline deadline) const;
  // Newest first, only rules older than `before`; `limit` 1 to storage::kRulePageMax.
  absl::StatusOr<std::vector<storage::RuleRecord>> ListRules(const Principal& principal,
                                                             const std::string& site,
                                                             std::optional<storage::RuleId> before,
                                                             std::int32_t limit,
                                                             storage::Deadline deadline) const;
  // RULE_NOT_FOUND. Operators; and whoever blocked, that rule of his own, while it is younger than
  // kOwnBlockUndoMax.
  absl::Status DeleteRule(const Principal& principal, const std::string& site,
                          const storage::RuleId& id, storage::Deadline deadline) const;

 private:
  void Reload() const;
  absl::StatusOr<storage::RuleRecord> MakeRule(const Principal& principal, const SiteView& site,
                                               RuleRequest request,
                                               storage::Deadline deadline) const;
  bool IsOwnYoungBlock(const Principal& principal, storage::SiteId site_id,
                       const storage::RuleId& id, storage::Deadline deadline) const;

  SiteDirectory& directory_;
  storage::SiteStore& store_;
  const Clock& clock_;
  RandomSource& random_;
};

}  // namespace replyguard::service
