// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "postgres/pool.h"
#include "storage/checkpoint_store.h"

namespace replyguard::storage {

// A large bytea, piece by piece: one field of a result is limited to 1 GB, and bytea doubles on its
// way. `read` selects the piece that begins at byte $2 (from 1) and has $3 bytes of the row that $1
// names. Nothing when the row is not there, or is deleted meanwhile.
std::optional<std::string> ReadInPieces(Tx& tx, const Statement& read, std::int64_t row);

class PostgresCheckpointStore final : public CheckpointStore {
 public:
  explicit PostgresCheckpointStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::int64_t> Put(const CheckpointInfo& info, std::string_view bytes,
                                   const Holds& holds, Deadline deadline) override;
  absl::StatusOr<std::vector<CheckpointInfo>> List(const CheckpointKind& kind, std::int32_t limit,
                                                   Deadline deadline) override;
  absl::StatusOr<CheckpointKind> NewestKind(Deadline deadline) override;
  absl::StatusOr<std::string> ReadBytes(std::int64_t checkpoint_id, Deadline deadline) override;
  absl::StatusOr<std::int64_t> Prune(const CheckpointKind& kind, std::int32_t keep,
                                     Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
