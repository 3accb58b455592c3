// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whether this server can do its work, asked again and again: the schema is ours, PostgreSQL
// answers, the HMAC keys are those the rows were written under, sites and model are loaded.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "service/usecases/pacer.h"
#include "storage/types.h"

namespace replyguard::service {

struct ReadinessOptions {
  // How often it is asked. A database that goes away is noticed within this and the timeout.
  std::chrono::milliseconds interval{500};
  std::chrono::milliseconds timeout{1'500};
};

// Thread-safe.
class Readiness {
 public:
  // `check` blocks, by the deadline; OK when ready. `changed` is told every change, and the first
  // answer.
  Readiness(std::function<absl::Status(storage::Deadline)> check,
            std::function<void(const absl::Status&)> changed, ReadinessOptions options = {});
  ~Readiness();  // stops

  void Start();
  // Not ready from now on. May be called again.
  void Stop();
  bool ready() const { return ready_.load(); }

 private:
  void Run();

  const std::function<absl::Status(storage::Deadline)> check_;
  const std::function<void(const absl::Status&)> changed_;
  const ReadinessOptions options_;
  std::atomic<bool> ready_{false};
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
