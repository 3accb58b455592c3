// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ReviewLabels: the label doctor over a site's labels in force.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/learn/label_review.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"

namespace replyguard::service {

class Learner;
class SiteDirectory;

// Thread-safe. Holds references; they outlive it.
class LabelDoctor {
 public:
  struct Result {
    LabelReview review;
    // What the review's indexes refer to, without the text but for its beginning.
    std::vector<storage::LabelEntry> labels;
    bool more_labels = false;       // older ones were not looked at
    std::int64_t capped_count = 0;  // that teach nothing, and were not looked at
    std::int64_t position = 0;
  };

  LabelDoctor(const SiteDirectory& sites, const Learner& learner, storage::LabelLog& labels,
              storage::GenerationStore& generations);

  // The newest labels in force of the site, at most `label_count` (1 to kReviewedLabelsMax) and
  // kReviewedBytesMax of text, but for those of the keys that the active generation or `excluded`
  // (at most storage::kExcludedKeysMax) leave out. BLOCKS, and works as long as learning them some
  // six times takes. PERMISSION_DENIED; SITE_NOT_FOUND; INVALID_ARGUMENT; REVIEW_RUNS: one at a
  // time; DEADLINE_EXCEEDED; UNAVAILABLE and the like.
  absl::StatusOr<Result> Review(const Principal& principal, const std::string& site,
                                const std::vector<std::string>& excluded, std::int32_t label_count,
                                std::int32_t problem_count, storage::Deadline deadline) const;

 private:
  absl::Status Read(storage::InForceQuery query, std::size_t label_count,
                    storage::Deadline deadline, std::vector<LabelToReview>* samples,
                    Result* result) const;

  const SiteDirectory& sites_;
  const Learner& learner_;
  storage::LabelLog& labels_;
  storage::GenerationStore& generations_;
  mutable std::atomic<bool> busy_{false};
};

}  // namespace replyguard::service
