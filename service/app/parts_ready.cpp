// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What readiness asks of the parts of a server.
#include <chrono>
#include <cstdint>
#include <string>

#include "service/app/parts.h"

namespace replyguard::service {
namespace {

// In steps of so many percent a model that is built from the log says how far it has come.
constexpr std::int64_t kProgressPercent = 5;

absl::Status ModelReady(const LearnerState& state) {
  if (state.caught_up) return absl::OkStatus();
  if (!state.fault.empty()) return absl::UnavailableError(state.fault);
  if (!state.loaded || state.head_position == 0) {
    return absl::UnavailableError("the model is not loaded yet");
  }
  const std::int64_t percent = 100 * state.position / state.head_position;
  return absl::UnavailableError("the model has learnt " +
                                std::to_string(percent / kProgressPercent * kProgressPercent) +
                                " % of " + std::to_string(state.head_position) + " labels");
}

// How old the last look at the database's disk may be. Less than StorageState::kRefusalTime, after
// which refused comments alone no longer speak against being ready.
constexpr std::chrono::seconds kRoomInterval{2};
static_assert(kRoomInterval < StorageState::kRefusalTime);

}  // namespace

// Not on every look while there is room; on every one while there is none, as somebody waits. A
// database too slow to say is not a full one.
absl::Status Parts::CheckRoom(storage::Deadline deadline) {
  const auto now = std::chrono::steady_clock::now();
  if (room_.ok() && now - room_looked_ < kRoomInterval) return room_;
  const absl::Status room = db_->maintenance().CheckRoom(deadline);
  if (absl::IsDeadlineExceeded(room)) return room_;
  room_looked_ = now;
  return room_ = room;
}

absl::Status Parts::CheckReady(storage::Deadline deadline) {
  const auto time = db_->maintenance().CheckReady(deadline);
  absl::Status status = time.status();
  storage_state_.SetAway(!status.ok());
  if (!status.ok()) return status;
  clock_.Note(*time, SinceBoot());
  if (!storage_state_.TakesWrites(std::chrono::steady_clock::now())) {
    return absl::UnavailableError("the database does not take comments");
  }
  status = CheckRoom(deadline);
  if (!status.ok()) return status;
  if (!keys_registered_) {
    status = RegisterKeys(deadline);
    if (!status.ok()) return status;
    keys_registered_ = true;
  }
  if (!directory_.loaded()) return absl::UnavailableError("the sites are not loaded yet");
  if (!keys_warm_) {
    // A database too slow for it serves all the same.
    status = authenticator_.Warm(deadline);
    if (absl::IsUnavailable(status)) return status;
    keys_warm_ = true;
  }
  // Not merely loaded: a checkpoint without its tail would score other than before the restart.
  const LearnerState model = learner_.State();
  // Nobody could change what is active otherwise.
  if (!model.fault.empty()) gate_.OpenForGenerations();
  return ModelReady(model);
}

}  // namespace replyguard::service
