// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/generation_store.h"

namespace replyguard::storage {

class PostgresGenerationStore final : public GenerationStore {
 public:
  explicit PostgresGenerationStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<SelectedGenerations> Selected(Deadline deadline) override;
  absl::StatusOr<Generation> Active(Deadline deadline) override;
  absl::StatusOr<Generation> Get(std::int64_t number, Deadline deadline) override;
  absl::StatusOr<std::vector<Generation>> List(std::int32_t limit, Deadline deadline) override;
  absl::StatusOr<std::vector<Activation>> Activations(std::int32_t limit,
                                                      Deadline deadline) override;
  absl::StatusOr<Generation> Create(const Generation& generation, Deadline deadline) override;
  absl::StatusOr<Activation> Activate(std::int64_t number, std::int64_t expected, bool forced,
                                      const std::string& by, Timestamp now,
                                      Deadline deadline) override;
  absl::StatusOr<Activation> Rollback(const std::string& by, Timestamp now,
                                      Deadline deadline) override;
  absl::Status RunAlone(const std::function<absl::Status()>& work, Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
