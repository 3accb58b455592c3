// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
// What people do with their own account and session.
#include <string>
#include <utility>

#include "replyguard/v1/account_service.pb.h"
#include "service/auth/csrf.h"
#include "service/auth/web_session.h"
#include "service/rpc/convert/account.h"
#include "service/rpc/convert/basic.h"
#include "service/rpc/handlers/add_method.h"
#include "service/rpc/handlers/handlers.h"
#include "service/usecases/account/own_account.h"
#include "service/usecases/account/people.h"
#include "service/usecases/account/sign_in.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

std::string PeerOf(const CallContext& call) {
  return call.headers == nullptr ? std::string() : call.headers->Peer();
}

bool IsSecure(const CallContext& call) { return call.headers->ComesBy() == Wire::kHttps; }

// A session needs a browser, and a way to it that keeps the cookie.
absl::Status MayHoldCookie(const CallContext& call) {
  if (call.headers == nullptr || call.headers->ComesBy() == Wire::kNoBrowser) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "HTTP_NEEDED",
                     "a session is a browser's cookie: sign in over HTTP; programs have API keys");
  }
  if (IsSecure(call) || auth::IsLocalHost(call.headers->Header("host"))) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_NEEDED",
                   "signing in needs https, or the machine itself (localhost); behind a proxy that "
                   "speaks TLS, list it in http.trusted_proxies");
}

absl::Status Begin(const UseCases& use_cases, const CallContext& call,
                   const v1::SignInRequest& request, v1::SignInResponse& response) {
  if (absl::Status status = MayHoldCookie(call); !status.ok()) return status;
  auto begun =
      use_cases.sign_in.Begin({request.handle(), request.password(), request.code(), PeerOf(call),
                               std::string(call.headers->Header("user-agent"))},
                              call.deadline);
  if (!begun.ok()) return begun.status();
  call.headers->AddHeader("set-cookie",
                          auth::SessionCookie(begun->token, IsSecure(call), kSessionAgeMax));
  ToProto(use_cases.people.OwnInfoOf(std::move(begun->person)), response.mutable_person());
  response.set_csrf_token(auth::CsrfTokenOf(begun->token));
  ToProto(begun->session.expires_at, response.mutable_expire_time());
  return absl::OkStatus();
}

void ClearCookie(const CallContext& call) {
  if (call.headers == nullptr || call.headers->ComesBy() == Wire::kNoBrowser) return;
  call.headers->AddHeader("set-cookie", auth::EndedSessionCookie(IsSecure(call)));
}

absl::Status Get(const UseCases& use_cases, const CallContext& call, const v1::GetSessionRequest&,
                 v1::GetSessionResponse& response) {
  auto found = use_cases.own_account.Get(*call.principal, call.deadline);
  if (!found.ok()) return found.status();
  ToProto(use_cases.people.OwnInfoOf(std::move(found->person)), response.mutable_person());
  response.set_csrf_token(
      auth::CsrfTokenOf(auth::SessionCookieIn(call.headers->Header("cookie"), IsSecure(call))));
  ToProto(found->session.expires_at, response.mutable_expire_time());
  return absl::OkStatus();
}

template <typename Response>
absl::Status Tell(absl::StatusOr<std::vector<std::string>> codes, Response& response) {
  if (!codes.ok()) return codes.status();
  for (std::string& code : *codes) response.add_recovery_codes(std::move(code));
  return absl::OkStatus();
}

void AddTotpMethods(const UseCases& use_cases, MethodTable& table) {
  const OwnAccount& own = use_cases.own_account;
  table.AddBlocking<v1::StartTotpRequest, v1::StartTotpResponse>(
      "AccountService.StartTotp",
      [&own](const CallContext& call, const auto& request, auto& response) {
        auto secret =
            own.StartTotp(*call.principal, request.password(), PeerOf(call), call.deadline);
        if (!secret.ok()) return secret.status();
        response.set_secret(std::move(secret->base32));
        response.set_uri(std::move(secret->uri));
        return absl::OkStatus();
      });
  table.AddBlocking<v1::ConfirmTotpRequest, v1::ConfirmTotpResponse>(
      "AccountService.ConfirmTotp",
      [&own](const CallContext& call, const auto& request, auto& response) {
        return Tell(own.ConfirmTotp(*call.principal, request.code(), PeerOf(call), call.deadline),
                    response);
      });
  table.AddBlocking<v1::DisableTotpRequest, v1::DisableTotpResponse>(
      "AccountService.DisableTotp", [&own](const CallContext& call, const auto& request, auto&) {
        return own.DisableTotp(*call.principal, request.password(), PeerOf(call), call.deadline);
      });
  table.AddBlocking<v1::RegenerateRecoveryCodesRequest, v1::RegenerateRecoveryCodesResponse>(
      "AccountService.RegenerateRecoveryCodes",
      [&own](const CallContext& call, const auto& request, auto& response) {
        return Tell(own.RegenerateRecoveryCodes(*call.principal, request.password(), PeerOf(call),
                                                call.deadline),
                    response);
      });
}

}  // namespace

void AddAccountMethods(const UseCases& use_cases, MethodTable& table) {
  table.AddForEverybody<v1::SignInRequest, v1::SignInResponse>(
      "AccountService.SignIn",
      [use_cases](const CallContext& call, const auto& request, auto& response) {
        return Begin(use_cases, call, request, response);
      });
  table.AddBlocking<v1::SignOutRequest, v1::SignOutResponse>(
      "AccountService.SignOut", [use_cases](const CallContext& call, const auto&, auto&) {
        absl::Status status = use_cases.own_account.SignOut(*call.principal, call.deadline);
        if (status.ok()) ClearCookie(call);
        return status;
      });
  Add<v1::GetSessionRequest, v1::GetSessionResponse>(use_cases, table, "AccountService.GetSession",
                                                     Get);
  table.AddBlocking<v1::ChangePasswordRequest, v1::ChangePasswordResponse>(
      "AccountService.ChangePassword",
      [use_cases](const CallContext& call, const auto& request, auto&) {
        return use_cases.own_account.ChangePassword(*call.principal, request.present_password(),
                                                    request.new_password(), PeerOf(call),
                                                    call.deadline);
      });
  AddTotpMethods(use_cases, table);
}

}  // namespace replyguard::service::rpc
