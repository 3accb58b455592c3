// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Operations: work that takes longer than a call. A server that works on one holds a lease on it
// and renews it; when the lease runs out, as the server died, any other server may take the
// operation up. How it ends, and what takes effect with it, is one transaction that only the
// holder of the lease can commit: so it takes effect once, or not at all.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/generation_store.h"
#include "storage/types.h"

namespace replyguard::storage {

// Of those that ended; older ones are removed when another one starts.
inline constexpr std::int64_t kEndedOperationsKept = 1'000;
inline constexpr std::int32_t kOperationPageMax = 1'001;

enum class OperationKind {
  kRetrain = 1,
  kCompare = 2,
  kActivate = 3,
  kImport = 4,
  kEvaluate = 5,
};

enum class OperationState {
  kWaiting = 1,
  kRunning = 2,
  kSucceeded = 3,
  kFailed = 4,
  kCancelled = 5,
};

struct NewOperation {
  OperationKind kind = OperationKind::kRetrain;
  // One at a time of each; 1 to 64 bytes.
  std::string scope{};
  std::string request{};     // the service owns its shape
  std::string created_by{};  // public id of the key
  Timestamp created_at{};
  // The key's own name of the request, at most 128 bytes; empty: it has none.
  std::string request_id{};
};

struct OperationProgress {
  std::string stage{};  // empty: not begun
  std::int64_t done_count = 0;
  std::int64_t total_count = 0;  // 0: unknown

  friend bool operator==(const OperationProgress&, const OperationProgress&) = default;
};

// Why it failed; code 0: it did not.
struct OperationError {
  int code = 0;  // absl::StatusCode
  std::string reason{};
  std::string message{};
};

struct Operation {
  std::int64_t number = 0;  // from 1
  NewOperation start{};
  std::optional<Timestamp> started_at{};  // first
  std::optional<Timestamp> ended_at{};
  OperationState state = OperationState::kWaiting;
  std::int64_t revision = 0;  // another one with each change
  OperationProgress progress{};
  bool cancel_requested = false;
  std::int32_t attempt_count = 0;  // how often it was taken up, but for those given back
  OperationError error{};
  std::string response{};
  std::optional<Generation> generation{};  // that it made, with its report
  std::optional<Activation> activation{};  // that is in force through it

  bool ended() const { return ended_at.has_value(); }
};

// How an operation ends, and what takes effect with it: one of the optionals at most.
struct OperationEnd {
  OperationState state = OperationState::kSucceeded;  // or kFailed or kCancelled
  OperationError error{};
  std::string response{};
  std::optional<Generation> generation{};         // GenerationStore::Create
  std::optional<ModelBase> base{};                // a new one, of that generation
  std::optional<ActivationRequest> activation{};  // GenerationStore::Activate
  std::optional<ActivationRefusal> refusal{};     // GenerationStore::Refuse
};

struct OperationQuery {
  std::optional<OperationKind> kind{};
  std::optional<bool> ended{};
  std::int64_t before = 0;  // only numbers below; 0: all
  std::int32_t limit = 50;  // 1 to kOperationPageMax
};

// Whose lease it is, and for how long from now by the database's clock.
struct OperationLease {
  std::string runner{};  // 1 to 64 bytes, of one process
  std::chrono::milliseconds time{};
};

// Thread-safe.
class OperationStore {
 public:
  virtual ~OperationStore() = default;

  struct Started {
    Operation operation;
    bool started = false;  // else `operation` is the one of this scope that has not ended
  };
  // With the request_id of an earlier one of the same key: that one, as if it had just started.
  // ALREADY_EXISTS: that was asked something else.
  virtual absl::StatusOr<Started> Start(const NewOperation& start, Deadline deadline) = 0;

  // The one of this key that has this request_id; NOT_FOUND.
  virtual absl::StatusOr<Operation> Find(const std::string& created_by,
                                         const std::string& request_id, Deadline deadline) = 0;

  // NOT_FOUND.
  virtual absl::StatusOr<Operation> Get(std::int64_t number, Deadline deadline) = 0;
  // Those of these numbers that exist, in no order.
  virtual absl::StatusOr<std::vector<Operation>> GetMany(const std::vector<std::int64_t>& numbers,
                                                         Deadline deadline) = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<Operation>> List(const OperationQuery& query,
                                                      Deadline deadline) = 0;

  // Ends one that waits, with `error`; of one that runs its server will see that it is asked to.
  // Answers it as it stands then; one that has ended stays as it is. NOT_FOUND.
  virtual absl::StatusOr<Operation> Cancel(std::int64_t number, const OperationError& error,
                                           Timestamp now, Deadline deadline) = 0;

  // Takes up the oldest one of these kinds that waits or whose lease ran out; nothing when there is
  // none.
  virtual absl::StatusOr<std::optional<Operation>> TakeUp(const OperationLease& lease,
                                                          const std::vector<OperationKind>& kinds,
                                                          Timestamp now, Deadline deadline) = 0;

  struct Renewed {
    bool held = false;  // else another server may have it
    bool cancel_requested = false;
  };
  virtual absl::StatusOr<Renewed> Renew(std::int64_t number, const OperationLease& lease,
                                        const OperationProgress& progress, Deadline deadline) = 0;

  // Lets another server take it up at once. `counted`: as an attempt. OK when the lease is not held
  // any more: it was given back then.
  virtual absl::Status GiveBack(std::int64_t number, const std::string& runner, bool counted,
                                Deadline deadline) = 0;

  // The upload of an import goes with it. As cancelled, without an effect, when that was asked for
  // meanwhile. FAILED_PRECONDITION when
  // the lease is not held any more, or it has ended; whatever the effect itself answers, with
  // nothing changed.
  virtual absl::StatusOr<Operation> End(std::int64_t number, const std::string& runner,
                                        const OperationEnd& end, const OperationError& if_cancelled,
                                        Timestamp now, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
