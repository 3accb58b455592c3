// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ReviewLabels: the label doctor over a site's labels in force.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/learn/label_review.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"
#include "storage/mutex.h"

namespace replyguard::service {

class Learner;
class SiteDirectory;

// At once on a server, as each takes a processor for long.
inline constexpr std::size_t kReviewsMax = 2;

// Thread-safe. Holds references; they outlive it.
class LabelDoctor {
 public:
  struct Result {
    LabelReview review;
    // What the review's indexes refer to, without the text but for its beginning.
    std::vector<storage::LabelEntry> labels;
    bool more_labels = false;  // older ones were not looked at: the next Page is before the first
    std::int64_t capped_count = 0;  // that teach nothing, and were not looked at
    std::int64_t position = 0;
  };

  // Which labels are looked at.
  struct Page {
    std::vector<std::string>
        excluded{};                // as storage::Generation::excluded, beside the active one's
    std::int32_t label_count = 0;  // 1 to kReviewedLabelsMax
    std::int64_t as_of = 0;        // position; 0: of now
    std::int64_t before = 0;       // only labels at lower positions; 0: all
  };

  // ReviewLabels; tests make it take longer than there is time.
  using Reviewer = std::function<absl::StatusOr<LabelReview>(std::span<const LabelToReview> labels,
                                                             const ReviewOptions& options)>;

  LabelDoctor(const SiteDirectory& sites, const Learner& learner, storage::LabelLog& labels,
              storage::GenerationStore& generations, Reviewer reviewer = ReviewLabels);

  // The newest labels in force of the site, at most so many and kReviewedBytesMax of text, but for
  // those of the keys, imports and rules that the active generation or the page (at most
  // storage::kExcludedKeysMax) leave out. Where there is no time for so many: fewer. A source is a
  // named import, else a rule or a key. BLOCKS, and works as long as learning them some six times
  // takes. PERMISSION_DENIED; SITE_NOT_FOUND; INVALID_ARGUMENT; REVIEW_RUNS: one of a site at a
  // time; OVERLOADED: kReviewsMax of all; DEADLINE_EXCEEDED; UNAVAILABLE and the like.
  absl::StatusOr<Result> Review(const Principal& principal, const std::string& site,
                                const Page& page, std::int32_t problem_count,
                                storage::Deadline deadline) const;

 private:
  absl::Status Begin(storage::SiteId site) const;
  void End(storage::SiteId site) const;
  absl::Status ReviewInTime(const std::vector<LabelToReview>& samples, ReviewOptions options,
                            storage::Deadline deadline, Result* result) const;
  absl::Status Read(storage::InForceQuery query, std::size_t label_count,
                    storage::Deadline deadline, std::vector<LabelToReview>* samples,
                    Result* result) const;

  const SiteDirectory& sites_;
  const Learner& learner_;
  storage::LabelLog& labels_;
  storage::GenerationStore& generations_;
  const Reviewer reviewer_;
  mutable Mutex mutex_;
  mutable std::vector<storage::SiteId> reviewed_ REPLYGUARD_GUARDED_BY(mutex_);  // now
};

}  // namespace replyguard::service
