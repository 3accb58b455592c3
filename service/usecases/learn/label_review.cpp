// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/label_review.h"

#include <algorithm>
#include <array>
#include <utility>

#include "usecases/classify.h"
#include "usecases/learn/held_out.h"
#include "usecases/learn/label_sources.h"
#include "usecases/learn/same_texts.h"

namespace replyguard::service {
namespace {

using classifier::Class;
using classifier::RawScore;

bool IsSpam(const LabelToReview& label) { return label.label == Class::kSpam; }

RawScore Against(const LabelToReview& label, RawScore score) {
  return IsSpam(label) ? -score : score;
}

// Which part each label is dealt into: each class in its order, so that every part has its share.
std::vector<std::size_t> Deal(std::span<const LabelToReview> labels) {
  std::vector<std::size_t> part_of(labels.size());
  std::array<std::size_t, 2> seen{};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    part_of[i] = seen[IsSpam(labels[i]) ? 1 : 0]++ % kReviewParts;
  }
  return part_of;
}

bool Precedes(const Contradiction& a, const Contradiction& b) {
  return a.against != b.against ? a.against > b.against : a.index < b.index;
}

// The classifier's strongest reasons against the label.
std::vector<AssessmentReason> ReasonsAgainst(const LabelToReview& label,
                                             const classifier::Explanation& explanation) {
  std::vector<AssessmentReason> against;
  for (AssessmentReason& reason : ReasonsOf(explanation)) {
    const bool other = reason.score && Against(label, *reason.score) > 0;
    if (!other || reason.code == "REST" || reason.code == "BIAS") continue;
    against.push_back(std::move(reason));
    if (against.size() == kContradictionReasonsMax) break;
  }
  return against;
}

class Reviewer {
 public:
  Reviewer(std::span<const LabelToReview> labels, const ReviewOptions& options)
      : labels_(labels),
        options_(options),
        sources_(SourcesOf(labels)),
        judged_(JudgedSources(labels, sources_)),
        held_out_(labels, options, kReviewParts + judged_),
        probabilities_(labels.size()) {}

  absl::StatusOr<LabelReview> Run() {
    out_.label_count = static_cast<std::int64_t>(labels_.size());
    for (const LabelToReview& label : labels_) out_.spam_count += IsSpam(label);
    if (absl::Status status = FindConflicts(); !status.ok()) return status;
    if (absl::Status status = FindContradictions(); !status.ok()) return status;
    if (absl::Status status = JudgeSources(); !status.ok()) return status;
    return std::move(out_);
  }

 private:
  absl::Status FindConflicts() {
    SameTexts texts;
    classifier::Features features;
    for (const LabelToReview& label : labels_) {
      if (absl::Status status = held_out_.Step(); !status.ok()) return status;
      held_out_.extractor().Extract(SampleDocument(label.text).get(), &features);
      texts.Add(features);
    }
    std::vector<bool> same_text(labels_.size());
    for (const auto& group : texts.Groups(/*same=*/true)) {
      const LabelConflict conflict = ConflictOf(group);
      if (conflict.ham_count == 0 || conflict.spam_count == 0) continue;
      for (const std::size_t i : group) same_text[i] = true;
    }
    groups_ = texts.Groups(/*same=*/false);
    for (const auto& group : groups_) {
      LabelConflict conflict = ConflictOf(group);
      if (conflict.ham_count == 0 || conflict.spam_count == 0) continue;
      conflict.same =
          std::any_of(group.begin(), group.end(), [&](std::size_t i) { return same_text[i]; });
      out_.conflicts.push_back(std::move(conflict));
    }
    out_.conflict_count = static_cast<std::int64_t>(out_.conflicts.size());
    std::stable_sort(out_.conflicts.begin(), out_.conflicts.end(),
                     [](const LabelConflict& a, const LabelConflict& b) {
                       if (a.same != b.same) return a.same;
                       return a.ham_count + a.spam_count > b.ham_count + b.spam_count;
                     });
    if (out_.conflicts.size() > options_.problems_max) out_.conflicts.resize(options_.problems_max);
    return absl::OkStatus();
  }

  LabelConflict ConflictOf(const std::vector<std::size_t>& group) const {
    LabelConflict conflict;
    for (const std::size_t i : group)
      ++(IsSpam(labels_[i]) ? conflict.spam_count : conflict.ham_count);
    conflict.indexes.assign(group.rbegin(), group.rend());
    const bool spam_is_rarer = conflict.spam_count <= conflict.ham_count;
    std::stable_partition(conflict.indexes.begin(), conflict.indexes.end(),
                          [&](std::size_t i) { return IsSpam(labels_[i]) == spam_is_rarer; });
    if (conflict.indexes.size() > kConflictLabelsMax) conflict.indexes.resize(kConflictLabelsMax);
    return conflict;
  }

  absl::Status FindContradictions() {
    const std::vector<std::size_t> part_of = Deal(labels_);
    out_.trained = true;
    for (std::size_t part = 0; part < kReviewParts; ++part) {
      std::vector<bool> held_out(labels_.size());
      for (std::size_t i = 0; i < labels_.size(); ++i) held_out[i] = part_of[i] == part;
      if (absl::Status status = JudgePart(held_out); !status.ok()) return status;
    }
    out_.trained = out_.trained && !labels_.empty();
    if (out_.trained) {
      FindThresholds();
      std::sort(found_.begin(), found_.end(), Precedes);
      out_.contradiction_count = static_cast<std::int64_t>(found_.size());
      for (Contradiction& one : found_) {
        one.confident = Confident(one.index, probabilities_[one.index]);
        out_.confident_count += one.confident;
      }
      if (found_.size() > options_.problems_max) found_.resize(options_.problems_max);
      out_.contradictions = std::move(found_);
    }
    return absl::OkStatus();
  }

  // Explains at once what may be listed: the model is gone a moment later.
  absl::Status JudgePart(const std::vector<bool>& held_out) {
    std::vector<Contradiction> found;
    return held_out_.Run(
        held_out,
        [&](std::size_t i, const classifier::Result& result) {
          out_.trained = out_.trained && result.training.trained;
          probabilities_[i] = result.probability;
          if (const RawScore against = Against(labels_[i], result.score); against > 0) {
            found.push_back({i, against});
          }
        },
        [&](const classifier::Model& model) {
          std::sort(found.begin(), found.end(), Precedes);
          for (std::size_t k = 0; k < found.size(); ++k) {
            if (k < options_.problems_max) found[k].reasons = Explain(model, found[k].index);
            found_.push_back(std::move(found[k]));
          }
        });
  }

  std::vector<AssessmentReason> Explain(const classifier::Model& model, std::size_t i) {
    const SampleDocument document(labels_[i].text);
    const classifier::ExplainOptions options{kContradictionReasonsMax, {}};
    return ReasonsAgainst(
        labels_[i], model.Explain(kReviewedSite, document.get(), options, &held_out_.extractor()));
  }

  void FindThresholds() {
    double spam = 0;
    double ham = 0;
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      (IsSpam(labels_[i]) ? spam : ham) +=
          IsSpam(labels_[i]) ? probabilities_[i] : 1 - probabilities_[i];
    }
    const auto spam_count = static_cast<double>(out_.spam_count);
    const auto ham_count = static_cast<double>(out_.label_count - out_.spam_count);
    if (spam_count > 0) out_.spam_threshold = spam / spam_count;
    if (ham_count > 0) out_.ham_threshold = ham / ham_count;
  }

  // Whether a probability of spam speaks against the label with confidence.
  bool Confident(std::size_t i, double probability) const {
    if (IsSpam(labels_[i])) return 1 - probability >= std::max(out_.ham_threshold, 0.5);
    return probability >= std::max(out_.spam_threshold, 0.5);
  }

  absl::Status JudgeSources() {
    std::vector<bool> contradicted(labels_.size());
    const std::size_t judged = out_.trained ? judged_ : 0;
    for (std::size_t s = 0; s < judged; ++s) {
      std::vector<bool> held_out(labels_.size());
      for (const std::size_t i : sources_[s].indexes) held_out[i] = true;
      absl::Status status = held_out_.Run(
          held_out,
          [&](std::size_t i, const classifier::Result& result) {
            // One that knows too little says nothing against anybody.
            contradicted[i] = result.training.trained && Confident(i, result.probability);
          },
          [](const classifier::Model& /*model*/) {});
      if (!status.ok()) return status;
    }
    out_.sources = CompareSources(labels_, sources_, judged, contradicted, groups_);
    return absl::OkStatus();
  }

  std::span<const LabelToReview> labels_;
  const ReviewOptions& options_;
  const std::vector<SourceLabels> sources_;
  const std::size_t judged_;
  HeldOut held_out_;
  std::vector<std::vector<std::size_t>> groups_;  // of texts nearly the same
  std::vector<double> probabilities_;             // of spam, of each label, held out
  std::vector<Contradiction> found_;
  LabelReview out_;
};

}  // namespace

absl::StatusOr<LabelReview> ReviewLabels(std::span<const LabelToReview> labels,
                                         const ReviewOptions& options) {
  return Reviewer(labels, options).Run();
}

}  // namespace replyguard::service
