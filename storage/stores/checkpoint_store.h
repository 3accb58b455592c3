// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/checkpoint_store.h"

namespace replyguard::storage {

class PostgresCheckpointStore final : public CheckpointStore {
 public:
  explicit PostgresCheckpointStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::int64_t> Put(const CheckpointInfo& info, std::string_view bytes,
                                   Deadline deadline) override;
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
