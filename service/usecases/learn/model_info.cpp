// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/model_info.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "usecases/classify.h"
#include "usecases/fields.h"
#include "usecases/learn/judged_evidence.h"
#include "usecases/learn/verdict.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::int32_t kReasonsEachWayMax = 50;

absl::Status NotReady() {
  return MakeError(absl::StatusCode::kUnavailable, reasons::kNotReady, "no model is loaded yet");
}

// Keeps the invariant when there are more reasons than may be listed: what is cut goes into the
// last one.
std::vector<AssessmentReason> AtMost(std::vector<AssessmentReason> reasons, std::size_t max) {
  if (reasons.size() <= max) return reasons;
  AssessmentReason rest;
  rest.kind = ReasonKind::kClassifier;
  rest.code = "REST";
  rest.text = "everything else in the comment";
  std::int64_t sum = 0;
  while (reasons.size() >= max) {
    sum += reasons.back().score.value_or(0);
    reasons.pop_back();
  }
  rest.score = sum;
  reasons.push_back(std::move(rest));
  return reasons;
}

}  // namespace

ModelInfo::ModelInfo(const SiteDirectory& sites, const Learner& learner, storage::LabelLog& labels,
                     storage::CommentStore& comments, storage::QueueStore& queue,
                     const Clock& clock)
    : sites_(sites),
      learner_(learner),
      labels_(labels),
      comments_(comments),
      queue_(queue),
      clock_(clock) {}

absl::StatusOr<ModelInfo::Result> ModelInfo::Get(const Principal& principal,
                                                 const std::string& site,
                                                 storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  const ModelPair models = learner_.Both();
  const auto& model = models.active;
  if (model == nullptr) return NotReady();
  const auto head = labels_.HeadPosition(deadline);
  if (!head.ok()) return FromStorage(head.status());

  const classifier::Training training =
      model->TrainingOf(static_cast<classifier::SiteId>((*view)->record.site_id));
  Result result;
  result.model_id = model->id().ToString();
  result.generation = model->id().generation;
  if (models.shadow != nullptr) result.shadow_generation = models.shadow->id().generation;
  result.extractor_version = static_cast<std::int32_t>(model->id().extractor_version);
  result.epoch = static_cast<std::int64_t>(model->id().epoch);
  result.position = static_cast<std::int64_t>(model->id().position);
  result.head_position = *head;
  result.spam_count = static_cast<std::int64_t>(training.spam);
  result.ham_count = static_cast<std::int64_t>(training.ham);
  result.label_count_min = static_cast<std::int64_t>(classifier::kTrainedLabelsMin);
  result.trained = training.trained;
  result.feature_count = static_cast<std::int64_t>(model->feature_count());
  if (const classifier::Starter* starter = learner_.starter()) {
    result.starter_id = starter->id();
    result.starter_spam_count = static_cast<std::int64_t>(starter->spam());
    result.starter_ham_count = static_cast<std::int64_t>(starter->ham());
  }
  result.updated_at = learner_.State().updated_at;
  return result;
}

absl::StatusOr<storage::Assessment> ModelInfo::Explain(const Principal& principal,
                                                       const std::string& site,
                                                       const storage::CommentId& id,
                                                       std::int32_t reasons_each_way,
                                                       storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kExplain, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(reasons_each_way, 1, kReasonsEachWayMax, "feature_count_max", violations, "features");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const auto comment = comments_.Get((*view)->record.site_id, id, deadline);
  if (!comment.ok()) {
    return FromStorage(comment.status(), {.not_found = reasons::kCommentNotFound});
  }
  if (comment->status == storage::CommentStatus::kDeleted) {
    return MakeError(absl::StatusCode::kNotFound, reasons::kCommentNotFound,
                     "there is no such comment");
  }
  const auto item = queue_.Get((*view)->record.site_id, id, deadline);
  if (!item.ok() && !absl::IsNotFound(item.status())) return FromStorage(item.status());
  if (item.ok() && item->cause == storage::QueueCause::kSampled) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kBlindSample,
                     "the comment waits to be judged blind; decide about it first");
  }
  const auto model = learner_.Snapshot();
  if (model == nullptr) return NotReady();

  const storage::LabelSample sample = SampleOf(*comment);
  classifier::ExplainOptions options;
  options.reasons_each_way_max = static_cast<std::size_t>(reasons_each_way);
  const classifier::Explanation explanation =
      model->Explain(static_cast<classifier::SiteId>((*view)->record.site_id),
                     SampleDocument(sample).get(), options);
  AssessmentDetails details;
  details.reasons = AtMost(ReasonsOf(explanation), kReasonsMax);
  details.not_consulted = {"author_history", "network_history"};

  storage::Assessment assessment;
  assessment.verdict = VerdictOf(explanation.result, (*view)->policy);
  assessment.probability = explanation.result.probability;
  assessment.score = explanation.result.score;
  assessment.model_id = explanation.result.model.ToString();
  assessment.policy_revision = (*view)->record.policy_revision;
  assessment.assessed_at = clock_.Now();
  assessment.details_json = DetailsToJson(details);
  return assessment;
}

absl::StatusOr<JudgedEvidence> ModelInfo::EvidenceOf(storage::SiteId site,
                                                     storage::Deadline deadline) const {
  // Of the present generation, extractor version and starter model.
  classifier::ModelId kind;
  if (const classifier::Starter* starter = learner_.starter()) kind.starter = starter->id();
  kind.generation = static_cast<std::uint32_t>(learner_.State().generation);
  return GatherEvidence(labels_, site, kind, deadline);
}

absl::StatusOr<ModelInfo::Suggestion> ModelInfo::SuggestThreshold(
    const Principal& principal, const std::string& site, double ham_loss_max, double confidence,
    storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  if (!(ham_loss_max >= classifier::kHamLossMin && ham_loss_max < 1)) {
    violations.Add("ham_loss_max", validation::reason::kOutOfRange,
                   "Must be at least 0.000001 and below 1.");
  }
  if (!(confidence > 0 && confidence < 1)) {
    violations.Add("confidence", validation::reason::kOutOfRange, "Must be above 0 and below 1.");
  }
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  const auto evidence = EvidenceOf((*view)->record.site_id, deadline);
  if (!evidence.ok()) return evidence.status();
  Suggestion suggestion;
  suggestion.spam_count = evidence->spam_count;
  suggestion.blind_count = evidence->blind_count;
  suggestion.left_out_count = evidence->left_out_count;
  std::vector<classifier::JudgedScore> judged;
  judged.reserve(evidence->items.size());
  for (const JudgedEvidence::Item& item : evidence->items) judged.push_back(item.judged);
  auto threshold = classifier::ThresholdForHamLoss(judged, ham_loss_max, confidence);
  if (absl::IsFailedPrecondition(threshold.status())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kTooFewJudged,
                     std::string(threshold.status().message()));
  }
  if (!threshold.ok()) return threshold.status();
  suggestion.threshold = *threshold;
  return suggestion;
}

}  // namespace replyguard::service
