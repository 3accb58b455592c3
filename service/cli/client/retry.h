// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <optional>
#include <random>

namespace replyguard::service::cli {

// When a failed call is repeated: UNAVAILABLE, RESOURCE_EXHAUSTED, and DEADLINE_EXCEEDED, which is
// safe because every request carries an id under which the server answers a repeated one without
// doing it twice. Waits double from 100 ms to 5 s, less a random half so that clients do not come
// back together, and never less than the server asks for (up to a minute). Not thread-safe.
class RetryPolicy {
 public:
  explicit RetryPolicy(int retries_max)
      : retries_max_(retries_max), random_(std::random_device{}()) {}

  // How long to wait before repeat number `retry` (from 1); nullopt to give up.
  std::optional<std::chrono::milliseconds> WaitBefore(const grpc::Status& status, int retry);

  // The same for whoever has another bound than a number of repeats.
  std::chrono::milliseconds Wait(const grpc::Status& status, int retry);

 private:
  int retries_max_;
  std::minstd_rand random_;
};

}  // namespace replyguard::service::cli
