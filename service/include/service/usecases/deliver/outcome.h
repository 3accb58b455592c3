// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What couriers share: when a call to a website counts as told, and how long to wait after it did
// not.
//
// Thread-safety: pure functions.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/usecases/deliver/poster.h"

namespace replyguard::service {

// OK for any 2xx; else why not, without data of the call.
absl::Status OutcomeOf(const absl::StatusOr<OutgoingAnswer>& answer);

// After so many failures in a row, from 1; the last pause serves for all that follow. REQUIRES:
// there are pauses.
std::chrono::seconds PauseAfter(std::size_t failures, std::span<const std::chrono::seconds> pauses);

}  // namespace replyguard::service
