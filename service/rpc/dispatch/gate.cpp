// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/gate.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <functional>

#include "service/auth/sign_in_throttle.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::chrono::milliseconds kThrottledRetryDelay{1000};

// To make another generation the active one, and to see what became of it. None asks the model.
constexpr std::array<std::string_view, 6> kGenerationCalls{
    "/replyguard.v1.ModelService/ActivateModelGeneration",
    "/replyguard.v1.ModelService/GetModelGeneration",
    "/replyguard.v1.ModelService/ListModelGenerations",
    "/replyguard.v1.ModelService/RollbackModel",
    "/replyguard.v1.OperationService/GetOperation",
    "/replyguard.v1.OperationService/WaitOperation"};

bool ChangesGenerations(std::string_view path) {
  return std::find(kGenerationCalls.begin(), kGenerationCalls.end(), path) !=
         kGenerationCalls.end();
}

std::uint64_t RandomStart() {
  std::uint64_t value = 0;
  randombytes_buf(&value, sizeof value);
  return value;
}

absl::Status WithRetry(absl::StatusCode code, std::string_view reason, std::string_view message,
                       std::chrono::milliseconds delay) {
  ErrorDetail detail;
  detail.reason = std::string(reason);
  detail.retry_delay = delay;
  return MakeError(code, message, detail);
}

}  // namespace

absl::Status Overloaded(std::string_view what) {
  return WithRetry(absl::StatusCode::kResourceExhausted, reasons::kOverloaded, what,
                   kOverloadRetryDelay);
}

BoundedExecutor::Lane LaneOfStranger(std::string_view peer) {
  return std::hash<std::string>{}(auth::NetworkOf(peer));
}

BoundedExecutor::Lane SharedLaneOfStranger(std::string_view peer) {
  // None of them is the server's own.
  return LaneOfStranger(peer) % kStrangersLanes + BoundedExecutor::kOwnLane + 1;
}

BoundedExecutor::Lane LaneOf(const Principal& principal) {
  const std::hash<std::string> hash;
  return hash(principal.site ? "sites/" + *principal.site : CredentialOf(principal));
}

Gate::Gate(auth::Authenticator& authenticator, auth::KeyRates& rates,
           const GateExecutors& executors, CallObserver& observer, std::size_t calls_in_flight_max)
    : authenticator_(authenticator),
      rates_(rates),
      executors_(executors),
      observer_(observer),
      calls_in_flight_max_(calls_in_flight_max),
      request_ids_(RandomStart()) {}

absl::Status Gate::Enter(std::string_view path) {
  if (closed_.load(std::memory_order_relaxed)) {
    return WithRetry(absl::StatusCode::kUnavailable, "STOPPING",
                     "this server is stopping; nothing was done", kOverloadRetryDelay);
  }
  if (!opened_.load(std::memory_order_relaxed) &&
      !(opened_for_generations_.load(std::memory_order_relaxed) && ChangesGenerations(path))) {
    return WithRetry(absl::StatusCode::kUnavailable, reasons::kNotReady,
                     "this server is starting; nothing was done", kOverloadRetryDelay);
  }
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) < calls_in_flight_max_) {
    return absl::OkStatus();
  }
  Leave();
  return Overloaded();
}

absl::StatusOr<storage::Deadline> Gate::DeadlineOf(storage::Deadline client) const {
  const auto now = std::chrono::steady_clock::now();
  if (client >= now + kCallTimeMax) return now + kCallTimeMax;
  if (client < now + kDeadlineMargin) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_TOO_NEAR",
                     "the deadline is too near to answer in time; nothing was done");
  }
  return client;
}

absl::Status Gate::ToStatus(auth::Verdict verdict) {
  switch (verdict) {
    case auth::Verdict::kGood:
      return absl::OkStatus();
    case auth::Verdict::kBad:
      return MakeError(absl::StatusCode::kUnauthenticated, "UNAUTHENTICATED",
                       "a valid API key is needed: authorization: Bearer {key}");
    case auth::Verdict::kThrottled:
      return WithRetry(absl::StatusCode::kResourceExhausted, "TOO_MANY_WRONG_KEYS",
                       "too many wrong API keys came from this address", kThrottledRetryDelay);
    case auth::Verdict::kUnknown:
    case auth::Verdict::kAway:
      break;
  }
  return WithRetry(absl::StatusCode::kUnavailable, reasons::kStorageAway,
                   "the database is away: this API key cannot be checked now",
                   kThrottledRetryDelay);
}

absl::Status Gate::CheckRate(const auth::Answer& caller) {
  const auto wait = rates_.Take(CredentialOf(*caller.principal), caller.call_rate,
                                std::chrono::steady_clock::now());
  if (wait.count() == 0) return absl::OkStatus();
  return WithRetry(absl::StatusCode::kResourceExhausted, "RATE_LIMITED",
                   "this API key calls more often than it may",
                   std::chrono::ceil<std::chrono::milliseconds>(wait));
}

std::string Gate::NewRequestId() {
  // A counter from a random start, mixed (SplitMix64) so that ids tell nothing about the number of
  // calls.
  std::uint64_t id = request_ids_.fetch_add(0x9E3779B97F4A7C15U, std::memory_order_relaxed);
  id = (id ^ (id >> 30U)) * 0xBF58476D1CE4E5B9U;
  id = (id ^ (id >> 27U)) * 0x94D049BB133111EBU;
  id ^= id >> 31U;
  std::array<char, 2 * sizeof id + 1> text{};
  sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(&id), sizeof id);
  return text.data();
}

}  // namespace replyguard::service::rpc
