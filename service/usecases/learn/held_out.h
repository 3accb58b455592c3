// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Labels judged by models that have not learnt them.
//
// Thread-safety: none.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "classifier/extractor.h"
#include "classifier/model.h"
#include "service/usecases/learn/label_review.h"

namespace replyguard::service {

// The site that reviewed labels are of: alone, so that what it says is of these labels only.
inline constexpr classifier::SiteId kReviewedSite = 1;

class HeldOut {
 public:
  // Holds references; they outlive it.
  HeldOut(std::span<const LabelToReview> labels, const ReviewOptions& options,
          std::size_t runs_expected)
      : labels_(labels), options_(options), steps_((runs_expected + 1) * labels.size()) {}

  // What a model that has learnt all but the held-out labels says of one of these.
  using Judge = std::function<void(std::size_t index, const classifier::Result& result)>;
  using End = std::function<void(const classifier::Model& model)>;
  // Learns what is not held out, in order, then calls judge(...) for each that is, and end(model).
  // DEADLINE_EXCEEDED.
  absl::Status Run(const std::vector<bool>& held_out, const Judge& judge, const End& end);

  // Counts a step done elsewhere, one of as many as there are labels. DEADLINE_EXCEEDED.
  absl::Status Step();
  classifier::Extractor& extractor() { return extractor_; }

 private:
  std::span<const LabelToReview> labels_;
  const ReviewOptions& options_;
  const std::size_t steps_;
  std::size_t done_ = 0;
  classifier::Extractor extractor_;
};

}  // namespace replyguard::service
