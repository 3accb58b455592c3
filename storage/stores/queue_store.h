// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/queue_store.h"

namespace replyguard::storage {

class PostgresQueueStore final : public QueueStore {
 public:
  explicit PostgresQueueStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::vector<QueueItem>> List(const QueueQuery& query, Deadline deadline) override;
  absl::StatusOr<std::vector<QueueItem>> GetEach(SiteId site_id,
                                                 const std::vector<CommentId>& comment_ids,
                                                 Deadline deadline) override;
  absl::StatusOr<std::set<CommentId>> DrawnBlind(SiteId site_id,
                                                 const std::vector<CommentId>& comment_ids,
                                                 Deadline deadline) override;
  absl::StatusOr<QueueItem> Get(SiteId site_id, const CommentId& comment_id,
                                Deadline deadline) override;
  absl::StatusOr<std::vector<QueueItem>> LeaseNext(const LeaseRequest& request,
                                                   Deadline deadline) override;
  absl::StatusOr<std::vector<bool>> ChangeLeases(SiteId site_id,
                                                 const std::vector<LeaseChange>& changes,
                                                 Deadline deadline) override;
  absl::StatusOr<QueueStats> Stats(const std::vector<SiteId>& sites, Timestamp now,
                                   Deadline deadline) override;
  absl::StatusOr<std::vector<SiteId>> Waiting(const std::vector<SiteId>& sites,
                                              Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
