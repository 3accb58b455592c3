// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <vector>

#include "storage/queue_store.h"

namespace replyguard::tests {

// Hands every call on to another one, which outlives it; for those who watch or delay some.
class PassedQueue : public storage::QueueStore {
 public:
  explicit PassedQueue(storage::QueueStore& store) : store_(store) {}
  absl::StatusOr<std::vector<storage::QueueItem>> List(const storage::QueueQuery& query,
                                                       storage::Deadline deadline) override {
    OnRead();
    return store_.List(query, deadline);
  }
  absl::StatusOr<std::vector<storage::QueueItem>> LeaseNext(const storage::LeaseRequest& request,
                                                            storage::Deadline deadline) override {
    OnRead();
    return store_.LeaseNext(request, deadline);
  }
  absl::StatusOr<storage::QueueItem> Get(storage::SiteId site_id,
                                         const storage::CommentId& comment_id,
                                         storage::Deadline deadline) override {
    OnRead();
    return store_.Get(site_id, comment_id, deadline);
  }
  absl::StatusOr<std::vector<storage::QueueItem>> GetEach(
      storage::SiteId site_id, const std::vector<storage::CommentId>& comment_ids,
      storage::Deadline deadline) override {
    OnRead();
    return store_.GetEach(site_id, comment_ids, deadline);
  }
  absl::StatusOr<std::set<storage::CommentId>> DrawnBlind(
      storage::SiteId site_id, const std::vector<storage::CommentId>& comment_ids,
      storage::Deadline deadline) override {
    OnRead();
    return store_.DrawnBlind(site_id, comment_ids, deadline);
  }
  absl::StatusOr<std::vector<bool>> ChangeLeases(storage::SiteId site_id,
                                                 const std::vector<storage::LeaseChange>& changes,
                                                 storage::Deadline deadline) override {
    return store_.ChangeLeases(site_id, changes, deadline);
  }
  absl::StatusOr<storage::QueueStats> Stats(const std::vector<storage::SiteId>& sites,
                                            storage::Timestamp now,
                                            storage::Deadline deadline) override {
    OnRead();
    return store_.Stats(sites, now, deadline);
  }
  absl::StatusOr<std::vector<storage::SiteId>> Waiting(const std::vector<storage::SiteId>& sites,
                                                       storage::Deadline deadline) override {
    OnRead();
    return store_.Waiting(sites, deadline);
  }

 private:
  // Before every call but ChangeLeases.
  virtual void OnRead() {}

  storage::QueueStore& store_;
};

}  // namespace replyguard::tests
