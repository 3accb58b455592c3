// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Folds in storage: compressed, and with a checksum that is verified before a byte is believed.
//
// Thread-safety: functions without state; they BLOCK on storage.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "classifier/starter.h"
#include "storage/checkpoint_store.h"

namespace replyguard::service {

// What was found.
struct LoadedFold {
  // Not OK: storage could not be asked.
  absl::Status status;
  // Nothing when there is no good checkpoint.
  std::optional<classifier::Fold> fold;
  storage::LabelMark mark;  // at its position
  // Checkpoints that were torn or altered, and skipped.
  std::int64_t torn_count = 0;
};

// Those of a generation that begin with `starter` (null: none) and are of this extractor version.
storage::CheckpointKind KindOf(const classifier::Starter* starter, std::int64_t generation);

// The newest of this kind at or after a position that is of the log and reads whole; `warn` hears
// of each that is not.
LoadedFold LoadNewestCheckpoint(storage::CheckpointStore& store,
                                const std::shared_ptr<const classifier::Starter>& starter,
                                std::int64_t generation, std::int64_t position_min,
                                storage::Deadline deadline,
                                const std::function<void(std::string_view)>& warn);

// `mark`: of the label at its position. OK too when another server has stored the same. ABORTED
// when the fold holds a text that was erased meanwhile, or the label log is another by now.
absl::Status PutCheckpoint(const classifier::Fold& fold, const storage::LabelMark& mark,
                           storage::Timestamp now, storage::CheckpointStore& store,
                           storage::Deadline deadline);

// The bytes as stored, and back. RESOURCE_EXHAUSTED when there is no memory to pack them; DATA_LOSS
// for anything but what Pack made; memory stays within `bytes_max`.
absl::StatusOr<std::string> PackBytes(std::string_view bytes);
absl::StatusOr<std::string> UnpackBytes(std::string_view packed, std::size_t bytes_max);

// 64 hexadecimal digits: BLAKE2b-256.
std::string ChecksumOf(std::string_view bytes);

}  // namespace replyguard::service
