// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The label doctor: which labels the rest of the data contradicts, which texts carry two labels,
// and which sources disagree with all others. Needs neither a server nor a database.
//
// No label is judged by a model that has learnt it: the labels are dealt into kReviewParts parts,
// each judged by a model of the others. Which contradictions count follows Northcutt, Jiang and
// Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (JAIR 2021): the model's
// probability of the other class is at least what it gives, on average, to those that carry that
// label. Ranked by self-confidence, which for two classes is the order of the log-odds against the
// label.
//
// Thread-safety: free functions without state; a progress callback runs on the caller's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/label.h"
#include "classifier/score.h"
#include "classifier/starter.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/learn/comparison.h"
#include "storage/label_log.h"
#include "storage/types.h"

namespace replyguard::service {

inline constexpr std::size_t kReviewParts = 5;
// Labels looked at, and the bytes of text that these may hold together.
inline constexpr std::size_t kReviewedLabelsMax = 20'000;
inline constexpr std::size_t kReviewedBytesMax = std::size_t{64} << 20U;
// Why a label is contradicted.
inline constexpr std::size_t kContradictionReasonsMax = 5;
// Of one text, that are listed.
inline constexpr std::size_t kConflictLabelsMax = 20;
// A source with fewer labels is not judged; of those with more, the largest so many are.
inline constexpr std::size_t kSourceLabelsMin = 20;
inline constexpr std::size_t kReviewedSourcesMax = 16;
// Of the sources' intervals, all of them together (Bonferroni): that no innocent one is named.
inline constexpr double kSourceConfidence = 0.95;

struct LabelToReview {
  classifier::Class label = classifier::Class::kHam;
  std::string source;  // who labelled; empty: nobody knows
  storage::LabelSample text;
};

// A label that the rest of the data speaks against.
struct Contradiction {
  std::size_t index = 0;                    // among the labels given
  classifier::RawScore against = 0;         // log-odds of the other label, above 0
  bool confident = false;                   // as above; the others may be chance
  std::vector<AssessmentReason> reasons{};  // the strongest against the label
};

// Texts that are nearly the same (same_texts.h) and carry both labels.
struct LabelConflict {
  bool same = false;  // two of them are equal once normalised
  std::int64_t ham_count = 0;
  std::int64_t spam_count = 0;
  std::vector<std::size_t> indexes{};  // the rarer label first, then newest; kConflictLabelsMax
};

struct SourceReview {
  std::string source{};
  std::int64_t label_count = 0;
  std::int64_t spam_count = 0;
  // Of its labels, those that a model without any of them contradicts; of: 0 when it was not
  // judged.
  Share contradicted{};
  // Of those whose text others labelled too, those that most of the others contradict.
  Share outvoted{};
  // The same of all other sources together.
  Share others_contradicted{};
  Share others_outvoted{};
  // More than chance explains: an interval lies above the others'.
  bool suspicious = false;
};

struct LabelReview {
  std::int64_t label_count = 0;
  std::int64_t spam_count = 0;
  // Whether models without a part know enough to judge; otherwise nothing is called a
  // contradiction.
  bool trained = false;
  // What the model gives, on average, to those that carry the label: probabilities of that label.
  double spam_threshold = 1;
  double ham_threshold = 1;
  std::int64_t contradiction_count = 0;
  std::int64_t confident_count = 0;             // about how many labels are wrong
  std::vector<Contradiction> contradictions{};  // the strongest first
  std::int64_t conflict_count = 0;
  std::vector<LabelConflict> conflicts{};  // same texts first, then those with more labels
  std::vector<SourceReview> sources{};     // suspicious ones first, then by labels
};

struct ReviewOptions {
  std::shared_ptr<const classifier::Starter> starter{};  // null: none
  std::size_t problems_max = 100;                        // of each kind, that are listed
  storage::Deadline deadline = storage::Deadline::max();
  // Called with how many steps are done, of how many. May be empty.
  std::function<void(std::size_t done, std::size_t of)> progress{};
};

// Labels oldest first; callers bound how many. A function of the arguments: the same labels
// give the same review. DEADLINE_EXCEEDED. Cost: learns all labels kReviewParts - 1 times, and once
// more for every source judged.
absl::StatusOr<LabelReview> ReviewLabels(std::span<const LabelToReview> labels,
                                         const ReviewOptions& options);

}  // namespace replyguard::service
