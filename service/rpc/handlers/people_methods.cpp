// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// Who may use the console, for operators; and the links that need no more than their token.
#include <optional>
#include <string>
#include <utility>

#include "replyguard/v1/account_service.pb.h"
#include "service/rpc/convert/account.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/rpc/handlers/names.h"
#include "service/rpc/handlers/pages.h"
#include "service/usecases/account/people.h"
#include "service/usecases/authorize.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int32_t kPageStandard = 50;
constexpr std::int32_t kPageMax = 500;

absl::Status BadPerson(std::string_view field, std::string_view name) {
  return BadName(field, name, "people/{handle}");
}

// The handle in a name that may be left out.
absl::StatusOr<std::optional<std::string>> PersonOrNoneIn(std::string_view field,
                                                          const std::string& name) {
  if (name.empty()) return std::optional<std::string>();
  std::optional<std::string> handle = ParsePersonName(name);
  if (!handle) return BadPerson(field, name);
  return handle;
}

// Before anything of the request is looked at: people may ask about themselves, keys may not.
absl::Status MayAsk(const CallContext& call) {
  if (call.principal->person) return absl::OkStatus();
  return AuthorizeEverySite(*call.principal, Permission::kAdminister);
}

template <typename Response>
absl::Status Answer(absl::StatusOr<People::Info> person, Response& response) {
  if (!person.ok()) return person.status();
  ToProto(*person, response.mutable_person());
  return absl::OkStatus();
}

template <typename Response>
absl::Status Answer(absl::StatusOr<People::Link> link, Response& response) {
  if (!link.ok()) return link.status();
  ToProto(link->person, response.mutable_person());
  response.set_token(std::move(link->token));
  ToProto(link->expires_at, response.mutable_expire_time());
  return absl::OkStatus();
}

absl::Status Invite(const UseCases& use_cases, const CallContext& call,
                    const v1::InvitePersonRequest& request, v1::InvitePersonResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  auto invitation = FromProto(request.person());
  if (!invitation.ok()) return invitation.status();
  return Answer(use_cases.people.Invite(*call.principal, *std::move(invitation), call.deadline),
                response);
}

absl::Status CreateReset(const UseCases& use_cases, const CallContext& call,
                         const v1::CreatePasswordResetRequest& request,
                         v1::CreatePasswordResetResponse& response) {
  absl::Status may = AuthorizeEverySite(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  const auto handle = ParsePersonName(request.name());
  if (!handle) return BadPerson("name", request.name());
  return Answer(
      use_cases.people.CreateReset(*call.principal, *handle, request.clear_totp(), call.deadline),
      response);
}

template <typename Request, typename Response>
absl::Status UseLink(const UseCases& use_cases, storage::LinkKind kind, const CallContext& call,
                     const Request& request, Response& response) {
  std::optional<std::string> peer = call.headers == nullptr ? std::string() : call.headers->Peer();
  // No stranger: the command line adds people so.
  if (call.principal != nullptr && call.principal->role == Role::kOperator) peer.reset();
  return Answer(
      use_cases.people.UseLink(kind, request.token(), request.password(), peer, call.deadline),
      response);
}

template <typename Request, typename Response>
absl::Status SetActive(const UseCases& use_cases, bool active, const CallContext& call,
                       const Request& request, Response& response) {
  absl::Status may = AuthorizeEverySite(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  const auto handle = ParsePersonName(request.name());
  if (!handle) return BadPerson("name", request.name());
  return Answer(use_cases.people.SetActive(*call.principal, *handle, active, call.deadline),
                response);
}

absl::Status SetRole(const UseCases& use_cases, const CallContext& call,
                     const v1::UpdateMembershipRequest& request,
                     v1::UpdateMembershipResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  const auto role = FromProto(request.membership(), "membership.", false);
  if (!role.ok()) return role.status();
  const auto handle = ParsePersonName(request.name());
  if (!handle) return BadPerson("name", request.name());
  return Answer(use_cases.people.SetRole(*call.principal, *handle, *role, call.deadline), response);
}

absl::Status List(const UseCases& use_cases, const CallContext& call,
                  const v1::ListPeopleRequest& request, v1::ListPeopleResponse& response) {
  absl::Status may = AuthorizeCovered(*call.principal, Permission::kAdminister);
  if (!may.ok()) return may;
  const auto limit = PageSize(request.page_size(), kPageStandard, kPageMax);
  if (!limit.ok()) return limit.status();
  std::optional<std::string> site;
  if (!request.site().empty()) {
    absl::StatusOr<std::string> slug = SiteIn("site", request.site());
    if (!slug.ok()) return slug.status();
    site = *std::move(slug);
  }
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  const auto rows =
      use_cases.people.List(*call.principal, site, cursor->value_or(""), *limit, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_people(),
      response.mutable_next_page_token(),
      [](const People::Info& row, v1::Person* out) { ToProto(row, out); },
      [](const People::Info& row) { return row.record.handle; });
  return absl::OkStatus();
}

absl::Status Sessions(const UseCases& use_cases, const CallContext& call,
                      const v1::ListSessionsRequest& request, v1::ListSessionsResponse& response) {
  if (absl::Status may = MayAsk(call); !may.ok()) return may;
  const auto handle = PersonOrNoneIn("parent", request.parent());
  if (!handle.ok()) return handle.status();
  const auto sessions = use_cases.people.Sessions(*call.principal, *handle, call.deadline);
  if (!sessions.ok()) return sessions.status();
  const auto& person = call.principal->person;
  for (const storage::SessionRecord& session : *sessions) {
    ToProto(session, person ? person->session_id : std::string(), response.add_sessions());
  }
  return absl::OkStatus();
}

absl::Status Audit(const UseCases& use_cases, const CallContext& call,
                   const v1::ListAccountAuditRequest& request,
                   v1::ListAccountAuditResponse& response) {
  if (absl::Status may = MayAsk(call); !may.ok()) return may;
  const auto limit = PageSize(request.page_size(), kPageStandard, kPageMax);
  if (!limit.ok()) return limit.status();
  storage::AccountEventQuery query;
  query.limit = *limit;
  auto handle = PersonOrNoneIn("person", request.person());
  if (!handle.ok()) return handle.status();
  query.handle = *std::move(handle);
  const auto cursor = CursorOf(use_cases.tokens, call, request, request.page_token());
  if (!cursor.ok()) return cursor.status();
  if (*cursor) {
    CursorReader reader(**cursor);
    query.before = reader.Number();
    if (!reader.ok()) return BadPageToken();
  }
  const auto rows = use_cases.people.Events(*call.principal, query, call.deadline);
  if (!rows.ok()) return rows.status();
  FillPage(
      use_cases.tokens, call, request, *rows, *limit, response.mutable_events(),
      response.mutable_next_page_token(),
      [&](const storage::AccountEvent& row, v1::AccountEvent* out) {
        ToProto(row, row.site_id ? use_cases.people.SlugOf(*row.site_id).value_or("") : "", out);
      },
      [](const storage::AccountEvent& row) { return CursorWriter().Number(row.event_id).Take(); });
  return absl::OkStatus();
}

void AddLinkMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::InvitePersonRequest, v1::InvitePersonResponse>(use_cases, table,
                                                         "AccountService.InvitePerson", Invite);
  table.AddForEverybody<v1::AcceptInvitationRequest, v1::AcceptInvitationResponse>(
      "AccountService.AcceptInvitation",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return UseLink(use_cases, storage::LinkKind::kInvitation, call, request, response);
      });
  Add<v1::CreatePasswordResetRequest, v1::CreatePasswordResetResponse>(
      use_cases, table, "AccountService.CreatePasswordReset", CreateReset);
  table.AddForEverybody<v1::ResetPasswordRequest, v1::ResetPasswordResponse>(
      "AccountService.ResetPassword",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return UseLink(use_cases, storage::LinkKind::kReset, call, request, response);
      });
}

void AddReadingMethods(const UseCases& use_cases, MethodTable& table) {
  Add<v1::ListPeopleRequest, v1::ListPeopleResponse>(use_cases, table, "AccountService.ListPeople",
                                                     List);
  Add<v1::ListSessionsRequest, v1::ListSessionsResponse>(use_cases, table,
                                                         "AccountService.ListSessions", Sessions);
  Add<v1::ListAccountAuditRequest, v1::ListAccountAuditResponse>(
      use_cases, table, "AccountService.ListAccountAudit", Audit);
}

}  // namespace

void AddPeopleMethods(const UseCases& use_cases, MethodTable& table) {
  AddLinkMethods(use_cases, table);
  table.AddBlocking<v1::DeactivatePersonRequest, v1::DeactivatePersonResponse>(
      "AccountService.DeactivatePerson",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return SetActive(use_cases, false, call, request, response);
      });
  table.AddBlocking<v1::ReactivatePersonRequest, v1::ReactivatePersonResponse>(
      "AccountService.ReactivatePerson",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return SetActive(use_cases, true, call, request, response);
      });
  Add<v1::UpdateMembershipRequest, v1::UpdateMembershipResponse>(
      use_cases, table, "AccountService.UpdateMembership", SetRole);
  table.AddBlocking<v1::SignOutEverywhereRequest, v1::SignOutEverywhereResponse>(
      "AccountService.SignOutEverywhere",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        if (absl::Status may = MayAsk(call); !may.ok()) return may;
        const auto handle = PersonOrNoneIn("name", request.name());
        if (!handle.ok()) return handle.status();
        const auto ended =
            use_cases.people.SignOutEverywhere(*call.principal, *handle, call.deadline);
        if (ended.ok()) response.set_session_count(*ended);
        return ended.status();
      });
  AddReadingMethods(use_cases, table);
}

}  // namespace replyguard::service::rpc
