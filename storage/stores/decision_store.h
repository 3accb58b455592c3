// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/decision_store.h"

namespace replyguard::storage {

class PostgresDecisionStore final : public DecisionStore {
 public:
  explicit PostgresDecisionStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::vector<DecisionResult>> Decide(SiteId site_id, const Actor& actor,
                                                     const std::vector<DecisionRequest>& requests,
                                                     Timestamp now, Deadline deadline) override;
  absl::StatusOr<DecisionResult> Undo(SiteId site_id, const Actor& actor,
                                      const DecisionId& decision_id, Timestamp now,
                                      Deadline deadline) override;
  absl::StatusOr<Decision> Get(SiteId site_id, const DecisionId& decision_id,
                               Deadline deadline) override;
  absl::StatusOr<std::vector<Decision>> List(const DecisionQuery& query,
                                             Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
