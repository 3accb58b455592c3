// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What must be done now and then so that nothing is kept longer than promised: request_ids are
// forgotten after 30 days, events are dropped when no backend can still want them, what an erased
// comment taught is blanked, and what a former shadow said is dropped.
#pragma once

#include <chrono>
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
  // BLOCKS. One round; the first error ends it.
  absl::Status RunOnce();

 private:
  void Run();
  absl::Status UntilDone(
      const std::function<absl::StatusOr<std::int64_t>(storage::Deadline)>& step);

  storage::Maintenance& maintenance_;
  const Clock& clock_;
  const HousekeeperOptions options_;
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
