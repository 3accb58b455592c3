// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/site_store.h"

namespace replyguard::storage {

// Tells every cache of sites, rules and keys to read again. Locks one row until the transaction
// ends: make it the last step.
void BumpConfigRevision(Tx& tx);

class PostgresSiteStore final : public SiteStore {
 public:
  explicit PostgresSiteStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<SiteRecord> Create(const SiteRecord& site, Deadline deadline,
                                    const AuditEvent* audit) override;
  absl::StatusOr<SiteRecord> Get(const std::string& slug, Deadline deadline) override;
  absl::StatusOr<std::vector<SiteRecord>> List(const std::string& after, std::int32_t limit,
                                               Deadline deadline) override;
  absl::StatusOr<std::int64_t> ConfigRevision(Deadline deadline) override;
  absl::StatusOr<SiteRecord> Change(const SiteChange& change, Deadline deadline,
                                    const AuditEvent* audit) override;
  absl::StatusOr<RuleRecord> CreateRule(const RuleRecord& rule, Deadline deadline,
                                        const AuditEvent* audit) override;
  absl::StatusOr<std::vector<RuleRecord>> ListRules(SiteId site_id, std::optional<RuleId> before,
                                                    std::int32_t limit, Deadline deadline) override;
  absl::Status DeleteRule(SiteId site_id, const RuleId& rule_id, Timestamp now, Deadline deadline,
                          const AuditEvent* audit) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
