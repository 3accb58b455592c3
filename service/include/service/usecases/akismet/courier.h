// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Tells websites what people decided (AkismetCallbacks), from the outbox in the database: at least
// once, with growing pauses, by whichever server comes first.
//
// What is told is a comment's present status: true for spam, false for approved. A comment that is
// neither by then is not told. Those of one URL and key go together.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/sealer.h"
#include "service/usecases/clock.h"
#include "service/usecases/deliver/poster.h"
#include "service/usecases/pacer.h"
#include "storage/callback_store.h"

namespace replyguard::service {

// After the first, second, ... failure; after the last of them it is given up.
inline constexpr std::array<std::chrono::seconds, 8> kCallbackPauses = {
    std::chrono::seconds(5),  std::chrono::seconds(30), std::chrono::minutes(2),
    std::chrono::minutes(10), std::chrono::hours(1),    std::chrono::hours(6),
    std::chrono::hours(12),   std::chrono::hours(24)};
// Comments told by one call.
inline constexpr std::int32_t kCallbackGroupMax = 50;
// Longer than a call may take: nobody else tells it meanwhile.
inline constexpr std::chrono::seconds kCallbackLease{60};
// How long after its comment came a callback is kept.
inline constexpr std::chrono::hours kCallbacksKept{24 * 30};

struct CourierOptions {
  // How long to wait for a Wake before looking anyway.
  std::chrono::milliseconds interval{1'000};
  std::chrono::milliseconds storage_timeout{5'000};
  // One line for the operator's log. May be empty.
  std::function<void(std::string_view)> warn;
};

// Thread-safe. Holds references; they outlive it.
class CallbackCourier {
 public:
  CallbackCourier(storage::CallbackStore& store, const auth::Sealer& sealer, Poster& poster,
                  const Clock& clock, CourierOptions options = {});
  ~CallbackCourier();  // stops

  void Start();
  // Waits for a call in progress.
  void Stop();
  void Wake() { pacer_.Wake(); }

  // BLOCKS. Collects, tells what is due, and answers how many comments were told or given up.
  absl::StatusOr<std::int64_t> RunOnce();

 private:
  void Run();
  void Prune();
  // OK, or why the group was not told.
  absl::Status Tell(const std::vector<storage::DueCallback>& group);
  absl::Status Settle(const std::vector<storage::DueCallback>& group, const absl::Status& told);
  storage::Deadline Soon() const {
    return std::chrono::steady_clock::now() + options_.storage_timeout;
  }

  storage::CallbackStore& store_;
  const auth::Sealer& sealer_;
  Poster& poster_;
  const Clock& clock_;
  const CourierOptions options_;
  storage::Timestamp pruned_at_{};
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
