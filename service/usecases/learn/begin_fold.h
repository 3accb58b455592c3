// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the folds of a generation begin with: its sealed base, or the starter model.
//
// Thread-safety: a function without state.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "classifier/starter.h"
#include "storage/generation_store.h"

namespace replyguard::service {

// BLOCKS when there is a base. `starter` null: none. FAILED_PRECONDITION (MODEL_FILE_FOREIGN): the
// base is of another version, or began with another starter model; DATA_LOSS: it is damaged;
// UNAVAILABLE and the like.
absl::StatusOr<classifier::Fold> BeginFold(const storage::Generation& generation,
                                           std::shared_ptr<const classifier::Starter> starter,
                                           storage::GenerationStore* store,
                                           storage::Deadline deadline);

}  // namespace replyguard::service
