// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/event_log.h"

namespace replyguard::storage {

class PostgresEventLog final : public EventLog {
 public:
  explicit PostgresEventLog(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::vector<Event>> Read(SiteId site_id, std::int64_t after, std::int32_t limit,
                                          Deadline deadline) override;
  absl::StatusOr<EventHead> Head(SiteId site_id, Deadline deadline) override;
  absl::StatusOr<std::map<SiteId, EventHead>> Heads(const std::vector<SiteId>& sites,
                                                    Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
