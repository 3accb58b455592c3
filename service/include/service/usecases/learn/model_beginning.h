// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a generation has anything to begin with, and what an operator can do when it has not.
//
// Thread-safety: functions without state.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "classifier/starter.h"
#include "storage/generation_store.h"

namespace replyguard::service {

// BLOCKS when the generation begins with an imported file; reads all of that. `starter` null: none.
// FAILED_PRECONDITION (MODEL_FILE_FOREIGN): the file is of another version, or began with another
// starter model; DATA_LOSS: it is damaged; UNAVAILABLE and the like.
absl::Status CheckBeginning(const storage::Generation& generation,
                            std::shared_ptr<const classifier::Starter> starter,
                            storage::GenerationStore& store, storage::Deadline deadline);

// Whether trying again does not help: the generation has nothing to begin with as long as it and
// the configuration are what they are.
bool LacksBeginning(const absl::Status& status);

// What to do about a status that LacksBeginning.
std::string WayBack(const absl::Status& status);

}  // namespace replyguard::service
