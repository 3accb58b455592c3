// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Errors as the Connect protocol has them: a code in words, a message, details as base64 of their
// binary form with a readable copy beside it. Source: connectrpc.com/docs/protocol. Pure.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "service/http/server/message.h"

namespace replyguard::service::http {

// {"code": "invalid_argument", "message": ..., "details": [...]}. REQUIRES: not OK.
std::string ErrorJson(const absl::Status& status, std::string_view request_id);

// The whole answer of a unary call that failed; with Retry-After (RetryAfterOf).
Response ErrorResponse(const absl::Status& status, std::string_view request_id);

}  // namespace replyguard::service::http
