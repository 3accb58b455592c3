// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/moderation_service.pb.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/moderation.h"
#include "service/rpc/convert/review.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/rpc/status/status_mapping.h"
#include "service/usecases/authorize.h"
#include "service/usecases/review/moderate.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kDecisionPageStandard = 50;

absl::StatusOr<ModerationAction> ReadAction(const v1::ModerationAction& in) {
  absl::StatusOr<UuidName> name = CommentIn("comment", in.comment());
  if (!name.ok()) return name.status();
  const auto action = FromProto(in.action());
  if (!action || *action == storage::DecisionAction::kUndo) {
    return InvalidField("action", "VALUE_INVALID", "Must be APPROVE, SPAM, TRASH or HOLD.");
  }
  ModerationAction out;
  out.site = name->site;
  out.comment_id = name->id;
  out.action = *action;
  out.etag = in.etag();
  out.lease_token = in.lease_token();
  if (in.has_teach()) out.teach = in.teach();
  out.reason_code = in.reason_code();
  out.note = in.note();
  return out;
}

// An item's error has its message alone: it names what elsewhere the violations say.
std::string ItemMessage(const absl::Status& status) {
  constexpr std::size_t kNamedMax = 5;
  const std::optional<ErrorDetail> detail = GetErrorDetail(status);
  if (!detail || detail->violations.size() < 2) return std::string(PublicMessage(status));
  std::string message;
  for (std::size_t i = 0; i < detail->violations.size() && i < kNamedMax; ++i) {
    const validation::Violation& violation = detail->violations[i];
    message.append(i == 0 ? "" : " ").append(violation.field).append(": ");
    message.append(violation.description);
  }
  return message;
}

void ErrorToProto(const absl::Status& status, v1::ItemError* out) {
  out->set_code(static_cast<std::int32_t>(ToGrpcCode(status.code())));
  out->set_reason(ReasonOf(status));
  out->set_message(ItemMessage(status));
}

static_assert(static_cast<int>(storage::LabelCap::kNetwork) == v1::LABEL_CAP_NETWORK &&
              static_cast<int>(storage::LabelCap::kAuthor) == v1::LABEL_CAP_AUTHOR &&
              static_cast<int>(storage::LabelCap::kKey) == v1::LABEL_CAP_KEY);

void ResultToProto(std::string_view site, const ModerationItemResult& result,
                   v1::ModerationResult* out) {
  if (result.decision) ToProto(site, *result.decision, out->mutable_decision());
  if (result.comment) ToProto(site, *result.comment, out->mutable_comment());
  out->set_label_cap(static_cast<v1::LabelCap>(result.cap));
  if (result.status.ok()) return;
  ErrorToProto(result.status, out->mutable_error());
  if (result.other_decision) {
    ToProto(site, *result.other_decision, out->mutable_error()->mutable_other_decision());
  }
}

absl::Status Decide(const UseCases& use_cases, const CallContext& call,
                    const v1::ModerateCommentsRequest& request,
                    v1::ModerateCommentsResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kReview);
  if (!may.ok()) return may;
  if (request.actions().empty() ||
      static_cast<std::size_t>(request.actions_size()) > storage::kDecisionBatchMax) {
    return InvalidField("actions", "OUT_OF_RANGE", "Must hold 1 to 500 actions.");
  }
  // Items whose form is wrong fail by themselves; the others keep their order.
  std::vector<ModerationAction> actions;
  std::vector<v1::ModerationResult*> places;
  std::vector<std::string> sites;
  for (const v1::ModerationAction& in : request.actions()) {
    v1::ModerationResult* result = response.add_results();
    result->set_comment_name(EchoOf(in.comment()));
    absl::StatusOr<ModerationAction> action = ReadAction(in);
    if (!action.ok()) {
      ErrorToProto(action.status(), result->mutable_error());
      continue;
    }
    sites.push_back(action->site);
    actions.push_back(*std::move(action));
    places.push_back(result);
  }
  if (actions.empty()) return absl::OkStatus();
  const auto results = use_cases.moderate.Run(*call.principal, std::move(actions), call.deadline);
  if (!results.ok()) return results.status();
  for (std::size_t i = 0; i < results->size() && i < places.size(); ++i) {
    ResultToProto(sites[i], (*results)[i], places[i]);
  }
  return absl::OkStatus();
}

absl::Status Undo(const UseCases& use_cases, const CallContext& call,
                  const v1::UndoDecisionRequest& request, v1::UndoDecisionResponse& response) {
  const std::optional<UuidName> name = ParseUuidName(request.name(), "decisions");
  if (!name) return BadName("name", request.name(), "sites/{site}/decisions/{decision}");
  const auto result = use_cases.moderate.Undo(*call.principal, name->site, name->id, call.deadline);
  if (!result.ok()) return result.status();
  ToProto(name->site, result->decision, response.mutable_decision());
  ToProto(name->site, result->comment, response.mutable_comment());
  return absl::OkStatus();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListDecisionsRequest& request, v1::ListDecisionsResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kReview);
  if (!may.ok()) return may;
  auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto limit =
      PageSize(request.page_size(), kDecisionPageStandard, storage::kDecisionPageMax);
  if (!limit.ok()) return limit.status();
  Moderate::ListRequest input;
  input.site = *site;
  input.limit = *limit;
  input.actor_key_id = request.actor_key_id();
  if (!request.comment().empty()) {
    absl::StatusOr<UuidName> comment = CommentIn("comment", request.comment());
    if (!comment.ok()) return comment.status();
    if (*site && comment->site != **site) {
      return InvalidField("comment", "NAME_INVALID", "Must be of the parent site.");
    }
    input.site = comment->site;
    input.comment_id = comment->id;
  }
  if (!request.bulk().empty()) {
    std::optional<UuidName> bulk = ParseUuidName(request.bulk(), "bulks");
    if (!bulk || (input.site && bulk->site != *input.site)) {
      return InvalidField("bulk", "NAME_INVALID",
                          "Must be \"sites/{site}/bulks/{bulk}\" of the parent site.");
    }
    input.site = bulk->site;
    input.bulk_id = bulk->id;
  }
  validation::Violations violations;
  input.actor = request.actor();
  ReadTime(request.has_start_time(), request.start_time(), "start_time", &input.decided_from,
           violations);
  ReadTime(request.has_end_time(), request.end_time(), "end_time", &input.decided_until,
           violations);
  if (!violations.empty()) return InvalidFields(violations);
  if (request.action() != v1::DECISION_ACTION_UNSPECIFIED) {
    input.action = FromProto(request.action());
    if (!input.action)
      return InvalidField("action", "VALUE_INVALID", "Must be one of the actions.");
  }
  const auto cursor = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  input.before = *cursor;
  const auto rows = use_cases.moderate.List(*call.principal, input, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_decisions(),
      response.mutable_next_page_token(),
      [](const auto& row, v1::Decision* out) { ToProto(row.site, row.decision, out); },
      [](const auto& row) { return CursorWriter().Id(row.decision.decision_id).Take(); });
  return absl::OkStatus();
}

}  // namespace

void AddDecisionMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::ModerateCommentsRequest, v1::ModerateCommentsResponse>(
      "ModerationService.ModerateComments",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Decide(use_cases, call, request, response);
      });
  table.AddBlocking<v1::UndoDecisionRequest, v1::UndoDecisionResponse>(
      "ModerationService.UndoDecision",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Undo(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ListDecisionsRequest, v1::ListDecisionsResponse>(
      "ModerationService.ListDecisions",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return List(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
