// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Waits for operations to change: one thread looks at all that are waited for, so that a waiting
// call costs none.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "service/usecases/pacer.h"
#include "storage/mutex.h"
#include "storage/operation_store.h"

namespace replyguard::service {

struct OperationWatchOptions {
  // How often it looks without a Wake, while anybody waits.
  std::chrono::milliseconds look_interval{200};
  std::size_t waits_max = 256;
  std::chrono::milliseconds storage_timeout{5'000};
};

// Wait and Wake: from any thread. Start and Stop: by the owner.
class OperationWatch final {
 public:
  using Done = std::function<void(absl::StatusOr<storage::Operation>)>;

  explicit OperationWatch(storage::OperationStore& store, OperationWatchOptions options = {});
  ~OperationWatch();  // stops

  void Start();
  // Ends every wait, UNAVAILABLE. May be called again.
  void Stop();
  // An operation may have changed. Cheap.
  void Wake() { pacer_.Wake(); }

  // Calls `done` once, on any thread: when the operation has ended, when its revision is neither
  // `seen_revision` nor that 0, or at `until`. OPERATION_NOT_FOUND; OVERLOADED; SHUTTING_DOWN;
  // UNAVAILABLE. Never blocks.
  void Wait(std::int64_t number, std::int64_t seen_revision, storage::Deadline until, Done done);

 private:
  struct Waiting {
    std::int64_t number = 0;
    std::int64_t seen_revision = 0;
    storage::Deadline until{};
    Done done;
  };

  void Run();
  void Look();

  storage::OperationStore& store_;
  const OperationWatchOptions options_;
  Mutex mutex_;
  std::vector<Waiting> waiting_ REPLYGUARD_GUARDED_BY(mutex_);
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
