// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How two generations judge comments that neither has learnt.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/binomial.h"
#include "service/usecases/evaluate/metrics.h"
#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::service {

// Of the comparison's intervals.
inline constexpr double kComparisonConfidence = 0.95;
// Labels that count, and held-out ones of each class, that it takes at least.
inline constexpr std::int64_t kCompareLabelsMin = 100;
inline constexpr std::size_t kHeldOutMin = 50;
inline constexpr std::size_t kNewestHeldOutMax = 20'000;
inline constexpr std::size_t kOlderHeldOutMax = 10'000;  // of each class
inline constexpr std::size_t kComparedChangesMax = 50;

// A share of the held-out comments of one class, and what it says of all such comments.
struct Share {
  std::int64_t count = 0;
  std::int64_t of = 0;
  double seen() const { return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of); }
  classifier::Interval bounds{};
};

struct ModelFigures {
  std::int64_t generation = 0;
  Share ham_lost{};     // called SPAM by the site's policy
  Share spam_missed{};  // not called SPAM
  Metrics metrics{};    // those of the evaluate command
  // ham_lost for all good comments: weighted by how likely each held-out one was to come before
  // people, where that is known. weighted_count: how many; 0: it says nothing.
  classifier::WeightedShare weighted_ham_lost{};
  std::int64_t weighted_count = 0;
};

// A held-out comment on which the two differ.
struct ComparedChange {
  storage::SiteId site_id = 0;
  std::string sample_id{};  // as LabelEntry::sample_id
  storage::LabelClass label = storage::LabelClass::kHam;
  storage::Verdict base = storage::Verdict::kHold;
  storage::Verdict candidate = storage::Verdict::kHold;
};

struct Comparison {
  ModelFigures base{};
  ModelFigures candidate{};
  std::int64_t position = 0;        // of the log, when they were compared
  std::int64_t label_count = 0;     // that both count
  std::int64_t held_out_count = 0;  // of these, learnt by neither
  std::int64_t held_out_spam_count = 0;
  // Rows of the log that the candidate leaves out.
  std::int64_t excluded_count = 0;
  std::int64_t changed_count = 0;
  std::vector<ComparedChange> changes{};  // the newest, at most kComparedChangesMax
};

// One generation on labels that it has not learnt.
struct ModelEvaluation {
  ModelFigures figures{};
  std::int64_t position = 0;        // of the log then
  std::int64_t label_count = 0;     // that count
  std::int64_t held_out_count = 0;  // of these
  std::int64_t held_out_spam_count = 0;
};

std::string EvaluationToJson(const ModelEvaluation& evaluation);
// DATA_LOSS for what is none.
absl::StatusOr<ModelEvaluation> EvaluationFromJson(std::string_view json);

// As it is kept with a generation. Holds no text.
std::string ComparisonToJson(const Comparison& comparison);
// DATA_LOSS for what is none.
absl::StatusOr<Comparison> ComparisonFromJson(std::string_view json);

}  // namespace replyguard::service
