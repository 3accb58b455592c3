// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/operate/operation_errors.h"

#include <string>

#include "service/usecases/errors.h"

namespace replyguard::service {

storage::OperationError OperationErrorOf(const absl::Status& status) {
  const auto detail = GetErrorDetail(status);
  if (!detail) {
    return {static_cast<int>(absl::StatusCode::kInternal), "INTERNAL",
            "something went wrong inside; the server's log says more"};
  }
  return {static_cast<int>(status.code()), detail->reason, std::string(status.message())};
}

storage::OperationEnd CancelledEnd() {
  storage::OperationEnd end;
  end.state = storage::OperationState::kCancelled;
  end.error = {static_cast<int>(absl::StatusCode::kCancelled), "CANCELLED",
               "it was cancelled, and changed nothing"};
  return end;
}

absl::Status ModelWorkRuns(const storage::Operation& running) {
  const std::string number = std::to_string(running.number);
  ErrorDetail detail;
  detail.reason = std::string(reasons::kRetrainRuns);
  detail.metadata["operation"] = "operations/" + number;
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "operation " + number + " of the model runs; wait for it, or cancel it", detail);
}

}  // namespace replyguard::service
