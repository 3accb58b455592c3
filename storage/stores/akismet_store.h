// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/akismet_store.h"

namespace replyguard::storage {

class PostgresAkismetStore final : public AkismetStore {
 public:
  explicit PostgresAkismetStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::optional<std::string>> FindRequested(
      SiteId site_id, const std::vector<std::string>& request_ids, Timestamp received_since,
      Deadline deadline) override;
  absl::StatusOr<std::optional<CommentId>> FindSame(const SameCommentQuery& query,
                                                    Deadline deadline) override;
  absl::Status AddUsage(const std::vector<UsageDelta>& deltas, Deadline deadline) override;
  absl::StatusOr<std::vector<DayUsage>> UsageByDay(SiteId site_id, const std::string& key_id,
                                                   std::chrono::sys_days from,
                                                   Deadline deadline) override;
  absl::StatusOr<BlogUsagePage> UsageByBlog(const BlogUsageQuery& query,
                                            Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
