// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "replyguard/v1/admin_service.pb.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/comment_export_page.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/author_data.h"

namespace replyguard::service::rpc {
namespace {

void ToProto(const storage::AuthorFootprint& from, v1::AuthorFootprint* out) {
  out->set_comment_count(from.comments);
  out->set_queued_count(from.queued);
  out->set_decision_count(from.decisions);
  out->set_note_count(from.notes);
  out->set_report_count(from.reports);
  out->set_label_count(from.labels);
  out->set_event_count(from.events);
  out->set_rule_count(from.rules);
}

// A label's position, and behind it the comment's id, if there is one.
absl::StatusOr<std::optional<AuthorData::Bound>> BoundOf(const UseCases& use_cases,
                                                         const CallContext& call,
                                                         const v1::EraseAuthorRequest& request) {
  const auto token = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!token.ok()) return token.status();
  if (!*token) return std::nullopt;
  CursorReader reader(**token);
  AuthorData::Bound bound;
  bound.label = reader.Number();
  if ((*token)->size() > sizeof(bound.label)) bound.comment = reader.Id();
  if (!reader.ok()) return BadPageToken();
  return bound;
}

std::string CursorAt(const AuthorData::Bound& bound) {
  CursorWriter writer;
  writer.Number(bound.label);
  if (bound.comment) writer.Id(*bound.comment);
  return writer.Take();
}

absl::Status Erase(const UseCases& use_cases, const CallContext& call,
                   const v1::EraseAuthorRequest& request, v1::EraseAuthorResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto up_to = BoundOf(use_cases, call, request);
  if (!up_to.ok()) return up_to.status();
  const auto erased =
      use_cases.author_data.Erase(*call.principal, *site, {request.email(), request.author_id()},
                                  *up_to, request.validate_only(), call.deadline);
  if (!erased.ok()) return erased.status();
  ToProto(erased->found, response.mutable_found());
  response.set_erased_count(erased->erased_count);
  response.set_complete(erased->complete);
  if (!erased->complete && !request.validate_only()) {
    response.set_next_page_token(
        use_cases.tokens.Seal(*call.principal, request, CursorAt(erased->up_to)));
  }
  response.set_label_position(erased->label_position);
  for (const std::int32_t id : erased->key_ids) response.add_hmac_key_ids(id);
  for (const std::int32_t id : erased->missing_key_ids) response.add_missing_hmac_key_ids(id);
  return absl::OkStatus();
}

absl::Status Export(const UseCases& use_cases, const CallContext& call,
                    const v1::ExportAuthorRequest& request, v1::ExportAuthorResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto limit = PageSize(request.page_size(), kExportPageStandard, storage::kExportPageMax);
  if (!limit.ok()) return limit.status();
  const auto token = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!token.ok()) return token.status();
  AuthorData::Cursor after;
  if (*token) {
    CursorReader reader(**token);
    // The id of a comment, or the position of a label: of other lengths.
    if ((*token)->size() == sizeof(storage::Uuid::bytes)) {
      after.comment = reader.Id();
    } else {
      after.label = reader.Number();
    }
    if (!reader.ok()) return BadPageToken();
  }
  const auto page = use_cases.author_data.Export(
      *call.principal, *site, {request.email(), request.author_id()}, after, *limit, call.deadline);
  if (!page.ok()) return page.status();
  ToProto(page->found, response.mutable_found());
  FillCommentPage(use_cases, call, request, *site, page->comments, *limit, response);
  FillPage(
      use_cases.tokens, call, request, page->labels, *limit, response.mutable_labels(),
      response.mutable_next_page_token(),
      [&](const auto& row, v1::ExportedLabel* out) { rpc::ToProto(*site, row, out); },
      [](const auto& row) { return CursorWriter().Number(row.step.position).Take(); });
  // The labels begin a page of their own, so that none is too large.
  if (!page->comments.empty() && response.next_page_token().empty()) {
    response.set_next_page_token(
        use_cases.tokens.Seal(*call.principal, request, CursorWriter().Number(0).Take()));
  }
  return absl::OkStatus();
}

}  // namespace

void AddAuthorMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::EraseAuthorRequest, v1::EraseAuthorResponse>(use_cases, table, "AdminService.EraseAuthor",
                                                       Erase);
  Add<v1::ExportAuthorRequest, v1::ExportAuthorResponse>(use_cases, table,
                                                         "AdminService.ExportAuthor", Export);
}

}  // namespace replyguard::service::rpc
