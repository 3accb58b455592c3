// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Removes what is older than the operator wants to keep it, class by class and site by site; and
// says beforehand how much that is.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "service/usecases/clock.h"
#include "service/usecases/pacer.h"
#include "storage/retention.h"
#include "storage/upkeep.h"

namespace replyguard::service {

struct RetentionOutcome {
  storage::RetentionClass data{};
  // What holds for sites without an age of their own; 0: for good.
  std::int32_t kept_days = 0;
  // Sites that have one.
  std::int32_t own_age_count = 0;
  // Rows that are older, or that went.
  std::int64_t row_count = 0;
};

struct RetentionOptions {
  // Rows that one transaction looks at, 1 to 100,000.
  std::int32_t rows_max = 5'000;
  // How long one call to storage may take.
  std::chrono::milliseconds storage_timeout{30'000};
};

// Thread-safe. Several may run at once, on one database too.
class Retention final {
 public:
  explicit Retention(storage::Upkeep& upkeep, RetentionOptions options = {})
      : upkeep_(upkeep), options_(options) {}

  // BLOCKS. What Apply would do now: one of each class, in the order of kRetentionClasses. Reads
  // all that is old.
  absl::StatusOr<std::vector<RetentionOutcome>> Preview(storage::Timestamp now) const;

  // BLOCKS until all of it is gone, `stopping` says so between two steps, or the first error. What
  // went stays gone.
  absl::StatusOr<std::vector<RetentionOutcome>> Apply(storage::Timestamp now,
                                                      const std::function<bool()>& stopping) const;

 private:
  storage::Deadline Soon() const;
  absl::StatusOr<std::int64_t> ApplyOne(storage::RetentionClass data, storage::SiteId owner,
                                        storage::Timestamp before,
                                        const std::function<bool()>& stopping) const;
  template <typename OfOwner>
  absl::StatusOr<std::vector<RetentionOutcome>> ForEach(storage::Timestamp now,
                                                        OfOwner of_owner) const;

  storage::Upkeep& upkeep_;
  const RetentionOptions options_;
};

// Applies it now and then, on a thread of its own. Start and Stop: by the owner.
class RetentionKeeper final {
 public:
  // Between two rounds, and before the first: each walks through all that is old.
  static constexpr std::chrono::hours kInterval{1};

  // warn is told in one line why a round failed; the next one tries again. May be empty.
  RetentionKeeper(storage::Upkeep& upkeep, const Clock& clock,
                  std::function<void(std::string_view)> warn,
                  std::chrono::milliseconds interval = kInterval);
  ~RetentionKeeper();  // stops

  void Start();
  // After the step in progress. May be called again.
  void Stop();
  // Asks the thread to end, and does not wait for that.
  void AskToStop() { pacer_.Stop(); }

 private:
  void Run();

  const Retention retention_;
  const Clock& clock_;
  const std::function<void(std::string_view)> warn_;
  const std::chrono::milliseconds interval_;
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
