// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/maintain/housekeeper.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

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

absl::Status Housekeeper::UntilDone(Step step, storage::Timestamp before) {
  while (!pacer_.stopping()) {
    const auto done = (maintenance_.*step)(
        before, options_.rows_max, std::chrono::steady_clock::now() + options_.storage_timeout);
    if (!done.ok()) return done.status();
    if (*done < options_.rows_max) break;
  }
  return absl::OkStatus();
}

absl::Status Housekeeper::RunOnce() {
  struct Part {
    const char* name;
    Step step;
    std::chrono::minutes kept;
  };
  using M = storage::Maintenance;
  const Part parts[] = {
      {"erased samples", &M::BlankErasedSamples, options_.erased_samples_kept},
      {"request_ids", &M::ExpireRequestIds, options_.request_ids_kept},
      {"events", &M::PruneEvents, options_.events_kept},
      {"shadow verdicts", &M::PruneShadowVerdicts, options_.shadow_verdicts_kept},
  };
  const storage::Timestamp now = clock_.Now();
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string failed;
  for (const Part& part : parts) {
    const absl::Status status = UntilDone(part.step, now - part.kept);
    if (status.ok()) continue;
    failed_count_.fetch_add(1, std::memory_order_relaxed);
    if (code == absl::StatusCode::kOk) code = status.code();
    absl::StrAppend(&failed, failed.empty() ? "" : "; ", part.name, ": ", status.message());
  }
  return {code, failed};
}

}  // namespace replyguard::service
