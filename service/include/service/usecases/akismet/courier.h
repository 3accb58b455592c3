// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Tells websites what people decided (AkismetCallbacks), from the outbox in the database: at least
// once, with growing pauses, by whichever server comes first.
//
// What is told is a comment's present status: true for spam, false for approved. A comment that is
// neither by then is not told. Those of one URL and key go together. A site has one call at a time,
// and none for a while after one that failed slowly, so that an endpoint which hangs keeps nobody
// else's waiting; what else is due by a call that hung is put off behind other calls of the site.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/sealer.h"
#include "service/usecases/clock.h"
#include "service/usecases/deliver/crew.h"
#include "service/usecases/deliver/delivery.h"
#include "service/usecases/deliver/poster.h"
#include "service/usecases/deliver/site_turns.h"
#include "storage/callback_store.h"
#include "storage/mutex.h"

namespace replyguard::service {

// After the first, second, ... failure; after the last of them it is given up.
inline constexpr std::array<std::chrono::seconds, 8> kCallbackPauses = {
    std::chrono::seconds(5),  std::chrono::seconds(30), std::chrono::minutes(2),
    std::chrono::minutes(10), std::chrono::hours(1),    std::chrono::hours(6),
    std::chrono::hours(12),   std::chrono::hours(24)};
// Comments told by one call.
inline constexpr std::int32_t kCallbackGroupMax = 50;
// Sites that are told at the same time, by one server.
inline constexpr std::size_t kCallbackWorkers = 4;
// For how long this server calls a site not at all, after its first, second, ... failure in a row
// that took longer than kSlowCall, whatever else is due there.
inline constexpr std::array<std::chrono::seconds, 3> kSiteRests = {
    std::chrono::seconds(5), std::chrono::seconds(30), std::chrono::minutes(2)};
// How long after its comment came a callback is kept.
inline constexpr std::chrono::hours kCallbacksKept{24 * 30};

// Thread-safe. Holds references; they outlive it.
class CallbackCourier {
 public:
  CallbackCourier(storage::CallbackStore& store, const auth::Sealer& sealer, Poster& poster,
                  const Clock& clock, CourierOptions options = {});
  ~CallbackCourier() { Stop(); }

  void Start() { crew_.Start(); }
  void AskToStop() { crew_.AskToStop(); }
  // Waits for calls in progress.
  void Stop() { crew_.Stop(); }
  void Wake() { crew_.Wake(); }

  // BLOCKS. Collects, and makes one call of those that are due; false when there was none.
  absl::StatusOr<bool> RunOnce();

 private:
  void Prune();
  // Tells a group, and stores what came of it; `hung`: whether the call failed slowly.
  absl::Status TakeTurn(storage::CallbackGroup group, DeliveryLease& lease, bool& hung);
  // OK, or why the group was not told.
  absl::Status Tell(const storage::CallbackGroup& group);
  absl::Status Settle(const storage::CallbackGroup& group, const absl::Status& told);
  storage::Deadline Soon() const {
    return std::chrono::steady_clock::now() + options_.storage_timeout;
  }

  storage::CallbackStore& store_;
  const auth::Sealer& sealer_;
  Poster& poster_;
  const Clock& clock_;
  const CourierOptions options_;
  Mutex mutex_;
  storage::Timestamp pruned_at_ REPLYGUARD_GUARDED_BY(mutex_){};
  SiteTurns turns_{kSiteRests};
  Crew crew_;
};

}  // namespace replyguard::service
