// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "replyguard/v1/moderation_service.pb.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/convert/comment.h"
#include "service/rpc/convert/moderation.h"
#include "service/rpc/convert/review.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/authorize.h"
#include "service/usecases/review/bulks.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kBulkPageStandard = 25;

absl::StatusOr<UuidName> BulkIn(std::string_view field, std::string_view name) {
  std::optional<UuidName> bulk = ParseUuidName(name, "bulks");
  if (!bulk) return BadName(field, name, "sites/{site}/bulks/{bulk}");
  return *std::move(bulk);
}

absl::Status Preview(const UseCases& use_cases, const CallContext& call,
                     const v1::PreviewBulkRequest& request, v1::PreviewBulkResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kReview);
  if (!may.ok()) return may;
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const v1::BulkSelection& selection = request.selection();
  Bulks::PreviewRequest input;
  input.site = *site;
  validation::Violations violations;
  if (selection.comments_size() > storage::kBulkCommentsMax) {
    return InvalidField("selection.comments", "OUT_OF_RANGE", "Must hold 1 to 2000 comments.");
  }
  for (const std::string& name : selection.comments()) {
    const auto comment = ParseUuidName(name, "comments");
    if (!comment || comment->site != *site) {
      violations.Add("selection.comments", "NAME_INVALID",
                     "Must be \"sites/{site}/comments/{comment}\" of the parent site.");
      break;
    }
    input.comments.push_back(comment->id);
  }
  if (selection.comments_size() > 0 && selection.has_filter()) {
    violations.Add("selection.filter", "VALUE_INVALID",
                   "Name comments or give a filter, not both.");
  }
  input.filter = FromProto(selection.filter(), violations);
  input.statuses = StatusesFromProto(selection.statuses(), violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto preview = use_cases.bulks.Preview(*call.principal, input, call.deadline);
  if (!preview.ok()) return preview.status();
  ToProto(*site, preview->bulk, response.mutable_bulk());
  ToProto(preview->group.counts, response.mutable_counts());
  response.set_leased_count(preview->leased_count);
  response.set_author_count(preview->group.author_count);
  response.set_network_count(preview->group.network_count);
  for (const auto& comment : preview->sample) ToProto(*site, comment, response.add_sample());
  response.set_more(preview->more);
  ToProto(preview->expires_at, response.mutable_expire_time());
  return absl::OkStatus();
}

absl::Status Apply(const UseCases& use_cases, const CallContext& call,
                   const v1::ApplyBulkRequest& request, v1::ApplyBulkResponse& response) {
  const auto name = BulkIn("name", request.name());
  if (!name.ok()) return name.status();
  absl::Status may = Authorize(*call.principal, Permission::kReview, name->site);
  if (!may.ok()) return may;
  const auto action = FromProto(request.action());
  if (!action || *action == storage::DecisionAction::kUndo) {
    return InvalidField("action", "VALUE_INVALID", "Must be APPROVE, SPAM, TRASH or HOLD.");
  }
  Bulks::ApplyRequest input;
  input.site = name->site;
  input.bulk_id = name->id;
  input.action = *action;
  if (request.has_teach()) input.teach = request.teach();
  input.reason_code = request.reason_code();
  input.note = request.note();
  input.lease_tokens.assign(request.lease_tokens().begin(), request.lease_tokens().end());
  const auto progress = use_cases.bulks.Apply(*call.principal, std::move(input), call.deadline);
  if (!progress.ok()) return progress.status();
  ToProto(name->site, progress->bulk, response.mutable_bulk());
  for (const BulkSkip& skip : progress->skips) ToProto(name->site, skip, response.add_skips());
  response.set_label_capped_count(progress->label_capped_count);
  return absl::OkStatus();
}

absl::Status Undo(const UseCases& use_cases, const CallContext& call,
                  const v1::UndoBulkRequest& request, v1::UndoBulkResponse& response) {
  const auto name = BulkIn("name", request.name());
  if (!name.ok()) return name.status();
  const auto progress = use_cases.bulks.Undo(*call.principal, name->site, name->id, call.deadline);
  if (!progress.ok()) return progress.status();
  ToProto(name->site, progress->bulk, response.mutable_bulk());
  for (const BulkSkip& skip : progress->skips) ToProto(name->site, skip, response.add_skips());
  return absl::OkStatus();
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListBulksRequest& request, v1::ListBulksResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto limit = PageSize(request.page_size(), kBulkPageStandard, storage::kBulkPageMax);
  if (!limit.ok()) return limit.status();
  const auto before = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!before.ok()) return before.status();
  const auto rows = use_cases.bulks.List(*call.principal, *site, *before, *limit, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_bulks(),
      response.mutable_next_page_token(),
      [&](const auto& row, v1::Bulk* out) { ToProto(*site, row, out); },
      [](const auto& row) { return CursorWriter().Id(row.bulk_id).Take(); });
  return absl::OkStatus();
}

}  // namespace

void AddBulkMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::PreviewBulkRequest, v1::PreviewBulkResponse>(use_cases, table,
                                                       "ModerationService.PreviewBulk", Preview);
  Add<v1::ApplyBulkRequest, v1::ApplyBulkResponse>(use_cases, table, "ModerationService.ApplyBulk",
                                                   Apply);
  Add<v1::UndoBulkRequest, v1::UndoBulkResponse>(use_cases, table, "ModerationService.UndoBulk",
                                                 Undo);
  Add<v1::ListBulksRequest, v1::ListBulksResponse>(use_cases, table, "ModerationService.ListBulks",
                                                   List);
}

}  // namespace replyguard::service::rpc
