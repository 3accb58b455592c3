// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/maintain/housekeeper.h"

#include <string>
#include <utility>

namespace replyguard::service {

Housekeeper::Housekeeper(storage::Maintenance& maintenance, const Clock& clock,
                         HousekeeperOptions options)
    : maintenance_(maintenance), clock_(clock), options_(std::move(options)) {}

Housekeeper::~Housekeeper() { Stop(); }

void Housekeeper::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Housekeeper::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::Run() {
  while (pacer_.Pause(options_.interval)) {
    const absl::Status status = RunOnce();
    if (!status.ok() && options_.warn) {
      options_.warn("housekeeping is put off: " + std::string(status.message()));
    }
  }
}

absl::Status Housekeeper::UntilDone(
    const std::function<absl::StatusOr<std::int64_t>(storage::Deadline)>& step) {
  while (!pacer_.stopping()) {
    const auto done = step(std::chrono::steady_clock::now() + options_.storage_timeout);
    if (!done.ok()) return done.status();
    if (*done < options_.rows_max) break;
  }
  return absl::OkStatus();
}

absl::Status Housekeeper::RunOnce() {
  const storage::Timestamp now = clock_.Now();
  absl::Status status = UntilDone([&](storage::Deadline deadline) {
    return maintenance_.BlankErasedSamples(now - options_.erased_samples_kept, options_.rows_max,
                                           deadline);
  });
  if (!status.ok()) return status;
  status = UntilDone([&](storage::Deadline deadline) {
    return maintenance_.ExpireRequestIds(now - options_.request_ids_kept, options_.rows_max,
                                         deadline);
  });
  if (!status.ok()) return status;
  status = UntilDone([&](storage::Deadline deadline) {
    return maintenance_.PruneEvents(now - options_.events_kept, options_.rows_max, deadline);
  });
  if (!status.ok()) return status;
  return UntilDone([&](storage::Deadline deadline) {
    return maintenance_.PruneShadowVerdicts(now - options_.shadow_verdicts_kept, options_.rows_max,
                                            deadline);
  });
}

}  // namespace replyguard::service
