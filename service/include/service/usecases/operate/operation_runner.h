// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The thread of a server that takes operations up and works on them, one at a time, while another
// thread renews the lease, writes down how far it is and looks whether it is to end.
//
// A server that dies stops renewing: another one, or the same after its restart, takes the
// operation up once the lease has run out, and begins it anew from its stored request. A server
// that stops in order gives it back at once. Whoever lost its lease cannot end the operation any
// more (OperationStore::End), so that it takes effect once.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "service/usecases/clock.h"
#include "service/usecases/operate/work_progress.h"
#include "service/usecases/pacer.h"
#include "storage/mutex.h"
#include "storage/operation_store.h"

namespace replyguard::service {

// Does the work, without an effect: what is to take effect is in the end that it answers. BLOCKS;
// ends soon, with any error, once progress.Check() is not OK. UNAVAILABLE and its kin: the
// operation is tried again. Other errors, with a detail, are how it ends.
using OperationJob = std::function<absl::StatusOr<storage::OperationEnd>(const storage::Operation&,
                                                                         WorkProgress& progress)>;
using OperationJobs = std::map<storage::OperationKind, OperationJob>;

struct OperationRunnerOptions {
  // How long to wait for a Wake before looking for work anyway.
  std::chrono::milliseconds poll_interval{500};
  // How long an operation stays with a server that does not answer any more.
  std::chrono::milliseconds lease_time{6'000};
  // How often the lease is renewed and progress written.
  std::chrono::milliseconds beat_interval{250};
  // An operation that was taken up so often without an end brings its servers down, and fails.
  std::int32_t attempts_max = 10;
  // How long one call to storage may take.
  std::chrono::milliseconds storage_timeout{10'000};
  // Whether work may be taken up yet; null: at once. Called on the runner's thread.
  std::function<bool()> ready{};
  // Told in one line, for the operator's log. Called on the runner's threads. May be empty.
  std::function<void(std::string_view)> warn{};
};

// Start and Stop: by the owner. Wake: from any thread. Holds references; they outlive it.
class OperationRunner final {
 public:
  OperationRunner(storage::OperationStore& store, const Clock& clock, RandomSource& random,
                  OperationJobs jobs, OperationRunnerOptions options = {});
  ~OperationRunner();  // stops

  void Start();
  // Ends the work in progress and gives it back; returns when the thread has ended.
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop();
  // There may be an operation to take up. Cheap.
  void Wake() { pacer_.Wake(); }

  // Instead of Start, on one thread (tests): takes one operation up and works on it. Whether there
  // was one, and the system gave it a thread more. BLOCKS.
  absl::StatusOr<bool> RunNext();

 private:
  class Beat;

  void Run();
  // Whether there was room for it.
  bool WorkOn(const storage::Operation& operation, WorkProgress& progress);
  absl::StatusOr<storage::OperationEnd> Work(const storage::Operation& operation,
                                             WorkProgress& progress);
  void Settle(const storage::Operation& operation, const WorkProgress& progress,
              absl::StatusOr<storage::OperationEnd> end);
  // Until it is stored, or nobody needs it any more.
  void End(const storage::Operation& operation, const WorkProgress& progress,
           storage::OperationEnd end);
  void GiveBack(const storage::Operation& operation, bool counted);
  storage::Deadline SoonDeadline() const;
  void Warn(const std::string& text) const;

  storage::OperationStore& store_;
  const Clock& clock_;
  const OperationJobs jobs_;
  const std::vector<storage::OperationKind> kinds_;  // others are a newer server's
  const OperationRunnerOptions options_;
  const storage::OperationLease lease_;

  bool refused_ = false;  // a thread, the last time that one was needed; RunNext's own
  Mutex mutex_;
  std::shared_ptr<WorkProgress> working_ REPLYGUARD_GUARDED_BY(mutex_);  // null: on nothing

  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
