// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/client/retry.h"

#include <algorithm>
#include <cstdint>

#include "service/cli/client/call_error.h"

namespace replyguard::service::cli {
namespace {

constexpr std::int64_t kWaitMsMin = 100;
constexpr std::int64_t kWaitMsMax = 5000;
constexpr std::int64_t kAskedWaitMsMax = 60'000;
constexpr int kDoublingsMax = 16;

}  // namespace

std::optional<std::chrono::milliseconds> RetryPolicy::WaitBefore(const grpc::Status& status,
                                                                 int retry) {
  const grpc::StatusCode code = status.error_code();
  const bool may_help = code == grpc::StatusCode::UNAVAILABLE ||
                        code == grpc::StatusCode::RESOURCE_EXHAUSTED ||
                        code == grpc::StatusCode::DEADLINE_EXCEEDED;
  if (!may_help || retry > retries_max_) return std::nullopt;
  return Wait(status, retry);
}

std::chrono::milliseconds RetryPolicy::Wait(const grpc::Status& status, int retry) {
  const std::int64_t full =
      std::min(kWaitMsMax, kWaitMsMin << std::clamp(retry - 1, 0, kDoublingsMax));
  std::uniform_int_distribution<std::int64_t> jitter(full / 2, full);
  std::int64_t wait = jitter(random_);
  if (const auto asked = DecodeError(status).retry_after) {
    wait = std::max(wait, std::min(asked->count(), kAskedWaitMsMax));
  }
  return std::chrono::milliseconds(wait);
}

}  // namespace replyguard::service::cli
