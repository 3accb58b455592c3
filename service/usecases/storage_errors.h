// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What storage answers becomes what a use case answers: the same code and message, with a detail.
// Each call says what NOT_FOUND and the like mean there; overload and outage mean the same
// everywhere.
//
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace replyguard::service {

// What a call's own errors mean. Empty: such an error is not expected there and becomes INTERNAL.
struct ErrorMeaning {
  std::string_view not_found = {};            // reason for NOT_FOUND
  std::string_view already_exists = {};       // for ALREADY_EXISTS
  std::string_view aborted = {};              // for ABORTED
  std::string_view failed_precondition = {};  // for FAILED_PRECONDITION
  std::string_view limit_reached = {};        // for storage::LimitReached
};

// OK stays OK; a status that has a detail stays as it is (decide functions pass theirs through
// storage).
absl::Status FromStorage(const absl::Status& status, const ErrorMeaning& meaning = {});

// UNAVAILABLE and its kin: trying again may help and nothing is known to be wrong with the call.
bool IsTransient(const absl::Status& status);

}  // namespace replyguard::service
