// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/bulk_store.h"

namespace replyguard::storage {

class PostgresBulkStore final : public BulkStore {
 public:
  explicit PostgresBulkStore(Pool& pool) : pool_(pool) {}

  absl::Status Create(const BulkRecord& bulk, Timestamp forget_before, Deadline deadline) override;
  absl::StatusOr<BulkRecord> Get(SiteId site_id, const BulkId& bulk_id, Deadline deadline) override;
  absl::Status Begin(const BulkRecord& bulk, Timestamp now, const AuditEvent& audit,
                     Deadline deadline) override;
  absl::StatusOr<std::vector<CommentId>> Decided(SiteId site_id, const BulkId& bulk_id,
                                                 const std::vector<CommentId>& ids,
                                                 Deadline deadline) override;
  absl::Status MoveOn(SiteId site_id, const BulkId& bulk_id, std::int32_t from, std::int32_t until,
                      std::int32_t skipped, Deadline deadline) override;
  absl::StatusOr<std::vector<BulkUndo>> UndoSome(SiteId site_id, const BulkId& bulk_id,
                                                 const Actor& actor, std::int32_t limit,
                                                 Timestamp now, const AuditEvent& audit,
                                                 Deadline deadline) override;
  absl::StatusOr<std::vector<BulkRecord>> List(SiteId site_id, std::optional<BulkId> before,
                                               std::int32_t limit, Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
