// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/calibration.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/learn/generations.h"

namespace replyguard::service::rpc {
namespace {

using rpc::ToProto;  // those of convert/ beside the ones here

constexpr std::int32_t kListedStandard = 100;
constexpr std::int32_t kListedMax = 1'000;
constexpr std::string_view kCommentSample = "c:";
constexpr std::string_view kExternalSample = "x:";

absl::StatusOr<std::int64_t> GenerationIn(std::string_view field, std::string_view name) {
  const std::optional<std::int64_t> number = ParseGenerationName(name);
  if (!number) return BadName(field, name, "modelGenerations/{number}");
  return *number;
}

std::string KeyOrNone(const std::string& key_id) {
  return key_id.empty() ? std::string() : ApiKeyName(key_id);
}

void ToProto(const Generations::Entry& entry, v1::ModelGeneration* out) {
  out->set_name(GenerationName(entry.generation.number));
  out->set_active(entry.active);
  for (const std::string& key : entry.generation.excluded) {
    out->add_excluded_api_keys(ApiKeyName(key));
  }
  out->set_note(entry.generation.note);
  out->set_created_by(KeyOrNone(entry.generation.created_by));
  ToProto(entry.generation.created_at, out->mutable_create_time());
}

v1::ModelActivation::Kind ToProto(storage::ActivationKind kind) {
  switch (kind) {
    case storage::ActivationKind::kFirst:
      return v1::ModelActivation::KIND_FIRST;
    case storage::ActivationKind::kActivated:
      return v1::ModelActivation::KIND_ACTIVATED;
    case storage::ActivationKind::kRolledBack:
      return v1::ModelActivation::KIND_ROLLED_BACK;
  }
  return v1::ModelActivation::KIND_UNSPECIFIED;
}

void ToProto(const storage::Activation& activation, v1::ModelActivation* out) {
  out->set_generation(GenerationName(activation.generation));
  out->set_kind(ToProto(activation.kind));
  out->set_forced(activation.forced);
  out->set_activated_by(KeyOrNone(activation.activated_by));
  ToProto(activation.activated_at, out->mutable_activate_time());
}

void ToProto(const Share& share, v1::ModelShare* out) {
  out->set_count(share.count);
  out->set_total_count(share.of);
  out->set_lower_bound(share.bounds.low);
  out->set_upper_bound(share.bounds.high);
}

void ToProto(const ModelFigures& figures, v1::ModelFigures* out) {
  out->set_generation(GenerationName(figures.generation));
  ToProto(figures.ham_lost, out->mutable_ham_lost());
  ToProto(figures.spam_missed, out->mutable_spam_missed());
  out->set_one_minus_roca_pct(figures.one_minus_roca_pct);
  out->set_error_pct(figures.error_pct);
  out->set_calibration_error(figures.ece);
  if (figures.weighted_count > 0) {
    ToProto(figures.weighted_ham_lost, figures.weighted_count, out->mutable_weighted_ham_lost());
  }
}

void ToProto(const SiteDirectory& sites, const ComparedChange& change,
             v1::ModelVerdictChange* out) {
  const std::string_view id = change.sample_id;
  const auto site = sites.FindById(change.site_id);
  const auto uuid = id.substr(0, kCommentSample.size()) == kCommentSample
                        ? storage::Uuid::FromHex(id.substr(kCommentSample.size()))
                        : std::nullopt;
  if (site != nullptr && uuid) {
    out->set_comment(CommentName(site->record.slug, *uuid));
  } else if (id.substr(0, kExternalSample.size()) == kExternalSample) {
    out->set_external_id(std::string(id.substr(kExternalSample.size())));
  }
  out->set_label(change.label == storage::LabelClass::kSpam ? v1::LABEL_SPAM : v1::LABEL_HAM);
  out->set_base_verdict(ToProto(change.base));
  out->set_candidate_verdict(ToProto(change.candidate));
}

void ToProto(const SiteDirectory& sites, const Comparison& comparison, v1::ModelComparison* out) {
  ToProto(comparison.base, out->mutable_base());
  ToProto(comparison.candidate, out->mutable_candidate());
  out->set_position(comparison.position);
  out->set_label_count(comparison.label_count);
  out->set_held_out_count(comparison.held_out_count);
  out->set_held_out_spam_count(comparison.held_out_spam_count);
  out->set_excluded_count(comparison.excluded_count);
  out->set_changed_count(comparison.changed_count);
  for (const ComparedChange& change : comparison.changes) {
    ToProto(sites, change, out->add_changes());
  }
}

absl::Status Retrain(const UseCases& use_cases, const CallContext& call,
                     const v1::RetrainModelRequest& request, v1::RetrainModelResponse& response) {
  std::vector<std::string> excluded;
  for (const std::string& name : request.excluded_api_keys()) {
    const std::optional<std::string> key = ParseApiKeyName(name);
    if (!key) return BadName("excluded_api_keys", name, "apiKeys/{key}");
    excluded.push_back(*key);
  }
  const auto made = use_cases.generations.Retrain(*call.principal, std::move(excluded),
                                                  request.note(), call.deadline);
  if (!made.ok()) return made.status();
  ToProto(*made, response.mutable_generation());
  ToProto(use_cases.directory, *made->comparison, response.mutable_comparison());
  return absl::OkStatus();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListModelGenerationsRequest& request,
                  v1::ListModelGenerationsResponse& response) {
  const auto count =
      PageSize(request.generation_count_max(), kListedStandard, kListedMax, "generation_count_max");
  if (!count.ok()) return count.status();
  const auto list = use_cases.generations.Newest(*call.principal, *count, call.deadline);
  if (!list.ok()) return list.status();
  for (const auto& entry : list->entries) ToProto(entry, response.add_generations());
  for (const auto& activation : list->activations) {
    ToProto(activation, response.add_activations());
  }
  return absl::OkStatus();
}

absl::Status Get(const UseCases& use_cases, const CallContext& call,
                 const v1::GetModelGenerationRequest& request,
                 v1::GetModelGenerationResponse& response) {
  const auto number = GenerationIn("name", request.name());
  if (!number.ok()) return number.status();
  const auto entry = use_cases.generations.Get(*call.principal, *number, call.deadline);
  if (!entry.ok()) return entry.status();
  ToProto(*entry, response.mutable_generation());
  if (entry->comparison) {
    ToProto(use_cases.directory, *entry->comparison, response.mutable_comparison());
  }
  return absl::OkStatus();
}

absl::Status CompareTwo(const UseCases& use_cases, const CallContext& call,
                        const v1::CompareModelGenerationsRequest& request,
                        v1::CompareModelGenerationsResponse& response) {
  const auto base = GenerationIn("base", request.base());
  if (!base.ok()) return base.status();
  const auto candidate = GenerationIn("candidate", request.candidate());
  if (!candidate.ok()) return candidate.status();
  const auto comparison =
      use_cases.generations.CompareTwo(*call.principal, *base, *candidate, call.deadline);
  if (!comparison.ok()) return comparison.status();
  ToProto(use_cases.directory, *comparison, response.mutable_comparison());
  return absl::OkStatus();
}

absl::Status Activate(const UseCases& use_cases, const CallContext& call,
                      const v1::ActivateModelGenerationRequest& request,
                      v1::ActivateModelGenerationResponse& response) {
  const auto number = GenerationIn("name", request.name());
  if (!number.ok()) return number.status();
  const auto activation =
      use_cases.generations.Activate(*call.principal, *number, request.force(), call.deadline);
  if (activation.ok()) ToProto(*activation, response.mutable_activation());
  return activation.status();
}

absl::Status Rollback(const UseCases& use_cases, const CallContext& call,
                      const v1::RollbackModelRequest& /*request*/,
                      v1::RollbackModelResponse& response) {
  const auto activation = use_cases.generations.Rollback(*call.principal, call.deadline);
  if (activation.ok()) ToProto(*activation, response.mutable_activation());
  return activation.status();
}

// One of the functions above as a method.
template <typename Request, typename Response>
void Add(const UseCases& use_cases, MethodTable& table, std::string_view name,
         absl::Status (*run)(const UseCases&, const CallContext&, const Request&, Response&)) {
  table.AddBlocking<Request, Response>(
      name, [use_cases, run](const CallContext& call, const Request& request, Response& response) {
        return run(use_cases, call, request, response);
      });
}

}  // namespace

void AddGenerationMethods(const UseCases& use_cases, MethodTable& table) {
  Add(use_cases, table, "ModelService.RetrainModel", &Retrain);
  Add(use_cases, table, "ModelService.ListModelGenerations", &List);
  Add(use_cases, table, "ModelService.GetModelGeneration", &Get);
  Add(use_cases, table, "ModelService.CompareModelGenerations", &CompareTwo);
  Add(use_cases, table, "ModelService.ActivateModelGeneration", &Activate);
  Add(use_cases, table, "ModelService.RollbackModel", &Rollback);
}

}  // namespace replyguard::service::rpc
