// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "postgres/pool.h"
#include "storage/shadow_store.h"

namespace replyguard::storage {

class PostgresShadowStore final : public ShadowStore {
 public:
  explicit PostgresShadowStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<ShadowChange> Set(std::optional<std::int64_t> generation, const std::string& by,
                                   Timestamp now, Deadline deadline) override;
  absl::StatusOr<ShadowChange> InForce(Deadline deadline) override;
  absl::StatusOr<std::optional<std::int64_t>> Latest(Deadline deadline) override;
  absl::StatusOr<std::vector<ShadowDisagreement>> List(const ShadowQuery& query,
                                                       Deadline deadline) override;
  absl::StatusOr<std::vector<ShadowDayCount>> Counts(SiteId site_id, std::int64_t generation,
                                                     Timestamp now, std::int32_t days,
                                                     Deadline deadline) override;
  absl::StatusOr<std::vector<ShadowSettledCount>> Settled(SiteId site_id, std::int64_t generation,
                                                          Timestamp now, std::int32_t days,
                                                          Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
