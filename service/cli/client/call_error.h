// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/cli/frame/context.h"

// What a failed call says, grpc-status-details-bin decoded. Pure, but for Fail.
namespace replyguard::service::cli {

// One violated field.
struct FieldViolation {
  std::string field;
  std::string description;
  std::string reason;
};

// What to do when a key is refused altogether.
inline constexpr std::string_view kKeyRefusedHint =
    "Is the key revoked or expired? Another one is made with key create; when no operator key is "
    "left, with key create --bootstrap --force, where the server runs.";

struct CallError {
  std::string code;  // "INVALID_ARGUMENT"
  std::string message;
  std::string reason;  // "COMMENT_NOT_FOUND"; empty when none was given
  std::vector<FieldViolation> violations;
  std::optional<std::chrono::milliseconds> retry_after;
};

CallError DecodeError(const grpc::Status& status);

// "INVALID_ARGUMENT" of 3; "CODE_99" of what is unknown.
std::string CodeName(int code);

// The exit code for a code's name; kRejected for names of our own, such as INVALID_LINE.
ExitCode ExitCodeOfName(std::string_view code_name);

// {"code": ..., "message": ..., "reason": ..., "violations": [...], "retryAfterMs": ...}
std::string ErrorJson(const CallError& error);

// For people: the message, then a line a violation, each indented by two spaces. No newline at the
// end.
std::string ErrorText(const CallError& error);

// Prints the error, each violation on a line of its own, and answers the exit code.
ExitCode Fail(Context& context, const grpc::Status& status);

}  // namespace replyguard::service::cli
