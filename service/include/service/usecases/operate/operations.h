// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Operations as operators of the whole installation see them.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/operate/operation_watch.h"
#include "storage/operation_store.h"

namespace replyguard::service {

// The longest that Wait takes.
inline constexpr std::chrono::milliseconds kOperationWaitMax{50'000};

// Thread-safe. Holds references; they outlive it. All calls need an operator's key that covers
// every site (PERMISSION_DENIED).
class Operations {
 public:
  Operations(storage::OperationStore& store, OperationWatch& watch, const Clock& clock)
      : store_(store), watch_(watch), clock_(clock) {}

  // OPERATION_NOT_FOUND. BLOCKS, as List and Cancel.
  absl::StatusOr<storage::Operation> Get(const Principal& principal, std::int64_t number,
                                         storage::Deadline deadline) const;

  // Newest first.
  absl::StatusOr<std::vector<storage::Operation>> List(const Principal& principal,
                                                       const storage::OperationQuery& query,
                                                       storage::Deadline deadline) const;

  // Asks it to end; one that waits ends at once, one that has ended stays as it is.
  // OPERATION_NOT_FOUND.
  absl::StatusOr<storage::Operation> Cancel(const Principal& principal, std::int64_t number,
                                            storage::Deadline deadline) const;

  // As OperationWatch::Wait; never blocks.
  void Wait(const Principal& principal, std::int64_t number, std::int64_t seen_revision,
            storage::Deadline until, OperationWatch::Done done) const;

 private:
  storage::OperationStore& store_;
  OperationWatch& watch_;
  const Clock& clock_;
};

}  // namespace replyguard::service
