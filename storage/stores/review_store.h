// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/review_store.h"

namespace replyguard::storage {

// As the last part of the transaction of what it tells.
void InsertAudit(Tx& tx, const AuditEvent& event);

class PostgresReviewStore final : public ReviewStore {
 public:
  explicit PostgresReviewStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<CommentNote> AddNote(const CommentNote& note, Deadline deadline) override;
  absl::StatusOr<std::vector<CommentNote>> Notes(SiteId site_id, const CommentId& comment_id,
                                                 Deadline deadline) override;
  absl::StatusOr<Escalation> Escalate(SiteId site_id, const CommentId& comment_id,
                                      const Escalation& escalation, const AuditEvent& audit,
                                      Deadline deadline) override;
  absl::Status Deescalate(SiteId site_id, const CommentId& comment_id, const AuditEvent& audit,
                          Deadline deadline) override;
  absl::StatusOr<std::vector<ReasonCode>> ReasonCodes(SiteId site_id, Deadline deadline) override;
  absl::Status SetReasonCodes(SiteId site_id, const std::vector<ReasonCode>& codes,
                              const AuditEvent& audit, Deadline deadline) override;
  absl::Status WriteAudit(const AuditEvent& event, Deadline deadline) override;
  absl::StatusOr<std::vector<AuditEvent>> Audit(const AuditQuery& query,
                                                Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
