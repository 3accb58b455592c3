// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/calibration.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/submission.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/rpc/status/status_mapping.h"
#include "service/usecases/authorize.h"
#include "service/usecases/learn/learn_examples.h"
#include "service/usecases/learn/model_info.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kExplainStandard = 10;
constexpr std::int32_t kExplainMax = 50;
constexpr int kExamplesMax = 500;

absl::Status Get(const UseCases& use_cases, const CallContext& call,
                 const v1::GetModelRequest& request, v1::GetModelResponse& response) {
  const std::optional<std::string> site = ParseModelName(request.name());
  if (!site) return BadName("name", request.name(), "sites/{site}/model");
  const auto model = use_cases.model.Get(*call.principal, *site, call.deadline);
  if (!model.ok()) return model.status();
  v1::Model* out = response.mutable_model();
  out->set_name(ModelName(*site));
  out->set_model_id(model->model_id);
  out->set_generation(model->generation);
  out->set_shadow_generation(model->shadow_generation);
  out->set_extractor_version(model->extractor_version);
  out->set_epoch(model->epoch);
  out->set_position(model->position);
  out->set_head_position(model->head_position);
  out->set_spam_count(model->spam_count);
  out->set_ham_count(model->ham_count);
  out->set_label_count_min(model->label_count_min);
  out->set_trained(model->trained);
  out->set_feature_count(model->feature_count);
  out->set_starter_id(static_cast<std::uint32_t>(model->starter_id));
  out->set_starter_spam_count(model->starter_spam_count);
  out->set_starter_ham_count(model->starter_ham_count);
  if (model->updated_at) ToProto(*model->updated_at, out->mutable_update_time());
  return absl::OkStatus();
}

absl::Status Explain(const UseCases& use_cases, const CallContext& call,
                     const v1::ExplainCommentRequest& request,
                     v1::ExplainCommentResponse& response) {
  absl::StatusOr<UuidName> name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto count =
      PageSize(request.feature_count_max(), kExplainStandard, kExplainMax, "feature_count_max");
  if (!count.ok()) return count.status();
  const auto assessment =
      use_cases.model.Explain(*call.principal, name->site, name->id, *count, call.deadline);
  if (assessment.ok()) ToProto(name->site, *assessment, response.mutable_assessment());
  return assessment.status();
}

absl::Status Suggest(const UseCases& use_cases, const CallContext& call,
                     const v1::SuggestThresholdRequest& request,
                     v1::SuggestThresholdResponse& response) {
  const std::optional<std::string> site = ParseModelName(request.name());
  if (!site) return BadName("name", request.name(), "sites/{site}/model");
  const double confidence =
      request.confidence() == 0 ? classifier::kThresholdConfidence : request.confidence();
  const auto suggestion = use_cases.model.SuggestThreshold(
      *call.principal, *site, request.ham_loss_max(), confidence, call.deadline);
  if (!suggestion.ok()) return suggestion.status();
  response.set_threshold(suggestion->threshold.probability);
  response.set_ham_count(static_cast<std::int64_t>(suggestion->threshold.ham_seen));
  response.set_ham_loss(suggestion->threshold.ham_loss);
  response.set_spam_count(suggestion->spam_count);
  response.set_spam_caught(suggestion->threshold.spam_caught);
  response.set_confidence(confidence);
  response.set_blind_sample_count(suggestion->blind_count);
  response.set_left_out_count(suggestion->left_out_count);
  return absl::OkStatus();
}

absl::Status Calibrate(const UseCases& use_cases, const CallContext& call,
                       const v1::GetModelCalibrationRequest& request,
                       v1::GetModelCalibrationResponse& response) {
  const std::optional<std::string> site = ParseModelName(request.name());
  if (!site) return BadName("name", request.name(), "sites/{site}/model");
  const auto calibration = use_cases.model.Calibrate(*call.principal, *site, call.deadline);
  if (calibration.ok()) ToProto(*calibration, &response);
  return calibration.status();
}

// The example, or why its form is wrong.
absl::StatusOr<LabelledExample> ReadExample(const v1::LabelledExample& in) {
  // As in submit_methods.cpp: the texts are taken, so that no second copy of an address lives.
  ReadSubmission read =
      TakeSubmission(const_cast<v1::Submission&>(in.submission()), "submission.", false);
  if (!v1::Label_IsValid(in.label()) || in.label() == v1::LABEL_UNSPECIFIED) {
    read.violations.Add("label", "VALUE_INVALID", "Must be HAM, SPAM or NONE.");
  }
  if (!read.violations.empty()) return InvalidFields(read.violations);
  LabelledExample out;
  out.submission = std::move(read.submission);
  out.external_id = in.external_id();
  out.label = in.label() == v1::LABEL_HAM    ? storage::LabelClass::kHam
              : in.label() == v1::LABEL_SPAM ? storage::LabelClass::kSpam
                                             : storage::LabelClass::kNone;
  return out;
}

void ErrorToProto(const absl::Status& status, v1::LearnResult* out) {
  if (status.ok()) return;
  out->set_error_code(static_cast<std::int32_t>(ToGrpcCode(status.code())));
  out->set_error_reason(ReasonOf(status));
  out->set_error_message(PublicMessage(status));
}

absl::Status Learn(const UseCases& use_cases, const CallContext& call,
                   const v1::LearnCommentsRequest& request, v1::LearnCommentsResponse& response) {
  absl::StatusOr<std::string> site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  absl::Status may = Authorize(*call.principal, Permission::kTrain, *site);
  if (!may.ok()) return may;
  if (request.examples().empty() || request.examples_size() > kExamplesMax) {
    return InvalidField("examples", "OUT_OF_RANGE", "Must hold 1 to 500 examples.");
  }
  std::vector<LabelledExample> examples;
  std::vector<v1::LearnResult*> places;
  for (const v1::LabelledExample& in : request.examples()) {
    v1::LearnResult* result = response.add_results();
    result->set_external_id(EchoOf(in.external_id()));
    absl::StatusOr<LabelledExample> example = ReadExample(in);
    if (!example.ok()) {
      ErrorToProto(example.status(), result);
      continue;
    }
    examples.push_back(*std::move(example));
    places.push_back(result);
  }
  if (examples.empty()) return absl::OkStatus();
  if (!v1::LabelWeight_IsValid(request.weight())) {
    return InvalidField("weight", "VALUE_INVALID", "Must be NORMAL, DOUBLE or TRIPLE.");
  }
  const auto results =
      use_cases.learn.Run(*call.principal, *site, std::move(examples), call.deadline,
                          request.import_id(), std::max<std::int32_t>(1, request.weight()));
  if (!results.ok()) return results.status();
  for (std::size_t i = 0; i < results->size() && i < places.size(); ++i) {
    places[i]->set_learnt((*results)[i].learnt);
    places[i]->set_position((*results)[i].position);
    ErrorToProto((*results)[i].status, places[i]);
  }
  return absl::OkStatus();
}

}  // namespace

void AddModelMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::GetModelRequest, v1::GetModelResponse>(
      "ModelService.GetModel",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Get(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ExplainCommentRequest, v1::ExplainCommentResponse>(
      "ModelService.ExplainComment",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Explain(use_cases, call, request, response);
      });
  table.AddBlocking<v1::SuggestThresholdRequest, v1::SuggestThresholdResponse>(
      "ModelService.SuggestThreshold",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Suggest(use_cases, call, request, response);
      });
  table.AddBlocking<v1::LearnCommentsRequest, v1::LearnCommentsResponse>(
      "ModelService.LearnComments",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Learn(use_cases, call, request, response);
      });
  table.AddBlocking<v1::GetModelCalibrationRequest, v1::GetModelCalibrationResponse>(
      "ModelService.GetModelCalibration",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Calibrate(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
