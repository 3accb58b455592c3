// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/client/call_error.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"

namespace replyguard::service::cli {
namespace {

constexpr std::array<const char*, 17> kCodeNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

void DecodeDetail(const google::protobuf::Any& detail, CallError& error) {
  if (google::rpc::BadRequest request; detail.UnpackTo(&request)) {
    for (const auto& violation : request.field_violations()) {
      error.violations.push_back({violation.field(), violation.description(), violation.reason()});
    }
  } else if (google::rpc::ErrorInfo info; detail.UnpackTo(&info)) {
    error.reason = info.reason();
  } else if (google::rpc::RetryInfo retry; detail.UnpackTo(&retry)) {
    error.retry_after = std::chrono::milliseconds(
        google::protobuf::util::TimeUtil::DurationToMilliseconds(retry.retry_delay()));
  }
}

// What the words of the library or of the server probably mean; empty: they say enough.
std::string_view HintOf(const CallError& error) {
  if (error.code == "UNAUTHENTICATED") return kKeyRefusedHint;
  if (error.code != "UNAVAILABLE") return {};
  const auto says = [&error](std::string_view words) {
    return error.message.find(words) != std::string::npos;
  };
  if (says("WRONG_VERSION_NUMBER") || says("wrong version number")) {
    return "The server does not speak TLS at this address: leave out --tls-ca.";
  }
  if (says("handshaker shutdown") || says("Socket closed") || says("Trying to connect an http1")) {
    return "Something else than the server's gRPC may listen at this address, or it wants TLS "
           "(--tls-ca); its HTTP has another port.";
  }
  return {};
}

}  // namespace

std::string CodeName(int code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kCodeNames.size() ? kCodeNames.at(index) : absl::StrCat("CODE_", code);
}

ExitCode ExitCodeOfName(std::string_view code_name) {
  const auto* const found = std::find(kCodeNames.begin(), kCodeNames.end(), code_name);
  return found == kCodeNames.end()
             ? ExitCode::kRejected
             : ExitCodeOf(static_cast<absl::StatusCode>(found - kCodeNames.begin()));
}

CallError DecodeError(const grpc::Status& status) {
  CallError error{.code = CodeName(status.error_code()),
                  .message = status.error_message(),
                  .reason = {},
                  .violations = {},
                  .retry_after = {}};
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) DecodeDetail(detail, error);
  }
  return error;
}

std::string ErrorJson(const CallError& error) {
  std::string violations;
  for (const FieldViolation& violation : error.violations) {
    absl::StrAppend(&violations, violations.empty() ? "" : ",",
                    JsonObject({{"field", violation.field},
                                {"description", violation.description},
                                {"reason", violation.reason}}));
  }
  const std::string retry =
      error.retry_after ? absl::StrCat(error.retry_after->count()) : std::string("null");
  return JsonObject({{"code", error.code},
                     {"message", error.message},
                     {"reason", error.reason},
                     {"violations", JsonText{absl::StrCat("[", violations, "]")}},
                     {"retryAfterMs", JsonText{retry}}});
}

std::string ErrorText(const CallError& error) {
  std::string text = absl::StrCat(error.code, ": ", SafeText(error.message, Newlines::kEscape));
  for (const FieldViolation& violation : error.violations) {
    absl::StrAppend(&text, "\n  ", SafeText(violation.field, Newlines::kEscape), ": ",
                    SafeText(violation.description, Newlines::kEscape));
    if (!violation.reason.empty()) {
      absl::StrAppend(&text, " [", SafeText(violation.reason, Newlines::kEscape), "]");
    }
  }
  if (const std::string_view hint = HintOf(error); !hint.empty()) {
    absl::StrAppend(&text, "\n  ", std::string(hint));
  }
  return text;
}

ExitCode Fail(Context& context, const grpc::Status& status) {
  context.out.flush();
  const CallError error = DecodeError(status);
  if (context.json()) {
    context.err << JsonObject({{"error", JsonText{ErrorJson(error)}}}) << "\n";
  } else {
    context.err << "replyguard: " << ErrorText(error) << "\n";
  }
  return ExitCodeOf(static_cast<absl::StatusCode>(status.error_code()));
}

}  // namespace replyguard::service::cli
