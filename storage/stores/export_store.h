// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/export_store.h"

namespace replyguard::storage {

class PostgresExportStore final : public ExportStore {
 public:
  explicit PostgresExportStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::vector<ExportedComment>> Comments(SiteId site_id,
                                                        std::optional<CommentId> after,
                                                        std::int32_t limit,
                                                        Deadline deadline) override;
  absl::StatusOr<std::vector<ExportedComment>> CommentsOfAuthor(
      SiteId site_id, const std::vector<AuthorRange>& author, std::optional<CommentId> after,
      std::int32_t limit, Deadline deadline) override;
  absl::StatusOr<std::vector<ExportedLabel>> LabelsOfAuthor(SiteId site_id,
                                                            const std::vector<AuthorRange>& author,
                                                            std::int64_t after, std::int32_t limit,
                                                            Deadline deadline) override;
  absl::StatusOr<AuthorFootprint> CountAuthor(SiteId site_id,
                                              const std::vector<AuthorRange>& author,
                                              Deadline deadline) override;
  absl::StatusOr<std::int64_t> EraseLabels(const EraseRequest& by,
                                           const std::vector<AuthorRange>& author,
                                           std::int64_t up_to, std::int32_t limit,
                                           Deadline deadline) override;
  absl::StatusOr<std::vector<std::int32_t>> RetiredKeysOfLabels(SiteId site_id,
                                                                Deadline deadline) override;
  absl::StatusOr<std::vector<ExportedLabel>> Labels(const LabelExportQuery& query,
                                                    Deadline deadline) override;
  absl::StatusOr<std::vector<ImportSummary>> Imports(SiteId site_id, Deadline deadline) override;
  absl::StatusOr<std::string> CheckpointPiece(std::int64_t checkpoint_id, std::int64_t offset,
                                              std::int64_t bytes_max, Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
