// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "replyguard/v1/admin_service.pb.h"
#include "replyguard/v1/model_service.pb.h"
#include "service/rpc/convert/export.h"
#include "service/rpc/handlers/comment_export_page.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/export/exports.h"

namespace replyguard::service::rpc {
namespace {

absl::Status ExportComments(const UseCases& use_cases, const CallContext& call,
                            const v1::ExportCommentsRequest& request,
                            v1::ExportCommentsResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto limit = PageSize(request.page_size(), kExportPageStandard, storage::kExportPageMax);
  if (!limit.ok()) return limit.status();
  const auto after = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!after.ok()) return after.status();
  const auto rows =
      use_cases.exports.Comments(*call.principal, *site, *after, *limit, call.deadline);
  if (!rows.ok()) return rows.status();
  FillCommentPage(use_cases, call, request, *site, *rows, *limit, response);
  return absl::OkStatus();
}

absl::Status ExportLabels(const UseCases& use_cases, const CallContext& call,
                          const v1::ExportLabelsRequest& request,
                          v1::ExportLabelsResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto limit = PageSize(request.page_size(), kExportPageStandard, storage::kExportPageMax);
  if (!limit.ok()) return limit.status();
  const auto token = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!token.ok()) return token.status();
  std::optional<Exports::LabelCursor> cursor;
  if (*token) {
    CursorReader reader(**token);
    const std::int64_t as_of = reader.Number();
    cursor = Exports::LabelCursor{as_of, reader.Number()};
    if (!reader.ok()) return BadPageToken();
  }
  const auto page = use_cases.exports.LabelPage(*call.principal, *site, cursor, request.history(),
                                                *limit, call.deadline);
  if (!page.ok()) return page.status();
  FillPage(
      use_cases.tokens, call, request, page->labels, *limit, response.mutable_labels(),
      response.mutable_next_page_token(),
      [&](const auto& row, v1::ExportedLabel* out) { ToProto(*site, row, out); },
      [&](const auto& row) {
        return CursorWriter().Number(page->as_of).Number(row.step.position).Take();
      });
  return absl::OkStatus();
}

absl::Status ListImports(const UseCases& use_cases, const CallContext& call,
                         const v1::ListImportsRequest& request, v1::ListImportsResponse& response) {
  const auto site = SiteIn("parent", request.parent());
  if (!site.ok()) return site.status();
  const auto imports = use_cases.exports.Imports(*call.principal, *site, call.deadline);
  if (!imports.ok()) return imports.status();
  for (const auto& import : *imports) ToProto(*site, import, response.add_imports());
  return absl::OkStatus();
}

absl::Status ExportModel(const UseCases& use_cases, const CallContext& call,
                         const v1::ExportModelRequest& request, v1::ExportModelResponse& response) {
  std::optional<std::int64_t> generation;
  if (!request.name().empty()) {
    generation = ParseGenerationName(request.name());
    if (!generation) return BadName("name", request.name(), "modelGenerations/{number}");
  }
  const auto token = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!token.ok()) return token.status();
  std::optional<Exports::ModelCursor> cursor;
  if (*token) {
    CursorReader reader(**token);
    generation = reader.Number();  // another one may have become active since
    const std::int64_t checkpoint = reader.Number();
    cursor = Exports::ModelCursor{checkpoint, reader.Number()};
    if (!reader.ok()) return BadPageToken();
  }
  auto piece = use_cases.exports.Model(*call.principal, generation, cursor, call.deadline);
  if (!piece.ok()) return piece.status();
  const storage::CheckpointInfo& info = piece->info;
  const std::int64_t end = piece->offset + static_cast<std::int64_t>(piece->bytes.size());
  if (end < info.size_bytes) {
    response.set_next_page_token(use_cases.tokens.Seal(
        *call.principal, request,
        CursorWriter().Number(info.kind.generation).Number(info.checkpoint_id).Number(end).Take()));
  }
  response.set_piece(std::move(piece->bytes));
  response.set_size_bytes(info.size_bytes);
  response.set_checksum(info.checksum);
  response.set_position(info.position);
  response.set_starter_id(static_cast<std::uint32_t>(info.kind.starter));
  response.set_generation(GenerationName(info.kind.generation));
  return absl::OkStatus();
}

}  // namespace

void AddExportMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddBlocking<v1::ExportCommentsRequest, v1::ExportCommentsResponse>(
      "AdminService.ExportComments",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return ExportComments(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ExportLabelsRequest, v1::ExportLabelsResponse>(
      "AdminService.ExportLabels",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return ExportLabels(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ListImportsRequest, v1::ListImportsResponse>(
      "AdminService.ListImports",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return ListImports(use_cases, call, request, response);
      });
  table.AddBlocking<v1::ExportModelRequest, v1::ExportModelResponse>(
      "ModelService.ExportModel",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return ExportModel(use_cases, call, request, response);
      });
}

}  // namespace replyguard::service::rpc
