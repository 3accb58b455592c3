// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/generation.h"
#include "service/rpc/convert/operation.h"
#include "service/rpc/handlers/excluded_names.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"
#include "service/usecases/learn/generations.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kListedStandard = 100;
constexpr std::int32_t kListedMax = 1'000;
// Where a list of a page is at its end, as the next page's token keeps it: no number is below.
constexpr std::int64_t kListAtEnd = 1;

absl::StatusOr<std::int64_t> GenerationIn(std::string_view field, std::string_view name) {
  const std::optional<std::int64_t> number = ParseGenerationName(name);
  if (!number) return BadName(field, name, "modelGenerations/{number}");
  return *number;
}

absl::Status Retrain(const UseCases& use_cases, const CallContext& call,
                     const v1::RetrainModelRequest& request, v1::RetrainModelResponse& response) {
  auto excluded = ExcludedOf(use_cases, call, request);
  if (!excluded.ok()) return excluded.status();
  const auto started =
      use_cases.generations.Retrain(*call.principal,
                                    {*std::move(excluded), request.note(), request.without_base(),
                                     request.request_id(), request.ignore_active_exclusions()},
                                    call.deadline);
  if (started.ok()) ToProto(use_cases.directory, *started, response.mutable_operation());
  return started.status();
}

// Adds rows while the answer is small enough. Answers the number of the last one, or kListAtEnd.
template <typename Rows, typename Add, typename Number>
std::int64_t Fill(const Rows& rows, std::int32_t limit, std::size_t& bytes, Add add,
                  Number number) {
  for (const auto& row : rows) {
    bytes += add(row).ByteSizeLong();
    if (bytes > kAnswerBytesMax) return number(row);
  }
  if (rows.size() < static_cast<std::size_t>(limit)) return kListAtEnd;
  return number(rows.back());
}

// The next message of a list, made of `row`.
template <typename Message, typename... Row>
const Message& Added(Message* out, const Row&... row) {
  ToProto(row..., out);
  return *out;
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListModelGenerationsRequest& request,
                  v1::ListModelGenerationsResponse& response) {
  const auto limit = PageSize(request.page_size(), kListedStandard, kListedMax);
  if (!limit.ok()) return limit.status();
  Generations::ListQuery query;
  query.limit = *limit;
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  if (*cursor) {
    CursorReader reader(**cursor);
    query.generations_before = reader.Number();
    query.activations_before = reader.Number();
    query.refusals_before = reader.Number();
    if (!reader.ok()) return BadPageToken();
  }
  const auto list = use_cases.generations.Newest(*call.principal, query, call.deadline);
  if (!list.ok()) return list.status();
  std::size_t bytes = 0;
  const std::int64_t activations = Fill(
      list->activations, *limit,
      bytes, [&](const auto& one) -> const auto& { return Added(response.add_activations(), one); },
      [](const auto& one) { return one.activation; });
  const std::int64_t refusals = Fill(
      list->refusals, *limit,
      bytes, [&](const auto& one) -> const auto& { return Added(response.add_refusals(), one); },
      [](const auto& one) { return one.record.refusal; });
  const std::int64_t generations = Fill(
      list->entries, *limit, bytes,
      [&](const auto& one) -> const auto& {
        return Added(response.add_generations(), use_cases.directory, one.generation, one.active);
      },
      [](const auto& one) { return one.generation.number; });
  if (std::max({generations, activations, refusals}) > kListAtEnd) {
    response.set_next_page_token(use_cases.tokens.Seal(
        *call.principal, request,
        CursorWriter().Number(generations).Number(activations).Number(refusals).Take()));
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
  ToProto(use_cases.directory, entry->generation, entry->active, response.mutable_generation());
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
  const auto started =
      use_cases.generations.CompareTwo(*call.principal, *base, *candidate, call.deadline);
  if (started.ok()) ToProto(use_cases.directory, *started, response.mutable_operation());
  return started.status();
}

absl::Status Evaluate(const UseCases& use_cases, const CallContext& call,
                      const v1::EvaluateModelGenerationRequest& request,
                      v1::EvaluateModelGenerationResponse& response) {
  std::optional<std::int64_t> number;
  if (!request.name().empty()) {
    const auto named = GenerationIn("name", request.name());
    if (!named.ok()) return named.status();
    number = *named;
  }
  const auto started = use_cases.generations.Evaluate(*call.principal, number, call.deadline);
  if (started.ok()) ToProto(use_cases.directory, *started, response.mutable_operation());
  return started.status();
}

absl::Status Activate(const UseCases& use_cases, const CallContext& call,
                      const v1::ActivateModelGenerationRequest& request,
                      v1::ActivateModelGenerationResponse& response) {
  const auto number = GenerationIn("name", request.name());
  if (!number.ok()) return number.status();
  const auto done =
      use_cases.generations.Activate(*call.principal, *number, request.force(), call.deadline);
  if (!done.ok()) return done.status();
  if (done->activation) ToProto(*done->activation, response.mutable_activation());
  if (done->comparison) {
    ToProto(use_cases.directory, *done->comparison,
            response.mutable_activation()->mutable_comparison());
  }
  if (done->operation) {
    ToProto(use_cases.directory, *done->operation, response.mutable_operation());
  }
  return absl::OkStatus();
}

absl::Status Rollback(const UseCases& use_cases, const CallContext& call,
                      const v1::RollbackModelRequest& request,
                      v1::RollbackModelResponse& response) {
  std::int64_t from = 0;
  if (!request.generation().empty()) {
    const auto named = GenerationIn("generation", request.generation());
    if (!named.ok()) return named.status();
    from = *named;
  }
  const auto activation = use_cases.generations.Rollback(*call.principal, from, call.deadline);
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
  Add(use_cases, table, "ModelService.EvaluateModelGeneration", &Evaluate);
  Add(use_cases, table, "ModelService.RollbackModel", &Rollback);
}

}  // namespace replyguard::service::rpc
