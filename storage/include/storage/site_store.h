// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Sites, their policies and their rules. Small tables, read whole into caches; ChangeWatcher says
// when to read again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/enums.h"
#include "storage/review_store.h"
#include "storage/teaching_caps.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kSitePageMax = 500;
inline constexpr std::int32_t kRulePageMax = 10'000;
// Rules of one site.
inline constexpr std::int32_t kRulesPerSiteMax = 10'000;

struct SiteRecord {
  SiteId site_id = 0;
  std::string slug;  // [a-z0-9-]{1,40}, neither beginning nor ending with "-"
  std::string display_name;
  std::vector<std::string> languages;
  // Whether it gives to and takes from what all sites together know of spam. A change is written to
  // the label log too.
  bool shared_learning = true;
  TeachingCaps teaching_caps{};
  // A JSON object whose shape the service owns; "{}" means the defaults.
  std::string policy_json;
  // Counts the changes of the policy and of the rules, from 1.
  std::int64_t policy_revision = 1;
  // Whether it has any rules, expired ones included. Ignored where a site is made.
  bool has_rules = true;
  // Counts all changes, from 1.
  std::int64_t revision = 1;
  Timestamp created_at{};
  Timestamp updated_at{};
};

struct SiteChange {
  SiteId site_id = 0;
  // Nothing: blind. Otherwise ABORTED unless it is the present revision.
  std::optional<std::int64_t> expected_revision;
  std::optional<std::string> display_name;
  std::optional<std::vector<std::string>> languages;
  std::optional<bool> shared_learning;
  std::optional<std::int32_t> by_key_max{};  // of TeachingCaps
  std::optional<std::int32_t> of_author_max{};
  std::optional<std::int32_t> of_network_max{};
  std::optional<std::string> policy_json;
  Timestamp now{};
};

struct RuleRecord {
  SiteId site_id = 0;
  RuleId rule_id;  // MakeUuidV7
  RuleKind kind = RuleKind::kWord;
  RuleAction action = RuleAction::kHold;
  std::string pattern;  // at most 500 bytes; never a plain address
  std::string reason;
  bool log_only = false;
  // What it decides becomes a label (RuleExclusion). Not of kHold, and not with log_only.
  bool teaches = false;
  std::optional<Timestamp> expires_at;
  std::string creator_key_id;
  Timestamp created_at{};
};

// Thread-safe. What changes something writes `audit`, if there is one, in the same transaction;
// that of a new site is the site's.
class SiteStore {
 public:
  virtual ~SiteStore() = default;

  // site_id and revisions of the argument are ignored. ALREADY_EXISTS for a taken slug.
  virtual absl::StatusOr<SiteRecord> Create(const SiteRecord& site, Deadline deadline,
                                            const AuditEvent* audit = nullptr) = 0;
  // NOT_FOUND.
  virtual absl::StatusOr<SiteRecord> Get(const std::string& slug, Deadline deadline) = 0;
  // Slugs greater than after, by slug in byte order; 1 to kSitePageMax.
  virtual absl::StatusOr<std::vector<SiteRecord>> List(const std::string& after, std::int32_t limit,
                                                       Deadline deadline) = 0;
  // Grows with every change of any site, policy or rule (and of keys). Who has seen it grow no
  // further need not read the sites again.
  virtual absl::StatusOr<std::int64_t> ConfigRevision(Deadline deadline) = 0;
  // NOT_FOUND; ABORTED.
  virtual absl::StatusOr<SiteRecord> Change(const SiteChange& change, Deadline deadline,
                                            const AuditEvent* audit = nullptr) = 0;

  // LimitReached beyond kRulesPerSiteMax; NOT_FOUND for the site.
  virtual absl::StatusOr<RuleRecord> CreateRule(const RuleRecord& rule, Deadline deadline,
                                                const AuditEvent* audit = nullptr) = 0;
  // Newest first, only rules older than before; 1 to kRulePageMax. Expired ones included.
  virtual absl::StatusOr<std::vector<RuleRecord>> ListRules(SiteId site_id,
                                                            std::optional<RuleId> before,
                                                            std::int32_t limit,
                                                            Deadline deadline) = 0;
  // NOT_FOUND.
  virtual absl::Status DeleteRule(SiteId site_id, const RuleId& rule_id, Timestamp now,
                                  Deadline deadline, const AuditEvent* audit = nullptr) = 0;
};

}  // namespace replyguard::storage
