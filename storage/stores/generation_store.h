// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pqxx/pqxx>

#include "postgres/pool.h"
#include "postgres/rows.h"
#include "storage/generation_store.h"

namespace replyguard::storage {

// The columns of generations AS g and of activations AS a, for the readers below. Keys are
// hexadecimal, and no import has a comma: it parts them.
#define RG_GENERATION_COLUMNS \
  "g.generation, array_to_string(g.excluded, ','), g.note, g.created_by, " RG_US(              \
      "g.created_at") ", coalesce(g.base, 0), coalesce((SELECT b.info FROM "                   \
                      "replyguard.model_bases b WHERE b.base = g.base), '')"
#define RG_ACTIVATION_COLUMNS                                                      \
  "a.activation, a.generation, a.kind, a.under, a.forced, a.activated_by, " RG_US( \
      "a.activated_"                                                               \
      "at")
inline constexpr int kGenerationColumns = 7;
inline constexpr int kActivationColumns = 7;
// From so many columns, the first at offset.
Generation ReadGeneration(const pqxx::row& row, int offset = 0);
Activation ReadActivation(const pqxx::row& row, int offset = 0);

// Stores one and answers its number: before the configuration's row is locked, as it is large and
// others wait for that row. RESOURCE_EXHAUSTED at kModelBasesMax.
absl::StatusOr<std::int64_t> CreateBase(Tx& tx, const ModelBase& base, Timestamp now);
// What the store's methods of these names do, within a transaction of others; a base is stored.
absl::StatusOr<Generation> CreateGeneration(Tx& tx, const Generation& generation);
absl::StatusOr<Activation> ActivateGeneration(Tx& tx, const ActivationRequest& request);
absl::Status RefuseActivation(Tx& tx, const ActivationRefusal& refusal);

class PostgresGenerationStore final : public GenerationStore {
 public:
  explicit PostgresGenerationStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<SelectedGenerations> Selected(Deadline deadline) override;
  absl::StatusOr<Generation> Active(Deadline deadline) override;
  absl::StatusOr<Generation> Get(std::int64_t number, Deadline deadline) override;
  absl::StatusOr<std::vector<Generation>> List(const NewestQuery& query,
                                               Deadline deadline) override;
  absl::StatusOr<std::vector<Activation>> Activations(const NewestQuery& query,
                                                      Deadline deadline) override;
  absl::StatusOr<std::vector<ActivationRefusal>> Refusals(const NewestQuery& query,
                                                          Deadline deadline) override;
  absl::StatusOr<ModelBase> ReadBase(std::int64_t base, Deadline deadline) override;
  absl::StatusOr<Generation> Create(const Generation& generation, const ModelBase* base,
                                    Deadline deadline) override;
  absl::StatusOr<Activation> Activate(const ActivationRequest& request, Deadline deadline) override;
  absl::Status Refuse(const ActivationRefusal& refusal, Deadline deadline) override;
  absl::StatusOr<Activation> Rollback(std::int64_t from, const std::string& by, Timestamp now,
                                      Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
