// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/browser.h"

#include <google/protobuf/descriptor.pb.h>

#include "service/auth/csrf.h"
#include "service/auth/web_session.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

// Whether a browser says that a page of another host calls, of the same site (a sibling's) or not.
bool IsForeign(const CallHeaders& headers) {
  const std::string_view from = headers.Header("sec-fetch-site");
  if (!from.empty() && from != "same-origin" && from != "none") return true;
  const std::string_view origin = headers.Header("origin");
  return !origin.empty() &&
         !auth::IsOwnOrigin(origin, headers.Header("host"), headers.ComesBy() == Wire::kHttps);
}

}  // namespace

std::string_view SessionOf(const CallSource& source) {
  const Wire wire = source.ComesBy();
  if (wire == Wire::kNoBrowser || !source.Authorization().empty()) return {};
  return auth::SessionCookieIn(source.Header("cookie"), wire == Wire::kHttps);
}

absl::Status CheckBrowser(const CallHeaders& headers,
                          const google::protobuf::MethodDescriptor& method,
                          std::string_view session) {
  const Wire wire = headers.ComesBy();
  const bool reads =
      method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  if (wire == Wire::kNoBrowser || (reads && session.empty())) return absl::OkStatus();
  if (IsForeign(headers)) {
    return MakeError(absl::StatusCode::kPermissionDenied, "FOREIGN_ORIGIN",
                     "this call comes from a page of another site; a proxy in front of the server "
                     "must pass Host and, if trusted, X-Forwarded-Proto on");
  }
  if (reads) return absl::OkStatus();
  if (session.empty() || auth::IsCsrfTokenOf(session, headers.Header(auth::kCsrfHeader))) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, "CSRF_TOKEN",
                   "the header x-csrf-token must hold the session's token: see GetSession");
}

absl::Status SessionEnded() {
  return MakeError(absl::StatusCode::kUnauthenticated, "SESSION_ENDED",
                   "the session has ended; sign in again");
}

}  // namespace replyguard::service::rpc
