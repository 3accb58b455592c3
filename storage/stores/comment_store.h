// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/comment_store.h"

namespace replyguard::storage {

class PostgresCommentStore final : public CommentStore, public HistoryReader {
 public:
  explicit PostgresCommentStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<HistoryContext> Consult(const HistoryQuery& query, Deadline deadline) override;
  absl::StatusOr<CommentRecord> Get(SiteId site_id, const CommentId& comment_id,
                                    Deadline deadline) override;
  absl::StatusOr<std::vector<CommentRecord>> ListByThread(const ThreadCommentsQuery& query,
                                                          Deadline deadline) override;
  absl::StatusOr<std::vector<CommentRecord>> ListNewest(SiteId site_id,
                                                        std::optional<CommentId> before,
                                                        std::int32_t limit,
                                                        Deadline deadline) override;
  absl::StatusOr<std::optional<CommentId>> BeforeNewest(SiteId site_id, const CommentId& after,
                                                        std::int32_t count,
                                                        Deadline deadline) override;
  absl::StatusOr<std::vector<CommentRecord>> ListReceived(SiteId site_id, const CommentId& after,
                                                          std::int32_t limit,
                                                          Deadline deadline) override;
  absl::StatusOr<CommentRecord> Edit(const CommentEdit& edit, Deadline deadline) override;
  absl::Status Erase(const EraseRequest& request, Deadline deadline) override;
  absl::StatusOr<ReportResult> Report(const CommentReport& report, Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
