// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/deliver/outcome.h"

#include <algorithm>
#include <string>

namespace replyguard::service {

absl::Status OutcomeOf(const absl::StatusOr<OutgoingAnswer>& answer) {
  if (!answer.ok()) return answer.status();
  constexpr int kOk = 200, kNotOk = 300;
  if (answer->status >= kOk && answer->status < kNotOk) return absl::OkStatus();
  return absl::UnavailableError("answered " + std::to_string(answer->status));
}

std::chrono::seconds PauseAfter(std::size_t failures,
                                std::span<const std::chrono::seconds> pauses) {
  return pauses[std::clamp<std::size_t>(failures, 1, pauses.size()) - 1];
}

}  // namespace replyguard::service
