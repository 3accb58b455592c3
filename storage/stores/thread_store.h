// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/thread_store.h"

namespace replyguard::storage {

class PostgresThreadStore final : public ThreadStore {
 public:
  explicit PostgresThreadStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<ThreadRecord> Get(SiteId site_id, const std::string& key,
                                   Deadline deadline) override;
  absl::StatusOr<std::vector<ThreadRecord>> List(SiteId site_id, const std::string& after,
                                                 std::int32_t limit, Deadline deadline) override;
  absl::StatusOr<ThreadRecord> Change(const ThreadChange& change, Deadline deadline) override;
  absl::StatusOr<ThreadRecord> Move(SiteId site_id, const std::string& key,
                                    const std::string& new_key, Timestamp now,
                                    Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
