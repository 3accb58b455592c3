// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/frame/exit_code.h"

namespace replyguard::service::cli {

ExitCode ExitCodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
      return ExitCode::kUnreachable;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return ExitCode::kRefused;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kRejected;
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    // Abseil's own placeholder, so that switches have a default; ours has none.
    case absl::StatusCode::kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
      return ExitCode::kInternal;
  }
  return ExitCode::kInternal;
}

ExitCode CodeOfItems(std::int64_t items, const std::map<ExitCode, std::int64_t>& failures) {
  if (failures.empty()) return ExitCode::kOk;
  const auto& [code, count] = *failures.begin();
  return count == items ? code : ExitCode::kFailedItems;
}

std::string ExitCodeHelp() {
  return "Exit codes:\n"
         "  0  done\n"
         "  1  some of several items failed; or doctor found something wrong\n"
         "  2  wrong command line, configuration or input file; nothing was tried\n"
         "  3  server or database out of reach or overloaded: try again\n"
         "  4  refused: the key is wrong or may not do this\n"
         "  5  invalid, not found, there already, or changed meanwhile\n"
         "  6  something broke\n"
         "When every item fails with one code, that is the exit code.";
}

}  // namespace replyguard::service::cli
