// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Generations: ways of folding the label log, and which of them is active. A generation leaves out
// what some keys, imports or rules taught, and may begin with a base, a model file that was
// imported; number 1 does neither, and every installation begins with it. Generations, bases,
// activations and refusals are never changed or removed.
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
inline constexpr std::size_t kExcludedKeysMax = 100;  // keys, imports and rules together
// Of an installation.
inline constexpr std::int64_t kGenerationsMax = 10'000;
inline constexpr std::int64_t kModelBasesMax = 100;

struct Generation {
  std::int64_t number = kFirstGeneration;
  // Whose labels are left out: public ids of keys, imports and rules (LabelLog::ReadWithout).
  std::vector<std::string> excluded{};
  std::string note{};        // masked; at most 2,000 bytes
  std::string report{};      // whatever the service keeps of how it compared; empty for the first
  std::string created_by{};  // public id of the key; empty for the first
  Timestamp created_at{};
  std::int64_t base = 0;    // what it begins with; 0: nothing of its own
  std::string base_info{};  // ModelBase::info
};

// What generations begin with.
struct ModelBase {
  std::string bytes{};     // opaque, at most kCheckpointBytesMax
  std::string checksum{};  // whatever was given with the bytes
  std::string info{};      // what is told of it; the service owns its shape
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

// An activation that is asked for.
struct ActivationRequest {
  std::int64_t generation = kFirstGeneration;
  std::int64_t expected = kFirstGeneration;  // the active one that it was compared with
  bool forced = false;
  std::string by{};  // public id of the key
  Timestamp at{};
};

// An activation that the comparison did not allow.
struct ActivationRefusal {
  std::int64_t refusal = 0;  // from 1, without gaps; given when it is stored
  std::int64_t generation = kFirstGeneration;
  std::int64_t active = kFirstGeneration;
  std::string attempted_by{};  // public id of the key
  Timestamp attempted_at{};
  std::string report{};  // the figures; the service owns their shape
};

// Which rows of a list that is newest first.
struct NewestQuery {
  std::int64_t before = 0;   // only numbers below; 0: all
  std::int32_t limit = 100;  // 1 to kNewestMax
};
inline constexpr std::int32_t kNewestMax = 1'000;

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

  // NOT_FOUND.
  virtual absl::StatusOr<ModelBase> ReadBase(std::int64_t base, Deadline deadline) = 0;

  // Newest first, without reports.
  virtual absl::StatusOr<std::vector<Generation>> List(const NewestQuery& query,
                                                       Deadline deadline) = 0;

  // Newest first.
  virtual absl::StatusOr<std::vector<Activation>> Activations(const NewestQuery& query,
                                                              Deadline deadline) = 0;

  // Newest first.
  virtual absl::StatusOr<std::vector<ActivationRefusal>> Refusals(const NewestQuery& query,
                                                                  Deadline deadline) = 0;

  // Answers it with its number, the next one, and with `base` (not null: a new one, instead of that
  // of the generation) stored. RESOURCE_EXHAUSTED at kGenerationsMax and kModelBasesMax.
  virtual absl::StatusOr<Generation> Create(const Generation& generation, const ModelBase* base,
                                            Deadline deadline) = 0;

  // Makes it the active one and tells every server (ChangeWatcher: the configuration). It is
  // active by then already: answers the activation in force. ABORTED when `expected` is not active
  // any more: what was compared is not what would be replaced. NOT_FOUND.
  virtual absl::StatusOr<Activation> Activate(const ActivationRequest& request,
                                              Deadline deadline) = 0;

  // Keeps who was refused. NOT_FOUND for a generation.
  virtual absl::Status Refuse(const ActivationRefusal& refusal, Deadline deadline) = 0;

  // Activates what was active before the activation in force. FAILED_PRECONDITION: nothing was.
  // `from`: the generation to leave; 0: whichever is active. Another one is in force: answers its
  // activation when that is how `from` was left, else ABORTED.
  virtual absl::StatusOr<Activation> Rollback(std::int64_t from, const std::string& by,
                                              Timestamp now, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
