// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/operation.h"

#include <google/protobuf/any.pb.h>

#include <optional>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/account.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/generation.h"
#include "service/rpc/names/resource_names.h"
#include "service/rpc/status/status_mapping.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/learn/orders.h"

namespace replyguard::service::rpc {
namespace {

using rpc::ToProto;  // those of convert/ beside the ones here
using storage::OperationKind;
using storage::OperationState;

v1::OperationMetadata::State ToProto(OperationState state) {
  switch (state) {
    case OperationState::kWaiting:
      return v1::OperationMetadata::STATE_WAITING;
    case OperationState::kRunning:
      return v1::OperationMetadata::STATE_RUNNING;
    case OperationState::kSucceeded:
      return v1::OperationMetadata::STATE_SUCCEEDED;
    case OperationState::kFailed:
      return v1::OperationMetadata::STATE_FAILED;
    case OperationState::kCancelled:
      return v1::OperationMetadata::STATE_CANCELLED;
  }
  return v1::OperationMetadata::STATE_UNSPECIFIED;
}

void PutRetrain(const SiteDirectory& sites, const storage::Operation& operation,
                google::protobuf::Any* out) {
  const auto order = RetrainOrderOf(operation.start.request);
  if (!order.ok()) return;
  v1::RetrainModelRequest request;
  for (const std::string& one : order->excluded) {
    AddExclusion(sites, one, &request);
  }
  request.set_note(order->note);
  request.set_without_base(order->without_base);
  request.set_ignore_active_exclusions(order->ignore_active_exclusions);
  request.set_request_id(operation.start.request_id);
  out->PackFrom(request);
}

// Without the bytes.
void PutImport(const SiteDirectory& sites, const storage::Operation& operation,
               google::protobuf::Any* out) {
  const auto order = ImportOrderOf(operation.start.request);
  if (!order.ok()) return;
  v1::ImportModelRequest request;
  request.set_request_id(operation.start.request_id);
  request.set_size_bytes(order->size_bytes);
  request.set_checksum(order->checksum);
  request.set_note(order->note);
  request.set_learnt_position(order->learnt_position);
  request.set_learn_all_labels(order->learn_all_labels);
  request.set_ignore_active_exclusions(order->ignore_active_exclusions);
  for (const auto& [number, id] : order->sites) {
    const auto site = sites.FindById(id);
    if (site == nullptr) continue;
    v1::ModelImportSite* const named = request.add_sites();
    named->set_number(number);
    named->set_site(SiteName(site->record.slug));
  }
  out->PackFrom(request);
}

void PutEvaluate(const storage::Operation& operation, google::protobuf::Any* out) {
  const auto order = EvaluateOrderOf(operation.start.request);
  if (!order.ok()) return;
  v1::EvaluateModelGenerationRequest request;
  request.set_name(GenerationName(order->generation));
  out->PackFrom(request);
}

void PutCompare(const storage::Operation& operation, google::protobuf::Any* out) {
  const auto order = CompareOrderOf(operation.start.request);
  if (!order.ok()) return;
  v1::CompareModelGenerationsRequest request;
  request.set_base(GenerationName(order->base));
  request.set_candidate(GenerationName(order->candidate));
  out->PackFrom(request);
}

void PutActivate(const storage::Operation& operation, google::protobuf::Any* out) {
  const auto order = ActivateOrderOf(operation.start.request);
  if (!order.ok()) return;
  v1::ActivateModelGenerationRequest request;
  request.set_name(GenerationName(order->generation));
  out->PackFrom(request);
}

// Its kind and the request that started it.
void PutRequest(const SiteDirectory& sites, const storage::Operation& operation,
                v1::OperationMetadata* out) {
  switch (operation.start.kind) {
    case OperationKind::kRetrain:
      out->set_kind(v1::OperationMetadata::KIND_RETRAIN);
      return PutRetrain(sites, operation, out->mutable_request());
    case OperationKind::kCompare:
      out->set_kind(v1::OperationMetadata::KIND_COMPARE);
      return PutCompare(operation, out->mutable_request());
    case OperationKind::kActivate:
      out->set_kind(v1::OperationMetadata::KIND_ACTIVATE);
      return PutActivate(operation, out->mutable_request());
    case OperationKind::kImport:
      out->set_kind(v1::OperationMetadata::KIND_IMPORT);
      return PutImport(sites, operation, out->mutable_request());
    case OperationKind::kEvaluate:
      out->set_kind(v1::OperationMetadata::KIND_EVALUATE);
      return PutEvaluate(operation, out->mutable_request());
  }
}

v1::OperationMetadata MetadataOf(const SiteDirectory& sites, const storage::Operation& operation) {
  v1::OperationMetadata out;
  PutRequest(sites, operation, &out);
  out.set_state(ToProto(operation.state));
  out.set_created_by(ActorNameOf(operation.start.created_by));
  ToProto(operation.start.created_at, out.mutable_create_time());
  if (operation.started_at) ToProto(*operation.started_at, out.mutable_start_time());
  if (operation.ended_at) ToProto(*operation.ended_at, out.mutable_end_time());
  out.set_stage(operation.progress.stage);
  out.set_done_count(operation.progress.done_count);
  out.set_total_count(operation.progress.total_count);
  out.set_cancel_requested(operation.cancel_requested);
  out.set_attempt_count(operation.attempt_count);
  out.set_revision(operation.revision);
  return out;
}

void PutResponse(const SiteDirectory& sites, const storage::Operation& operation,
                 google::protobuf::Any* out) {
  switch (operation.start.kind) {
    case OperationKind::kRetrain:
    case OperationKind::kImport: {
      v1::RetrainModelResult result;
      if (operation.generation) {
        ToProto(sites, *operation.generation, false, result.mutable_generation());
        const auto comparison = ComparisonOf(*operation.generation);
        if (comparison) ToProto(sites, *comparison, result.mutable_comparison());
      }
      out->PackFrom(result);
      return;
    }
    case OperationKind::kCompare: {
      v1::ModelComparison result;
      const auto comparison = ComparisonFromJson(operation.response);
      if (comparison.ok()) ToProto(sites, *comparison, &result);
      out->PackFrom(result);
      return;
    }
    case OperationKind::kEvaluate: {
      v1::ModelEvaluation result;
      const auto evaluation = EvaluationFromJson(operation.response);
      if (evaluation.ok()) ToProto(*evaluation, &result);
      out->PackFrom(result);
      return;
    }
    case OperationKind::kActivate: {
      v1::ModelActivation result;
      if (operation.activation) ToProto(*operation.activation, &result);
      const auto comparison = ComparisonFromJson(operation.response);
      if (comparison.ok()) ToProto(sites, *comparison, result.mutable_comparison());
      out->PackFrom(result);
      return;
    }
  }
}

void PutError(const storage::OperationError& error, v1::OperationError* out) {
  out->set_code(error.code);
  out->set_message(error.message);
  google::rpc::ErrorInfo info;
  info.set_reason(error.reason);
  info.set_domain(std::string(kErrorDomain));
  out->add_details()->PackFrom(info);
}

}  // namespace

void ToProto(const SiteDirectory& sites, const storage::Operation& operation, v1::Operation* out) {
  out->set_name(OperationName(operation.number));
  out->mutable_metadata()->PackFrom(MetadataOf(sites, operation));
  out->set_done(operation.ended());
  if (operation.state == OperationState::kSucceeded) {
    PutResponse(sites, operation, out->mutable_response());
  } else if (operation.ended()) {
    PutError(operation.error, out->mutable_error());
  }
}

}  // namespace replyguard::service::rpc
