// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Retrain, compare, activate, roll back: generations of the model, for operators of the whole
// installation. What takes long is an operation (GenerationJobs does the work); one of a model runs
// at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/learn/comparison.h"
#include "storage/api_key_store.h"
#include "storage/generation_store.h"
#include "storage/operation_store.h"
#include "storage/people_store.h"

namespace replyguard::service {

inline constexpr std::size_t kGenerationNoteBytesMax = 2'000;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS. All need an operator's key
// that covers every site (PERMISSION_DENIED), as a generation is of all sites.
class Generations {
 public:
  struct Entry {
    storage::Generation generation;
    bool active = false;
    std::optional<Comparison> comparison;  // with the one that was active when it was made
  };
  struct Refusal {
    storage::ActivationRefusal record;
    Comparison comparison;  // without changes
  };
  // Where each list goes on: only numbers below; 0: from the newest.
  struct ListQuery {
    std::int64_t generations_before = 0;
    std::int64_t activations_before = 0;
    std::int64_t refusals_before = 0;
    std::int32_t limit = 100;  // of each; 1 to storage::kNewestMax
  };
  struct List {
    std::vector<Entry> entries;                    // newest first, without comparisons
    std::vector<storage::Activation> activations;  // newest first
    std::vector<Refusal> refusals;                 // newest first
  };
  // One of both.
  struct Activated {
    std::optional<storage::Activation> activation;
    std::optional<storage::Operation> operation;
    // With an activation: what allowed it, without changes; nothing when it was forced, or active.
    std::optional<Comparison> comparison;
  };

  // `started` is called when there is an operation to take up; quick, from any thread.
  Generations(storage::GenerationStore& store, storage::OperationStore& operations,
              storage::ApiKeyStore& keys, storage::PeopleStore& people, const Clock& clock,
              std::function<void()> started = {});

  struct RetrainRequest {
    // Keys, people, imports and rules (IsExclusion; keys and people that exist; at most
    // storage::kExcludedKeysMax) whose labels are left out.
    std::vector<std::string> excluded{};
    std::string note{};
    bool without_base = false;  // else with that of the active generation, if it has any
    std::string request_id{};   // as CheckId; empty for none
    // Else what the active one leaves out is left out too, when the operation runs.
    bool ignore_active_exclusions = false;
  };
  // Starts an operation that makes a candidate, compares it with the active one, and stores it with
  // what came of that. Activates nothing. With a request_id that was used before: the operation
  // that it started, or REQUEST_ID_REUSED. INVALID_ARGUMENT; RETRAIN_RUNS, with the running one's
  // number in the detail. The operation: TOO_FEW_LABELS, unless it leaves somebody out, as it then
  // goes without a comparison; GENERATION_LIMIT; EXCLUSION_LIMIT.
  absl::StatusOr<storage::Operation> Retrain(const Principal& principal, RetrainRequest request,
                                             storage::Deadline deadline) const;

  // Starts an operation that measures one (its response: EvaluationFromJson); nothing: the active
  // one. As Retrain and Get.
  absl::StatusOr<storage::Operation> Evaluate(const Principal& principal,
                                              std::optional<std::int64_t> number,
                                              storage::Deadline deadline) const;

  absl::StatusOr<List> Newest(const Principal& principal, const ListQuery& query,
                              storage::Deadline deadline) const;

  // GENERATION_NOT_FOUND.
  absl::StatusOr<Entry> Get(const Principal& principal, std::int64_t number,
                            storage::Deadline deadline) const;

  // Starts an operation that compares on the labels of now (its response: ComparisonFromJson). As
  // Retrain and Get.
  absl::StatusOr<storage::Operation> CompareTwo(const Principal& principal, std::int64_t base,
                                                std::int64_t candidate,
                                                storage::Deadline deadline) const;

  // Servers change over within seconds, or as long as it takes to build the model. At once when
  // forced, or when it was compared with the active one when it was made; else an operation
  // compares first. WORSE_HAM_LOSS, here or of the operation, when it loses more of the held-out
  // good comments than the upper bound of what the active one loses, WORSE_SPAM_MISS when it misses
  // more of the spam: that is kept as a refusal.
  // ABORTED when another was activated meanwhile. As Retrain and Get.
  absl::StatusOr<Activated> Activate(const Principal& principal, std::int64_t number, bool force,
                                     storage::Deadline deadline) const;

  // `from`: the generation to leave; 0: whichever is active. NOTHING_TO_ROLL_BACK;
  // OTHER_GENERATION_ACTIVE, unless the one in force is what `from` was gone back to.
  absl::StatusOr<storage::Activation> Rollback(const Principal& principal, std::int64_t from,
                                               storage::Deadline deadline) const;

 private:
  absl::StatusOr<storage::Generation> Find(std::int64_t number, storage::Deadline deadline) const;
  absl::Status CheckExist(const std::vector<std::string>& excluded,
                          storage::Deadline deadline) const;
  absl::StatusOr<storage::Operation> Start(const Principal& principal, storage::OperationKind kind,
                                           std::string request, storage::Deadline deadline,
                                           std::string request_id = {}) const;

  storage::GenerationStore& store_;
  storage::OperationStore& operations_;
  storage::ApiKeyStore& keys_;
  storage::PeopleStore& people_;
  const Clock& clock_;
  const std::function<void()> started_;
};

// Without the changed verdicts: figures alone.
Comparison FiguresOf(Comparison comparison);

// A stored comparison of a generation; nothing where there is none, as of the first.
std::optional<Comparison> ComparisonOf(const storage::Generation& generation);

}  // namespace replyguard::service
