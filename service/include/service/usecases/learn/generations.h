// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Retrain, compare, activate, roll back: generations of the model, for operators of the whole
// installation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/starter.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/learn/comparison.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"

namespace replyguard::service {

class Learner;
class SiteDirectory;

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
  struct List {
    std::vector<Entry> entries;                    // newest first, without comparisons
    std::vector<storage::Activation> activations;  // newest first
  };

  Generations(const SiteDirectory& sites, const Learner& learner, storage::LabelLog& labels,
              storage::GenerationStore& store, const Clock& clock);

  // Makes a candidate that leaves out what these keys and imports (IsExclusion; at most
  // storage::kExcludedKeysMax) taught, compares it with the active one, and stores it with what
  // came of that. Activates nothing. INVALID_ARGUMENT; RETRAIN_RUNS: one at a time; TOO_FEW_LABELS;
  // DEADLINE_EXCEEDED: nothing is stored.
  absl::StatusOr<Entry> Retrain(const Principal& principal, std::vector<std::string> excluded,
                                std::string note, storage::Deadline deadline) const;

  // At most `count` (1 to 1000) of each.
  absl::StatusOr<List> Newest(const Principal& principal, std::int32_t count,
                              storage::Deadline deadline) const;

  // GENERATION_NOT_FOUND.
  absl::StatusOr<Entry> Get(const Principal& principal, std::int64_t number,
                            storage::Deadline deadline) const;

  // On the labels of now. As Retrain and Get.
  absl::StatusOr<Comparison> CompareTwo(const Principal& principal, std::int64_t base,
                                        std::int64_t candidate, storage::Deadline deadline) const;

  // Servers change over within seconds, or as long as it takes to build the model. Unless forced it
  // is compared with the active one (by what was stored when it was made, if that was with the
  // same), and WORSE_HAM_LOSS when it loses more of the held-out good comments than the upper bound
  // of what the active one loses. ABORTED when another was activated meanwhile.
  absl::StatusOr<storage::Activation> Activate(const Principal& principal, std::int64_t number,
                                               bool force, storage::Deadline deadline) const;

  // NOTHING_TO_ROLL_BACK.
  absl::StatusOr<storage::Activation> Rollback(const Principal& principal,
                                               storage::Deadline deadline) const;

 private:
  absl::StatusOr<storage::Generation> Find(std::int64_t number, storage::Deadline deadline) const;
  absl::StatusOr<Comparison> CompareAlone(const storage::Generation& base,
                                          const storage::Generation& candidate,
                                          storage::Deadline deadline) const;
  absl::Status CheckGate(const storage::Generation& active, const storage::Generation& candidate,
                         storage::Deadline deadline) const;

  const SiteDirectory& sites_;
  const Learner& learner_;
  storage::LabelLog& labels_;
  storage::GenerationStore& store_;
  const Clock& clock_;
};

}  // namespace replyguard::service
