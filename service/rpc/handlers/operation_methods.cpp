// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "replyguard/v1/operation_service.pb.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/operation.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/operate/operations.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kListedStandard = 50;
constexpr std::int32_t kListedMax = 1'000;
// Before a call's deadline, so that its answer comes in time.
constexpr std::chrono::milliseconds kWaitMargin{250};

absl::StatusOr<std::int64_t> OperationIn(std::string_view name) {
  const std::optional<std::int64_t> number = ParseOperationName(name);
  if (!number) return BadName("name", name, "operations/{number}");
  return *number;
}

absl::StatusOr<std::optional<storage::OperationKind>> KindIn(v1::OperationMetadata::Kind kind) {
  using Kind = std::optional<storage::OperationKind>;
  switch (kind) {
    case v1::OperationMetadata::KIND_UNSPECIFIED:
      return Kind();
    case v1::OperationMetadata::KIND_RETRAIN:
      return Kind(storage::OperationKind::kRetrain);
    case v1::OperationMetadata::KIND_COMPARE:
      return Kind(storage::OperationKind::kCompare);
    case v1::OperationMetadata::KIND_ACTIVATE:
      return Kind(storage::OperationKind::kActivate);
    case v1::OperationMetadata::KIND_IMPORT:
      return Kind(storage::OperationKind::kImport);
    case v1::OperationMetadata::KIND_EVALUATE:
      return Kind(storage::OperationKind::kEvaluate);
    default:  // protobuf's enums are open
      return InvalidField("kind", "VALUE_INVALID", "Must be a kind of operation.");
  }
}

absl::Status Get(const UseCases& use_cases, const CallContext& call,
                 const v1::GetOperationRequest& request, v1::GetOperationResponse& response) {
  const auto number = OperationIn(request.name());
  if (!number.ok()) return number.status();
  const auto operation = use_cases.operations.Get(*call.principal, *number, call.deadline);
  if (operation.ok()) ToProto(use_cases.directory, *operation, response.mutable_operation());
  return operation.status();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListOperationsRequest& request, v1::ListOperationsResponse& response) {
  const auto limit = PageSize(request.page_size(), kListedStandard, kListedMax);
  if (!limit.ok()) return limit.status();
  const auto kind = KindIn(request.kind());
  if (!kind.ok()) return kind.status();
  storage::OperationQuery query;
  query.kind = *kind;
  if (request.has_done()) query.ended = request.done();
  query.limit = *limit;
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  if (*cursor) {
    CursorReader reader(**cursor);
    query.before = reader.Number();
    if (!reader.ok()) return BadPageToken();
  }
  const auto rows = use_cases.operations.List(*call.principal, query, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_operations(),
      response.mutable_next_page_token(),
      [&](const storage::Operation& row, v1::Operation* out) {
        ToProto(use_cases.directory, row, out);
      },
      [](const storage::Operation& row) { return CursorWriter().Number(row.number).Take(); });
  return absl::OkStatus();
}

absl::Status Cancel(const UseCases& use_cases, const CallContext& call,
                    const v1::CancelOperationRequest& request,
                    v1::CancelOperationResponse& response) {
  const auto number = OperationIn(request.name());
  if (!number.ok()) return number.status();
  const auto operation = use_cases.operations.Cancel(*call.principal, *number, call.deadline);
  if (operation.ok()) ToProto(use_cases.directory, *operation, response.mutable_operation());
  return operation.status();
}

// Never blocks: the watch completes the call.
void Wait(const UseCases& use_cases, const CallContext& call,
          const v1::WaitOperationRequest& request, v1::WaitOperationResponse& response,
          Completion done) {
  const auto number = OperationIn(request.name());
  if (!number.ok()) return done(number.status());
  std::chrono::milliseconds timeout = kOperationWaitMax;
  if (request.has_timeout()) {
    const auto asked = FromProto(request.timeout());
    if (!asked || *asked < std::chrono::milliseconds::zero() || *asked > kOperationWaitMax) {
      return done(InvalidField("timeout", "OUT_OF_RANGE", "Must be 0 to 50 seconds."));
    }
    timeout = *asked;
  }
  if (request.seen_revision() < 0) {
    return done(InvalidField("seen_revision", "OUT_OF_RANGE", "Must be 0 or more."));
  }
  const auto until =
      std::min(std::chrono::steady_clock::now() + timeout, call.deadline - kWaitMargin);
  use_cases.operations.Wait(*call.principal, *number, request.seen_revision(), until,
                            [&directory = use_cases.directory, &response,
                             done = std::move(done)](absl::StatusOr<storage::Operation> result) {
                              if (result.ok()) {
                                ToProto(directory, *result, response.mutable_operation());
                              }
                              done(result.status());
                            });
}

}  // namespace

void AddOperationMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::GetOperationRequest, v1::GetOperationResponse>(
      "OperationService.GetOperation",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Get(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ListOperationsRequest, v1::ListOperationsResponse>(
      "OperationService.ListOperations",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return List(use_cases, call, request, response);
      });
  table.AddBlocking<v1::CancelOperationRequest, v1::CancelOperationResponse>(
      "OperationService.CancelOperation",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Cancel(use_cases, call, request, response);
      });
  table.AddUnary<v1::WaitOperationRequest, v1::WaitOperationResponse>(
      "OperationService.WaitOperation", [](const auto&) { return false; },
      [use_cases](const CallContext& call, const auto& request, auto& response, Completion done) {
        Wait(use_cases, call, request, response, std::move(done));
      });
}

}  // namespace replyguard::service::rpc
