// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/moderation_service.pb.h"
#include "service/rpc/convert/admin.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/moderation.h"
#include "service/rpc/convert/review.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/usecases/authorize.h"
#include "service/usecases/review/desk.h"
#include "service/usecases/review/reason_code_lists.h"

namespace replyguard::service::rpc {
namespace {

absl::Status Review(const UseCases& use_cases, const CallContext& call,
                    const v1::GetReviewRequest& request, v1::GetReviewResponse& response) {
  const auto name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto review = use_cases.desk.Review(*call.principal, name->site, name->id, call.deadline);
  if (!review.ok()) return review.status();
  if (review->item) {
    v1::QueueItem* item = response.mutable_item();
    ReviewItem whole = *review->item;
    whole.item.comment = review->comment;
    ToProto(whole, item);
    *response.mutable_comment() = std::move(*item->mutable_comment());
    item->clear_comment();
  } else {
    ToProto(name->site, review->comment, response.mutable_comment());
  }
  response.set_thread_title(review->thread_title);
  response.set_thread_uri(review->thread_uri);
  for (const auto& above : review->ancestors) {
    ToProtoWithoutAssessment(name->site, above, response.add_ancestors());
  }
  for (const auto& note : review->notes) ToProto(name->site, note, response.add_notes());
  for (const auto& decision : review->decisions) {
    ToProto(name->site, decision, response.add_decisions());
  }
  return absl::OkStatus();
}

absl::Status AddNote(const UseCases& use_cases, const CallContext& call,
                     const v1::AddNoteRequest& request, v1::AddNoteResponse& response) {
  const auto name = CommentIn("parent", request.parent());
  if (!name.ok()) return name.status();
  const auto note = use_cases.desk.AddNote(
      *call.principal, {name->site, name->id, request.text(), request.request_id()}, call.deadline);
  if (note.ok()) ToProto(name->site, *note, response.mutable_note());
  return note.status();
}

absl::Status Notes(const UseCases& use_cases, const CallContext& call,
                   const v1::ListNotesRequest& request, v1::ListNotesResponse& response) {
  const auto name = CommentIn("parent", request.parent());
  if (!name.ok()) return name.status();
  const auto notes = use_cases.desk.Notes(*call.principal, name->site, name->id, call.deadline);
  if (!notes.ok()) return notes.status();
  for (const auto& note : *notes) ToProto(name->site, note, response.add_notes());
  return absl::OkStatus();
}

absl::Status Escalate(const UseCases& use_cases, const CallContext& call,
                      const v1::EscalateCommentRequest& request,
                      v1::EscalateCommentResponse& response) {
  const auto name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto escalation = use_cases.desk.Escalate(*call.principal, name->site, name->id,
                                                  request.reason(), call.deadline);
  if (escalation.ok()) ToProto(*escalation, response.mutable_escalation());
  return escalation.status();
}

absl::Status Deescalate(const UseCases& use_cases, const CallContext& call,
                        const v1::DeescalateCommentRequest& request,
                        v1::DeescalateCommentResponse& /*response*/) {
  const auto name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  return use_cases.desk.Deescalate(*call.principal, name->site, name->id, call.deadline);
}

template <typename Response>
void ListToProto(const ReasonCodeList& list, Response& response) {
  for (const auto& code : list.codes) ToProto(code, response.add_reason_codes());
  response.set_own(list.own);
}

absl::Status ReasonCodes(const UseCases& use_cases, const CallContext& call,
                         const v1::ListReasonCodesRequest& request,
                         v1::ListReasonCodesResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto list = use_cases.reason_codes.Get(*call.principal, *site, call.deadline);
  if (list.ok()) ListToProto(*list, response);
  return list.status();
}

absl::Status SetReasonCodes(const UseCases& use_cases, const CallContext& call,
                            const v1::SetReasonCodesRequest& request,
                            v1::SetReasonCodesResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  absl::Status may = Authorize(*call.principal, Permission::kAdminister, *site);
  if (!may.ok()) return may;
  if (request.reason_codes_size() > storage::kReasonCodesMax) {
    return InvalidField("reason_codes", "OUT_OF_RANGE", "Must hold at most 50 codes.");
  }
  validation::Violations violations;
  std::vector<storage::ReasonCode> codes;
  for (int i = 0; i < request.reason_codes_size(); ++i) {
    codes.push_back(FromProto(request.reason_codes(i),
                              "reason_codes[" + std::to_string(i) + "].actions", violations));
  }
  if (!violations.empty()) return InvalidFields(violations);
  const auto list =
      use_cases.reason_codes.Set(*call.principal, *site, std::move(codes), call.deadline);
  if (list.ok()) ListToProto(*list, response);
  return list.status();
}

std::optional<BlockTarget> FromProto(v1::BlockAuthorRequest::Target target) {
  if (target == v1::BlockAuthorRequest::TARGET_AUTHOR) return BlockTarget::kAuthor;
  if (target == v1::BlockAuthorRequest::TARGET_NETWORK) return BlockTarget::kNetwork;
  if (target == v1::BlockAuthorRequest::TARGET_WEBSITE) return BlockTarget::kWebsite;
  return std::nullopt;
}

// Unspecified means spam.
std::optional<storage::RuleAction> FromProto(v1::Rule::Action action) {
  if (action == v1::Rule::ACTION_UNSPECIFIED || action == v1::Rule::ACTION_SPAM) {
    return storage::RuleAction::kSpam;
  }
  if (action == v1::Rule::ACTION_HOLD) return storage::RuleAction::kHold;
  if (action == v1::Rule::ACTION_DISCARD) return storage::RuleAction::kDiscard;
  return std::nullopt;
}

absl::Status Block(const UseCases& use_cases, const CallContext& call,
                   const v1::BlockAuthorRequest& request, v1::BlockAuthorResponse& response) {
  const auto name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  absl::Status may = Authorize(*call.principal, Permission::kReview, name->site);
  if (!may.ok()) return may;
  validation::Violations violations;
  const auto target = FromProto(request.target());
  if (!target) violations.Add("target", "VALUE_INVALID", "Must be AUTHOR, NETWORK or WEBSITE.");
  const auto action = FromProto(request.action());
  if (!action) violations.Add("action", "VALUE_INVALID", "Must be SPAM, HOLD or DISCARD.");
  Desk::BlockRequest input;
  ReadTime(request.has_expire_time(), request.expire_time(), "expire_time", &input.expires_at,
           violations);
  if (!violations.empty()) return InvalidFields(violations);
  input.site = name->site;
  input.comment_id = name->id;
  input.target = *target;
  input.action = *action;
  input.reason = request.reason();
  const auto rule = use_cases.desk.Block(*call.principal, std::move(input), call.deadline);
  if (rule.ok()) ToProto(name->site, *rule, response.mutable_rule());
  return rule.status();
}

}  // namespace

void AddDeskMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::GetReviewRequest, v1::GetReviewResponse>(use_cases, table, "ModerationService.GetReview",
                                                   Review);
  Add<v1::AddNoteRequest, v1::AddNoteResponse>(use_cases, table, "ModerationService.AddNote",
                                               AddNote);
  Add<v1::ListNotesRequest, v1::ListNotesResponse>(use_cases, table, "ModerationService.ListNotes",
                                                   Notes);
  Add<v1::EscalateCommentRequest, v1::EscalateCommentResponse>(
      use_cases, table, "ModerationService.EscalateComment", Escalate);
  Add<v1::DeescalateCommentRequest, v1::DeescalateCommentResponse>(
      use_cases, table, "ModerationService.DeescalateComment", Deescalate);
  Add<v1::ListReasonCodesRequest, v1::ListReasonCodesResponse>(
      use_cases, table, "ModerationService.ListReasonCodes", ReasonCodes);
  Add<v1::SetReasonCodesRequest, v1::SetReasonCodesResponse>(
      use_cases, table, "ModerationService.SetReasonCodes", SetReasonCodes);
  Add<v1::BlockAuthorRequest, v1::BlockAuthorResponse>(use_cases, table,
                                                       "ModerationService.BlockAuthor", Block);
}

}  // namespace replyguard::service::rpc
