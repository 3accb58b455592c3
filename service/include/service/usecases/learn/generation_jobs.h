// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The work of a model's operations: retrain, import, compare, compare before an activation,
// evaluate.
#pragma once

#include "absl/status/statusor.h"
#include "service/usecases/clock.h"
#include "service/usecases/learn/comparison.h"
#include "service/usecases/operate/operation_runner.h"
#include "storage/generation_store.h"
#include "storage/label_log.h"
#include "storage/model_upload_store.h"
#include "storage/operation_store.h"

namespace replyguard::service {

class Learner;
class SiteDirectory;
struct CompareInput;

// Holds references; they outlive it. Thread-safe; every call BLOCKS.
class GenerationJobs {
 public:
  GenerationJobs(const SiteDirectory& sites, const Learner& learner, storage::LabelLog& labels,
                 storage::GenerationStore& store, storage::ModelUploadStore& uploads,
                 const Clock& clock)
      : sites_(sites),
        learner_(learner),
        labels_(labels),
        store_(store),
        uploads_(uploads),
        clock_(clock) {}

  // For an OperationRunner; `this` outlives them. Errors are those that Generations tells of each.
  OperationJobs All() const;

 private:
  absl::StatusOr<storage::OperationEnd> Retrain(const storage::Operation& operation,
                                                WorkProgress& progress) const;
  absl::StatusOr<storage::OperationEnd> Import(const storage::Operation& operation,
                                               WorkProgress& progress) const;
  absl::StatusOr<std::string> ReadUpload(const storage::UploadName& name, std::int64_t size_bytes,
                                         WorkProgress& progress) const;
  absl::StatusOr<storage::OperationEnd> Evaluate(const storage::Operation& operation,
                                                 WorkProgress& progress) const;
  absl::StatusOr<storage::OperationEnd> CompareTwo(const storage::Operation& operation,
                                                   WorkProgress& progress) const;
  absl::StatusOr<storage::OperationEnd> Activate(const storage::Operation& operation,
                                                 WorkProgress& progress) const;
  CompareInput InputOf(const storage::Generation& base, const storage::Generation& candidate,
                       WorkProgress& progress) const;
  absl::StatusOr<storage::Generation> Find(std::int64_t number) const;
  absl::StatusOr<storage::Generation> Active() const;

  const SiteDirectory& sites_;
  const Learner& learner_;
  storage::LabelLog& labels_;
  storage::GenerationStore& store_;
  storage::ModelUploadStore& uploads_;
  const Clock& clock_;
};

}  // namespace replyguard::service
