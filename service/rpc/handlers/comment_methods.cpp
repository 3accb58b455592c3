// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "replyguard/v1/comment_service.pb.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/moderation.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/submit/comments.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kCommentPageStandard = 50;

absl::Status Get(const UseCases& use_cases, const CallContext& call,
                 const v1::GetCommentRequest& request, v1::GetCommentResponse& response) {
  absl::StatusOr<UuidName> name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto comment = use_cases.comments.Get(*call.principal, name->site, name->id, call.deadline);
  if (comment.ok()) ToProto(name->site, *comment, response.mutable_comment());
  return comment.status();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListCommentsRequest& request, v1::ListCommentsResponse& response) {
  absl::StatusOr<NestedName> parent = ThreadIn("parent", request.parent());
  if (!parent.ok()) return parent.status();
  const auto limit = PageSize(request.page_size(), kCommentPageStandard, storage::kCommentPageMax);
  if (!limit.ok()) return limit.status();
  const auto cursor = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  Comments::ListRequest input;
  input.site = parent->site;
  input.thread_key = parent->rest;
  input.limit = *limit;
  for (const int number : request.statuses()) {
    const auto status = FromProto(static_cast<v1::CommentStatus>(number));
    if (!status) return InvalidField("statuses", "VALUE_INVALID", "Must hold known statuses only.");
    input.statuses.push_back(*status);
  }
  input.after = *cursor;
  const auto rows = use_cases.comments.List(*call.principal, input, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_comments(),
      response.mutable_next_page_token(),
      [&](const auto& row, v1::Comment* out) { ToProto(parent->site, row, out); },
      [](const auto& row) { return CursorWriter().Id(row.comment_id).Take(); });
  return absl::OkStatus();
}

absl::Status Trash(const UseCases& use_cases, const CallContext& call,
                   const v1::TrashCommentRequest& request, v1::TrashCommentResponse& response) {
  absl::StatusOr<UuidName> name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto comment = use_cases.comments.Trash(
      *call.principal, {name->site, name->id, request.etag(), request.reason_code()},
      call.deadline);
  if (comment.ok()) ToProto(name->site, *comment, response.mutable_comment());
  return comment.status();
}

absl::Status Delete(const UseCases& use_cases, const CallContext& call,
                    const v1::DeleteCommentRequest& request) {
  absl::StatusOr<UuidName> name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  return use_cases.comments.Delete(*call.principal, name->site, name->id, request.allow_missing(),
                                   call.deadline);
}

absl::Status Report(const UseCases& use_cases, const CallContext& call,
                    const v1::ReportCommentRequest& request, v1::ReportCommentResponse& response) {
  absl::StatusOr<UuidName> name = CommentIn("name", request.name());
  if (!name.ok()) return name.status();
  const absl::StatusOr<bool> counted = use_cases.comments.Report(
      *call.principal,
      {name->site, name->id, request.reporter(), request.reason_code(), request.note()},
      call.deadline);
  if (counted.ok()) response.set_counted(*counted);
  return counted.status();
}

}  // namespace

void AddCommentMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::GetCommentRequest, v1::GetCommentResponse>(
      "CommentService.GetComment",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Get(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ListCommentsRequest, v1::ListCommentsResponse>(
      "CommentService.ListComments",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return List(use_cases, call, request, response);
      });
  table.AddBlocking<v1::TrashCommentRequest, v1::TrashCommentResponse>(
      "CommentService.TrashComment",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Trash(use_cases, call, request, response);
      });
  table.AddBlocking<v1::DeleteCommentRequest, v1::DeleteCommentResponse>(
      "CommentService.DeleteComment",
      [use_cases](const CallContext& call, const auto& request, auto&) {
        return Delete(use_cases, call, request);
      });
  table.AddBlocking<v1::ReportCommentRequest, v1::ReportCommentResponse>(
      "CommentService.ReportComment",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Report(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
