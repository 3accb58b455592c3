// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What must be done now and then so that nothing is kept longer than promised: request_ids are
// forgotten after 30 days, events are dropped when no backend can still want them, what an erased
// comment taught is blanked, and what a former shadow said is dropped.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "service/usecases/clock.h"
#include "service/usecases/pacer.h"
#include "storage/maintenance.h"

namespace replyguard::service {

struct HousekeeperOptions {
  // Between two rounds.
  std::chrono::seconds interval{60};
  // How long a retried submission is recognised.
  std::chrono::hours request_ids_kept{24 * 30};
  // How long a backend may be away and still resume from its cursor.
  std::chrono::hours events_kept{24 * 90};
  // From erasing a comment to blanking its training sample: time for every server to apply the
  // retraction.
  std::chrono::minutes erased_samples_kept{1};
  // What a shadow said that was taken off since.
  std::chrono::hours shadow_verdicts_kept{24 * 30};
  // Rows a statement; a round takes several.
  std::int32_t rows_max = 10'000;
  // How long one call to storage may take.
  std::chrono::milliseconds storage_timeout{30'000};
  // Told in one line why a round failed; the next one tries again. Called on the housekeeper's
  // thread. May be empty.
  std::function<void(std::string_view)> warn;
};

// Start and Stop: by the owner. RunOnce: instead of Start, on one thread. Several servers may run
// theirs at once.
class Housekeeper final {
 public:
  Housekeeper(storage::Maintenance& maintenance, const Clock& clock,
              HousekeeperOptions options = {});
  ~Housekeeper();  // stops

  void Start();
  // After the statement in progress. May be called again.
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop() { pacer_.Stop(); }
  // BLOCKS. One round. What fails keeps nothing behind it from being done: the answer has the code
  // of the first error, and names all that failed.
  absl::Status RunOnce();
  // What failed since the start, each part of each round by itself. From any thread.
  std::int64_t failed_count() const { return failed_count_.load(std::memory_order_relaxed); }

 private:
  void Run();
  using Step = absl::StatusOr<std::int64_t> (storage::Maintenance::*)(storage::Timestamp before,
                                                                      std::int32_t limit,
                                                                      storage::Deadline deadline);
  absl::Status UntilDone(Step step, storage::Timestamp before);

  storage::Maintenance& maintenance_;
  const Clock& clock_;
  const HousekeeperOptions options_;
  std::atomic<std::int64_t> failed_count_{0};
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
