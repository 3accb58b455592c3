// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/retry_after.h"

#include <algorithm>
#include <chrono>

#include "service/rpc/status/status_mapping.h"

namespace replyguard::service::http {
namespace {

constexpr std::chrono::minutes kAfterALimit{1};

}  // namespace

std::optional<std::string> RetryAfterOf(const absl::Status& status) {
  auto delay = rpc::RetryDelayOf(status);
  if (!delay && absl::IsResourceExhausted(status)) delay = kAfterALimit;
  if (!delay) return std::nullopt;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*delay);
  return std::to_string(std::max(seconds, std::chrono::seconds(1)).count());
}

}  // namespace replyguard::service::http
