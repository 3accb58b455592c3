// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "replyguard/v1/moderation_service.pb.h"
#include "service/rpc/convert/review.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/administer/audit_trail.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/authorize.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kAuditPageStandard = 50;

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListAuditEventsRequest& request,
                  v1::ListAuditEventsResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  auto site = SiteOrEveryIn("parent", request.parent());
  if (!site.ok()) return site.status();
  AuditTrail::Request input;
  input.site = *std::move(site);
  const auto limit = PageSize(request.page_size(), kAuditPageStandard, storage::kAuditPageMax);
  if (!limit.ok()) return limit.status();
  input.limit = *limit;
  validation::Violations violations;
  if (!v1::AuditEvent::Kind_IsValid(request.kind())) {
    violations.Add("kind", "VALUE_INVALID", "Must be one of the kinds.");
  } else if (request.kind() != v1::AuditEvent::KIND_UNSPECIFIED) {
    input.kind = static_cast<storage::AuditKind>(request.kind());
  }
  input.actor_key_id = request.actor_key_id();
  input.actor = request.actor();
  ReadTime(request.has_start_time(), request.start_time(), "start_time", &input.from, violations);
  ReadTime(request.has_end_time(), request.end_time(), "end_time", &input.until, violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto cursor = IdCursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  input.before = *cursor;
  const auto rows = use_cases.audit.List(*call.principal, input, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_events(),
      response.mutable_next_page_token(),
      [&](const storage::AuditEvent& row, v1::AuditEvent* out) {
        const auto of = use_cases.directory.FindById(row.site_id);
        ToProto(of ? std::string_view(of->record.slug) : std::string_view(), row, out);
      },
      [](const auto& row) { return CursorWriter().Id(row.event_id).Take(); });
  return absl::OkStatus();
}

}  // namespace

void AddAuditMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::ListAuditEventsRequest, v1::ListAuditEventsResponse>(
      use_cases, table, "ModerationService.ListAuditEvents", List);
}

}  // namespace replyguard::service::rpc
