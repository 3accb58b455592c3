// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "postgres/pool.h"
#include "storage/maintenance.h"

namespace replyguard::storage {

class PostgresMaintenance final : public Maintenance {
 public:
  explicit PostgresMaintenance(Pool& pool) : pool_(pool) {}

  absl::StatusOr<Timestamp> CheckReady(Deadline deadline) override;
  absl::Status CheckRoom(Deadline deadline) override;
  absl::StatusOr<std::string> ServerVersion(Deadline deadline) override;
  absl::StatusOr<std::int64_t> ExpireRequestIds(Timestamp received_before, std::int32_t limit,
                                                Deadline deadline) override;
  absl::StatusOr<std::int64_t> PruneEvents(Timestamp created_before, std::int32_t limit,
                                           Deadline deadline) override;
  absl::StatusOr<std::int64_t> BlankErasedSamples(Timestamp erased_before, std::int32_t limit,
                                                  Deadline deadline) override;
  absl::StatusOr<std::int64_t> PruneShadowVerdicts(Timestamp said_before, std::int32_t limit,
                                                   Deadline deadline) override;

 private:
  struct Pruned {
    std::vector<SiteId> sites;  // whose heads could be had, ascending
    std::int64_t gone = 0;      // events
  };

  enum class Wait { kNot, kBriefly };

  // Those that somebody has are left out. With kBriefly it is one site, which is waited for;
  // DEADLINE_EXCEEDED where that takes too long.
  absl::StatusOr<Pruned> PruneSites(const std::vector<SiteId>& sites, Wait wait,
                                    Timestamp created_before, std::int64_t most, Deadline deadline);

  Pool& pool_;
};

}  // namespace replyguard::storage
