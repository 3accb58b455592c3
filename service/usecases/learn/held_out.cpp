// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/held_out.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "classifier/fold.h"
#include "usecases/classify.h"

namespace replyguard::service {

absl::Status HeldOut::Step() {
  if (std::chrono::steady_clock::now() >= options_.deadline) {
    return absl::DeadlineExceededError("there are too many labels for the time given");
  }
  ++done_;
  if (options_.progress) options_.progress(std::min(done_, steps_), steps_);
  return absl::OkStatus();
}

absl::Status HeldOut::Run(const std::vector<bool>& held_out, const Judge& judge, const End& end) {
  classifier::Fold fold(options_.starter);
  classifier::Features features;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (held_out[i]) continue;
    if (absl::Status status = Step(); !status.ok()) return status;
    extractor_.Extract(SampleDocument(labels_[i].text).get(), &features);
    classifier::LabelChange change;
    change.position = i + 1;
    change.site = kReviewedSite;
    change.sample = i + 1;
    change.after.emplace();
    change.after->label = labels_[i].label;
    change.after->author = AuthorHashOf(labels_[i].text);
    change.after->features = std::move(features);
    if (absl::Status status = fold.Apply(change); !status.ok()) return status;
  }
  const auto model = fold.Present();
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    if (!held_out[i]) continue;
    if (absl::Status status = Step(); !status.ok()) return status;
    extractor_.Extract(SampleDocument(labels_[i].text).get(), &features);
    judge(i, classifier::Model::Finish(model->Score(kReviewedSite, features), {}));
  }
  end(*model);
  return absl::OkStatus();
}

}  // namespace replyguard::service
