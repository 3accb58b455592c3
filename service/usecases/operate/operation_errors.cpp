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

}  // namespace replyguard::service
