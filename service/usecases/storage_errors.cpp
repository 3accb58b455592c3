// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/storage_errors.h"

#include <chrono>
#include <string>

#include "service/usecases/errors.h"
#include "storage/limit.h"

namespace replyguard::service {
namespace {

constexpr std::chrono::milliseconds kRetryAfterOutage{1'000};
constexpr std::chrono::milliseconds kRetryAfterOverload{200};

absl::Status WithReason(const absl::Status& status, std::string_view reason,
                        std::optional<std::chrono::milliseconds> retry_delay = std::nullopt) {
  ErrorDetail detail;
  detail.reason = std::string(reason);
  detail.retry_delay = retry_delay;
  const absl::string_view message = status.message();
  return MakeError(status.code(), std::string_view(message.data(), message.size()), detail);
}

absl::Status Expected(const absl::Status& status, std::string_view reason) {
  // An error that this call should never answer: its text may be about something internal.
  if (reason.empty()) return absl::InternalError("something went wrong inside");
  return WithReason(status, reason);
}

}  // namespace

absl::Status FromStorage(const absl::Status& status, const ErrorMeaning& meaning) {
  if (status.ok() || GetErrorDetail(status)) return status;
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return Expected(status, meaning.not_found);
    case absl::StatusCode::kAlreadyExists:
      return Expected(status, meaning.already_exists);
    case absl::StatusCode::kAborted:
      return meaning.aborted.empty() ? WithReason(status, "CONFLICT", kRetryAfterOverload)
                                     : WithReason(status, meaning.aborted);
    case absl::StatusCode::kFailedPrecondition:
      return Expected(status, meaning.failed_precondition);
    case absl::StatusCode::kResourceExhausted:
      // What will not pass by itself is not a busy moment.
      return storage::IsLimitReached(status)
                 ? Expected(status, meaning.limit_reached)
                 : WithReason(status, reasons::kOverloaded, kRetryAfterOverload);
    case absl::StatusCode::kUnavailable:
      return WithReason(status, reasons::kStorageAway, kRetryAfterOutage);
    case absl::StatusCode::kDeadlineExceeded:
      return WithReason(status, "DEADLINE_EXCEEDED");
    case absl::StatusCode::kInvalidArgument:
      return WithReason(status, "INVALID_ARGUMENT");
    case absl::StatusCode::kOutOfRange:
      return WithReason(status, reasons::kCursorExpired);
    default:
      return absl::InternalError("something went wrong inside");
  }
}

bool IsTransient(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsResourceExhausted(status) || absl::IsAborted(status);
}

}  // namespace replyguard::service
