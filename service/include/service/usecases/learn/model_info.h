// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// GetModel, ExplainComment and SuggestThreshold: what the classifier knows, how it sees a stored
// comment, and how far it can be trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "classifier/threshold.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/learn/calibration.h"
#include "service/usecases/learn/learner.h"
#include "storage/comment_store.h"
#include "storage/history.h"
#include "storage/label_log.h"
#include "storage/queue_store.h"

namespace replyguard::service {

class SiteDirectory;
struct JudgedEvidence;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS on a read: run it on a bounded
// executor.
class ModelInfo {
 public:
  struct Result {
    std::string model_id;
    std::int64_t generation = 0;
    std::int64_t shadow_generation = 0;
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
    // Of the starter model; all 0 without one.
    std::int64_t starter_id = 0;
    std::int64_t starter_spam_count = 0;
    std::int64_t starter_ham_count = 0;
    std::optional<storage::Timestamp> updated_at;
  };

  // A threshold and what it would have done to the comments that people judged.
  struct Suggestion {
    classifier::Threshold threshold;
    std::int64_t spam_count = 0;
    std::int64_t blind_count = 0;     // of both classes, drawn blind
    std::int64_t left_out_count = 0;  // judged, but not chosen by chance
  };

  ModelInfo(const SiteDirectory& sites, const Learner& learner, storage::LabelLog& labels,
            storage::CommentStore& comments, storage::QueueStore& queue, const Clock& clock);

  // PERMISSION_DENIED; SITE_NOT_FOUND; NOT_READY; UNAVAILABLE and the like.
  absl::StatusOr<Result> Get(const Principal& principal, const std::string& site,
                             storage::Deadline deadline) const;

  // What the present model says of the stored text alone: its history is not consulted, and listed
  // so; verdict is HOLD when untrained and what the site's thresholds make of the probability
  // otherwise. At most `reasons_each_way` (1 to 50; the details hold at most kReasonsMax in all)
  // strongest features each way. COMMENT_NOT_FOUND (deleted too); FAILED_PRECONDITION
  // (BLIND_SAMPLE) while it waits to be judged blind.
  absl::StatusOr<storage::Assessment> Explain(const Principal& principal, const std::string& site,
                                              const storage::CommentId& id,
                                              std::int32_t reasons_each_way,
                                              storage::Deadline deadline) const;

  // The lowest threshold of the site that loses at most this share of the good comments (from
  // classifier::kHamLossMin to below 1) with this confidence (above 0, below 1), by the comments
  // that carry a person's label and came before people by chance, weighted by it: what a trained
  // model of the present extractor said of each when it came. At most storage::kJudgedReadMax of
  // them, the newest. PERMISSION_DENIED; SITE_NOT_FOUND; INVALID_ARGUMENT; TOO_FEW_JUDGED, whose
  // message says how many good ones there are and how many it takes, or that none was drawn of
  // those that the machine decides alone.
  absl::StatusOr<Suggestion> SuggestThreshold(const Principal& principal, const std::string& site,
                                              double ham_loss_max, double confidence,
                                              storage::Deadline deadline) const;

  // How well the probabilities of the site hold, by the same comments. PERMISSION_DENIED;
  // SITE_NOT_FOUND; TOO_FEW_JUDGED below kCalibrationCountMin.
  absl::StatusOr<Calibration> Calibrate(const Principal& principal, const std::string& site,
                                        storage::Deadline deadline) const;

 private:
  absl::StatusOr<JudgedEvidence> EvidenceOf(storage::SiteId site, storage::Deadline deadline) const;

  const SiteDirectory& sites_;
  const Learner& learner_;
  storage::LabelLog& labels_;
  storage::CommentStore& comments_;
  storage::QueueStore& queue_;
  const Clock& clock_;
};

}  // namespace replyguard::service
