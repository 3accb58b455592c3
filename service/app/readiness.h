// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whether this server can do its work, asked again and again: the schema is ours, PostgreSQL
// answers, the HMAC keys are those the rows were written under, sites and model are loaded.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "service/usecases/pacer.h"
#include "storage/types.h"

namespace replyguard::service {

struct ReadinessOptions {
  // How often it is asked. A database that goes away is noticed within this and the timeout, and
  // one to which connecting hangs, which no deadline ends, so much later.
  std::chrono::milliseconds interval{500};
  std::chrono::milliseconds timeout{1'500};
  std::chrono::milliseconds overdue{500};
};

// Thread-safe.
class Readiness {
 public:
  // `check` blocks, by the deadline or longer; OK when ready. `works`: whether the server does its
  // work at this moment, however long a check takes; does not block. `changed` is told every
  // change, and the first answer. Both are called on threads of this, one call at a time each.
  Readiness(std::function<absl::Status(storage::Deadline)> check, std::function<bool()> works,
            std::function<void(const absl::Status&)> changed, ReadinessOptions options = {});
  ~Readiness();  // stops

  void Start();
  // Not ready from now on. May be called again.
  void Stop();
  bool ready() const { return ready_.load(); }

 private:
  void Run();
  // One check. Tells meanwhile that it is overdue.
  absl::Status Look();
  void Tell(const absl::Status& status);

  const std::function<absl::Status(storage::Deadline)> check_;
  const std::function<bool()> works_;
  const std::function<void(const absl::Status&)> changed_;
  const ReadinessOptions options_;
  std::atomic<bool> ready_{false};
  std::optional<absl::Status> last_;  // that was told
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
