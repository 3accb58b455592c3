// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What every call passes before a method sees it, whatever the transport: admission, deadline,
// authentication; and what it passes at its end: counting and a request id.
//
// Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/authenticator.h"
#include "service/auth/key_rates.h"
#include "service/rpc/call_observer.h"
#include "service/rpc/dispatch/bounded_executor.h"
#include "service/rpc/dispatch/held_answers.h"
#include "storage/types.h"

namespace replyguard::service::rpc {

// A call with less time than this left is refused: its answer would come too late.
inline constexpr std::chrono::milliseconds kDeadlineMargin{2};
// The deadline of a call that brings none, or a later one.
inline constexpr std::chrono::milliseconds kCallTimeMax{60'000};
// When a client that was turned away may come again.
inline constexpr std::chrono::milliseconds kOverloadRetryDelay{250};

// Lanes of those who are not known yet. Each has its turn beside those of the sites, and who has
// many networks would otherwise have as many turns.
inline constexpr std::size_t kStrangersLanes = 4;
// Places among the strangers for those whose network is known.
inline constexpr std::size_t kKnownPlaces = 8;

// With more calls in progress than this a transport's threads do nothing but read and write.
inline constexpr std::size_t kScoredByTransportMax = 128;

// Where calls run that leave a transport's threads. All outlive the gate.
struct GateExecutors {
  BoundedExecutor& blocking;
  // The same of callers who are to stay unknown, so that they wait for each other alone.
  BoundedExecutor& strangers;
  // What takes the processor for long.
  BoundedExecutor& scorers;
  // Whether somebody has signed in from a peer's network: such a caller still finds a place among
  // the strangers when others have taken all. Empty: never.
  std::function<bool(std::string_view peer)> is_known = {};
};

class Gate {
 public:
  Gate(auth::Authenticator& authenticator, auth::KeyRates& rates, const GateExecutors& executors,
       CallObserver& observer, std::size_t calls_in_flight_max);

  // RESOURCE_EXHAUSTED when too many calls are in progress, UNAVAILABLE before Open and after
  // Close. `path`: of the call. After OK, Leave() is due once.
  absl::Status Enter(std::string_view path);
  // Takes calls from now on: all that an answer depends on, the model's last label among it, is
  // loaded. A database that goes away later does not close the gate again.
  void Open() { opened_.store(true); }
  // All is there but a model, and the generation that is active gives none: takes the calls that
  // make another the active one.
  void OpenForGenerations() { opened_for_generations_.store(true); }
  // Takes no more calls; those in progress go on.
  void Close() { closed_.store(true); }
  void Leave() { in_flight_.fetch_sub(1, std::memory_order_relaxed); }
  std::size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

  // DEADLINE_EXCEEDED when too little is left.
  absl::StatusOr<storage::Deadline> DeadlineOf(storage::Deadline client) const;

  // The status of an authentication that is settled: OK when good.
  static absl::Status ToStatus(auth::Verdict verdict);

  // RESOURCE_EXHAUSTED (RATE_LIMITED) when the caller calls more often than he may. Counts the
  // call. REQUIRES: he is known.
  absl::Status CheckRate(const auth::Answer& caller);

  // A fresh id for a call that failed: 16 hexadecimal digits.
  std::string NewRequestId();

  auth::Authenticator& authenticator() { return authenticator_; }
  BoundedExecutor& executor() { return executors_.blocking; }
  BoundedExecutor& strangers() { return executors_.strangers; }
  bool IsKnown(std::string_view peer) const {
    return executors_.is_known && executors_.is_known(peer);
  }
  BoundedExecutor& scorers() { return executors_.scorers; }
  // Whether this thread, a transport's, may score by itself now, so that a lone call changes no
  // thread. One at a time may, and none while much is in progress: the others read, and so see
  // what comes in time to refuse it. After true, EndScoring() is due.
  bool BeginScoring() {
    return in_flight() <= kScoredByTransportMax &&
           !scoring_.test_and_set(std::memory_order_relaxed);
  }
  void EndScoring() { scoring_.clear(std::memory_order_relaxed); }
  CallObserver& observer() { return observer_; }
  HeldAnswers& answers() { return *answers_; }

 private:
  auth::Authenticator& authenticator_;
  auth::KeyRates& rates_;
  const GateExecutors executors_;
  CallObserver& observer_;
  const std::shared_ptr<HeldAnswers> answers_ = std::make_shared<HeldAnswers>();
  const std::size_t calls_in_flight_max_;
  std::atomic<std::size_t> in_flight_{0};
  std::atomic_flag scoring_;
  std::atomic<bool> opened_{false};
  std::atomic<bool> opened_for_generations_{false};
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> request_ids_;
};

// RESOURCE_EXHAUSTED with a retry delay.
absl::Status Overloaded(std::string_view what = "too many calls at once; try again in a moment");

// A site's keys share its turns; whoever acts for several sites has his own.
BoundedExecutor::Lane LaneOf(const Principal& principal);
// Of somebody who is not known, by his network.
BoundedExecutor::Lane LaneOfStranger(std::string_view peer);
// The same where known callers run, too: one of kStrangersLanes, however many networks call.
BoundedExecutor::Lane SharedLaneOfStranger(std::string_view peer);

}  // namespace replyguard::service::rpc
