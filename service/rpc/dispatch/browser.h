// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What keeps other sites' pages from acting, and reading, through a browser that is signed in: a
// session's call must come from a page of ours, and one with side effects prove it. The session's
// cookie is SameSite=Strict besides.
//
// Thread-safety: pure functions.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string_view>

#include "absl/status/status.h"
#include "service/rpc/dispatch/call.h"

namespace replyguard::service::rpc {

// The token of the session by which a call comes: of HTTP, in its cookie, unless it brings an
// authorization header. Empty: there is none.
std::string_view SessionOf(const CallSource& source);

// OK; PERMISSION_DENIED: FOREIGN_ORIGIN for a session's call, or one with side effects, whose
// Origin header is another server's or whose Sec-Fetch-Site is cross-site; CSRF_TOKEN for a
// session's with side effects whose x-csrf-token is not the session's. `session` is empty for a
// method that is for everybody.
absl::Status CheckBrowser(const CallHeaders& headers,
                          const google::protobuf::MethodDescriptor& method,
                          std::string_view session);

// UNAUTHENTICATED.
absl::Status SessionEnded();

}  // namespace replyguard::service::rpc
