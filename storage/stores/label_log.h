// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/label_log.h"

namespace replyguard::storage {

class PostgresLabelLog final : public LabelLog {
 public:
  explicit PostgresLabelLog(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::vector<ExternalLabelResult>> Append(
      SiteId site_id, const std::vector<ExternalLabel>& labels, LabelSource source,
      const std::string& labelled_by, Timestamp now, Deadline deadline) override;
  absl::StatusOr<std::vector<LabelEntry>> Read(std::int64_t after, std::int32_t limit,
                                               Deadline deadline) override;
  absl::StatusOr<std::vector<LabelEntry>> ReadWithout(const std::vector<std::string>& excluded,
                                                      std::int64_t after, std::int32_t limit,
                                                      Deadline deadline) override;
  absl::StatusOr<std::vector<LabelEntry>> InForce(const InForceQuery& query,
                                                  Deadline deadline) override;
  absl::StatusOr<std::int64_t> HeadPosition(Deadline deadline) override;
  absl::StatusOr<LogPlace> Look(std::int64_t position, Deadline deadline) override;
  absl::StatusOr<LabelCounts> Counts(SiteId site_id, Deadline deadline) override;
  absl::StatusOr<std::vector<JudgedComment>> Judged(const JudgedQuery& query,
                                                    Deadline deadline) override;
  absl::StatusOr<bool> DecidedAlone(const JudgedQuery& query, Deadline deadline) override;
  absl::StatusOr<std::vector<std::optional<double>>> Inclusions(
      SiteId site_id, const std::vector<CommentId>& comments, Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
