// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What couriers have in common: for how long that which one of them took is left to it, and their
// options.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::service {

// Nobody else tells what a courier took meanwhile; of a server that was killed, too. It begins anew
// before a call when it is no longer fresh: a call, and storing what came of it, take less than
// what is left then.
inline constexpr std::chrono::seconds kDeliveryLease{25};
inline constexpr std::chrono::seconds kLeaseFreshMax{3};
// What one step in the database may take.
inline constexpr std::chrono::seconds kDeliveryStorageTimeMax{5};
// No further call of a turn is begun then, but for one of each kind: others wait for the thread.
inline constexpr std::chrono::seconds kDeliveryTurnTimeMax{15};
// One that failed after longer hangs: it costs a thread, and others of its site would, too.
inline constexpr std::chrono::seconds kSlowCall{2};

struct CourierOptions {
  // How long to wait for a Wake before looking anyway.
  std::chrono::milliseconds interval{1'000};
  std::chrono::milliseconds storage_timeout{kDeliveryStorageTimeMax};  // at most that
  std::chrono::milliseconds lease_fresh{kLeaseFreshMax};               // at most that
  std::chrono::milliseconds turn_time{kDeliveryTurnTimeMax};           // at most that
  // One line for the operator's log. May be empty.
  std::function<void(std::string_view)> warn;
};

// The lease on what one thread of a courier tells; that thread's own.
class DeliveryLease {
 public:
  explicit DeliveryLease(const CourierOptions& options) : options_(options) {}

  // Before the statement that begins it, or begins it anew.
  void Begin() { begun_ = std::chrono::steady_clock::now(); }

  // So that a call that follows ends before the lease does. BLOCKS while it begins anew where that
  // is needed: `renew` stores it, by its deadline, and answers whether it is still ours.
  template <typename Renew>
  absl::StatusOr<bool> KeepFresh(Renew&& renew) {
    const auto now = std::chrono::steady_clock::now();
    if (now - begun_ <= options_.lease_fresh) return true;
    begun_ = now;
    // An answer that is late is none: the lease would no longer be fresh.
    return renew(storage::Deadline{
        now + std::min<std::chrono::milliseconds>(options_.storage_timeout, kLeaseFreshMax)});
  }

 private:
  const CourierOptions& options_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace replyguard::service
