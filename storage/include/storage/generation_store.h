// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Generations: ways of folding the label log, and which of them is active. A generation leaves out
// what some keys taught; number 1 leaves out nothing, and every installation begins with it.
// Neither generations nor activations are ever changed or removed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int64_t kFirstGeneration = 1;
inline constexpr std::size_t kExcludedKeysMax = 100;
// Of an installation.
inline constexpr std::int64_t kGenerationsMax = 10'000;

struct Generation {
  std::int64_t number = kFirstGeneration;
  // Public ids of the keys whose labels are left out (LabelLog::ReadWithout).
  std::vector<std::string> excluded{};
  std::string note{};        // masked; at most 2,000 bytes
  std::string report{};      // whatever the service keeps of how it compared; empty for the first
  std::string created_by{};  // public id of the key; empty for the first
  Timestamp created_at{};
};

// The generations that servers hold models of.
struct SelectedGenerations {
  Generation active{};
  std::optional<Generation> shadow{};
};

enum class ActivationKind {
  kFirst = 1,
  kActivated = 2,
  kRolledBack = 3,
};

// One line of the history of what was active.
struct Activation {
  std::int64_t activation = 0;  // from 1, without gaps
  std::int64_t generation = kFirstGeneration;
  ActivationKind kind = ActivationKind::kFirst;
  // The activation that a rollback goes back to; 0: none.
  std::int64_t under = 0;
  bool forced = false;
  std::string activated_by{};  // public id of the key; empty for the first
  Timestamp activated_at{};
};

// Thread-safe.
class GenerationStore {
 public:
  virtual ~GenerationStore() = default;

  // The active one and the shadow (shadow_store.h; nothing when that is the active one by now),
  // without their reports.
  virtual absl::StatusOr<SelectedGenerations> Selected(Deadline deadline) = 0;

  // The active one, without its report.
  virtual absl::StatusOr<Generation> Active(Deadline deadline) = 0;

  // NOT_FOUND.
  virtual absl::StatusOr<Generation> Get(std::int64_t number, Deadline deadline) = 0;

  // Newest first, without reports; limit 1 to 1000.
  virtual absl::StatusOr<std::vector<Generation>> List(std::int32_t limit, Deadline deadline) = 0;

  // Newest first; limit 1 to 1000.
  virtual absl::StatusOr<std::vector<Activation>> Activations(std::int32_t limit,
                                                              Deadline deadline) = 0;

  // Answers it with its number, the next one. RESOURCE_EXHAUSTED at kGenerationsMax.
  virtual absl::StatusOr<Generation> Create(const Generation& generation, Deadline deadline) = 0;

  // Makes `number` the active one and tells every server (ChangeWatcher: the configuration). It is
  // active by then already: answers the activation in force. ABORTED when `expected` is not active
  // any more: what was compared is not what would be replaced. NOT_FOUND.
  virtual absl::StatusOr<Activation> Activate(std::int64_t number, std::int64_t expected,
                                              bool forced, const std::string& by, Timestamp now,
                                              Deadline deadline) = 0;

  // Activates what was active before the activation in force. FAILED_PRECONDITION: nothing was.
  virtual absl::StatusOr<Activation> Rollback(const std::string& by, Timestamp now,
                                              Deadline deadline) = 0;

  // Runs `work` while no other call of this on the database runs: a lock that ends with its
  // connection. Holds a connection as long. FAILED_PRECONDITION at once when another runs.
  // Answers what `work` does; it is called once at most.
  virtual absl::Status RunAlone(const std::function<absl::Status()>& work, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
