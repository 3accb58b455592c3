// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How operations end that do not succeed, as it is kept. Thread-safety: pure functions.
#pragma once

#include "absl/status/status.h"
#include "storage/operation_store.h"

namespace replyguard::service {

// The code, reason and message of an error; of one without a detail the code only, as its text may
// be internal. REQUIRES: not OK.
storage::OperationError OperationErrorOf(const absl::Status& status);

// The end of an operation that CancelOperation ended.
storage::OperationEnd CancelledEnd();

// FAILED_PRECONDITION (RETRAIN_RUNS): this one of the model has not ended, named in the detail.
absl::Status ModelWorkRuns(const storage::Operation& running);

}  // namespace replyguard::service
