// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/statistics_store.h"

namespace replyguard::storage {

class PostgresStatisticsStore final : public StatisticsStore {
 public:
  explicit PostgresStatisticsStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::vector<DailyFigures>> Daily(const DailyQuery& query,
                                                  Deadline deadline) override;
  absl::StatusOr<QueueTotals> Queue(Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
