// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// GetModel and ExplainComment: what the classifier knows, and how it sees a stored comment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/learn/learner.h"
#include "storage/comment_store.h"
#include "storage/history.h"
#include "storage/label_log.h"

namespace replyguard::service {

class SiteDirectory;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS on a read: run it on a bounded
// executor.
class ModelInfo {
 public:
  struct Result {
    std::string model_id;
    std::int32_t extractor_version = 0;
    std::int64_t epoch = 0;
    std::int64_t position = 0;
    std::int64_t head_position = 0;
    // Labels that count for this site.
    std::int64_t spam_count = 0;
    std::int64_t ham_count = 0;
    std::int64_t label_count_min = 0;
    bool trained = false;
    std::int64_t feature_count = 0;
    std::optional<storage::Timestamp> updated_at;
  };

  ModelInfo(const SiteDirectory& sites, const Learner& learner, storage::LabelLog& labels,
            storage::CommentStore& comments, const Clock& clock);

  // PERMISSION_DENIED; SITE_NOT_FOUND; NOT_READY; UNAVAILABLE and the like.
  absl::StatusOr<Result> Get(const Principal& principal, const std::string& site,
                             storage::Deadline deadline) const;

  // What the present model says of the stored text alone: its history is not consulted, and listed
  // so; verdict is HOLD when untrained and what the site's thresholds make of the probability
  // otherwise. At most `reasons_each_way` (1 to 50; the details hold at most kReasonsMax in all)
  // strongest features each way. COMMENT_NOT_FOUND (deleted too).
  absl::StatusOr<storage::Assessment> Explain(const Principal& principal, const std::string& site,
                                              const storage::CommentId& id,
                                              std::int32_t reasons_each_way,
                                              storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  const Learner& learner_;
  storage::LabelLog& labels_;
  storage::CommentStore& comments_;
  const Clock& clock_;
};

}  // namespace replyguard::service
