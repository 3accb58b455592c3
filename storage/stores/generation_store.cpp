// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/generation_store.h"

#include <algorithm>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/limit.h"
#include "stores/checkpoint_store.h"
#include "stores/review_store.h"
#include "stores/site_store.h"

#define RG_NEWEST_ACTIVATION      \
  "SELECT " RG_ACTIVATION_COLUMNS \
  " FROM replyguard.activations a ORDER BY a.activation DESC LIMIT 1"

namespace replyguard::storage {
namespace {

constexpr Statement kActive{
    "generation_active", "SELECT " RG_GENERATION_COLUMNS
                         " FROM replyguard.generations g WHERE g.generation = (SELECT a.generation "
                         "FROM replyguard.activations a ORDER BY a.activation DESC LIMIT 1)"};

// The active one first.
constexpr Statement kSelected{
    "generations_selected",
    "WITH a AS (SELECT a.generation FROM replyguard.activations a ORDER BY a.activation DESC "
    "LIMIT 1), s AS (SELECT s.generation FROM replyguard.shadow_changes s ORDER BY s.change DESC "
    "LIMIT 1) SELECT " RG_GENERATION_COLUMNS
    " FROM replyguard.generations g WHERE g.generation = (SELECT generation FROM a) "
    "OR g.generation = (SELECT generation FROM s) "
    "ORDER BY g.generation = (SELECT generation FROM a) DESC"};

constexpr Statement kGet{"generation_get", "SELECT " RG_GENERATION_COLUMNS
                                           ", g.report FROM replyguard.generations g WHERE "
                                           "g.generation = $1::bigint"};

constexpr Statement kList{"generation_list",
                          "SELECT " RG_GENERATION_COLUMNS
                          " FROM replyguard.generations g WHERE $1::bigint = 0 OR g.generation < "
                          "$1::bigint ORDER BY g.generation DESC LIMIT $2::bigint"};

constexpr Statement kActivations{
    "activation_list", "SELECT " RG_ACTIVATION_COLUMNS
                       " FROM replyguard.activations a WHERE $1::bigint = 0 OR a.activation "
                       "< $1::bigint ORDER BY a.activation DESC LIMIT $2::bigint"};

constexpr Statement kRefusals{
    "refusal_list",
    "SELECT r.refusal, r.generation, r.active, r.attempted_by, " RG_US(
        "r.attempted_at") ", r.report FROM replyguard.activation_refusals r WHERE $1::bigint = 0 OR "
                          "r.refusal < $1::bigint ORDER BY r.refusal DESC LIMIT $2::bigint"};

constexpr Statement kRefuse{
    "refusal_add",
    "INSERT INTO replyguard.activation_refusals (refusal, generation, active, attempted_by, "
    "attempted_at, report) SELECT coalesce(max(r.refusal), 0) + 1, $1::bigint, $2::bigint, "
    "$3::text, $4::timestamptz, $5::text FROM replyguard.activation_refusals r"};

constexpr Statement kNewest{"activation_newest", RG_NEWEST_ACTIVATION};

constexpr Statement kActivationGet{
    "activation_get", "SELECT " RG_ACTIVATION_COLUMNS
                      " FROM replyguard.activations a WHERE a.activation = $1::bigint"};

constexpr Statement kCreate{
    "generation_create",
    "INSERT INTO replyguard.generations (generation, excluded, note, report, created_by, "
    "created_at, base) "
    "SELECT max(g.generation) + 1, $1::text[], $2::text, $3::text, $4::text, $5::timestamptz, "
    "nullif($7::bigint, 0) FROM replyguard.generations g HAVING max(g.generation) < $6::bigint "
    "RETURNING generation"};

// Numbers come one after the other.
constexpr Statement kLockBases{"base_lock", "SELECT pg_advisory_xact_lock(7310861220470394185)"};

constexpr Statement kCreateBase{
    "base_create",
    "INSERT INTO replyguard.model_bases (base, checksum, bytes, info, created_at) "
    "SELECT coalesce(max(b.base), 0) + 1, $1::text, $2::bytea, $3::text, $4::timestamptz "
    "FROM replyguard.model_bases b HAVING coalesce(max(b.base), 0) < $5::bigint RETURNING base"};

constexpr Statement kReadBase{"base_read",
                              "SELECT checksum, info FROM replyguard.model_bases "
                              "WHERE base = $1::bigint"};

constexpr Statement kReadBasePiece{"base_read_piece",
                                   "SELECT substring(bytes FROM $2::integer FOR $3::integer) "
                                   "FROM replyguard.model_bases WHERE base = $1::bigint"};

constexpr Statement kActivate{"activation_add",
                              "INSERT INTO replyguard.activations (activation, generation, kind, "
                              "under, forced, activated_by, "
                              "activated_at) VALUES ($1::bigint, $2::bigint, $3::smallint, "
                              "$4::bigint, $5::boolean, $6::text, "
                              "$7::timestamptz)"};

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

void Add(Tx& tx, const Activation& activation) {
  tx.Exec(kActivate, activation.activation, activation.generation,
          static_cast<int>(activation.kind), activation.under, activation.forced,
          Text(activation.activated_by), Time(activation.activated_at));
  InsertAudit(tx, {0,
                   {},
                   AuditKind::kModel,
                   activation.kind == ActivationKind::kRolledBack ? "ROLLED_BACK" : "ACTIVATED",
                   "modelGenerations/" + std::to_string(activation.generation),
                   {},
                   activation.activated_by,
                   activation.forced ? "forced, whatever the comparison says" : "",
                   activation.activated_at});
}

// One row a row of the result.
template <typename T, typename Read>
absl::StatusOr<std::vector<T>> Newest(Pool& pool, const Statement& statement,
                                      const NewestQuery& query, Deadline deadline, Read read) {
  return RunTransaction(pool, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<T>> {
    std::vector<T> out;
    for (const auto& row :
         tx.Exec(statement, query.before, std::clamp(query.limit, 1, kNewestMax))) {
      out.push_back(read(row));
    }
    return out;
  });
}

ActivationRefusal ReadRefusal(const pqxx::row& row) {
  ActivationRefusal refusal;
  refusal.refusal = row[0].as<std::int64_t>();
  refusal.generation = row[1].as<std::int64_t>();
  refusal.active = row[2].as<std::int64_t>();
  refusal.attempted_by = TextAt(row[3]);
  refusal.attempted_at = TimeAt(row[4]);
  refusal.report = TextAt(row[5]);
  return refusal;
}

}  // namespace

Generation ReadGeneration(const pqxx::row& row, int offset) {
  Generation generation;
  generation.number = row[offset].as<std::int64_t>();
  generation.excluded = SplitAtCommas(TextAt(row[offset + 1]));
  generation.note = TextAt(row[offset + 2]);
  generation.created_by = TextAt(row[offset + 3]);
  generation.created_at = TimeAt(row[offset + 4]);
  generation.base = row[offset + 5].as<std::int64_t>();
  generation.base_info = TextAt(row[offset + 6]);
  return generation;
}

Activation ReadActivation(const pqxx::row& row, int offset) {
  Activation activation;
  activation.activation = row[offset].as<std::int64_t>();
  activation.generation = row[offset + 1].as<std::int64_t>();
  activation.kind = EnumAt<ActivationKind>(row[offset + 2]);
  activation.under = row[offset + 3].as<std::int64_t>();
  activation.forced = row[offset + 4].as<bool>();
  activation.activated_by = TextAt(row[offset + 5]);
  activation.activated_at = TimeAt(row[offset + 6]);
  return activation;
}

absl::StatusOr<std::int64_t> CreateBase(Tx& tx, const ModelBase& base, Timestamp now) {
  tx.Exec(kLockBases);
  const pqxx::result made = tx.Exec(kCreateBase, Text(base.checksum), Bytes(base.bytes),
                                    Text(base.info), Time(now), kModelBasesMax);
  if (made.empty()) return LimitReached("too many model files were imported");
  return made[0][0].as<std::int64_t>();
}

absl::StatusOr<Generation> CreateGeneration(Tx& tx, const Generation& generation) {
  ArrayParam excluded(ArrayParam::Element::kText);
  for (const std::string& key : generation.excluded) excluded.AddBytes(key);
  BumpConfigRevision(tx);  // first: its row orders those who create and activate
  const pqxx::result rows = tx.Exec(kCreate, excluded.Done(), Text(generation.note),
                                    Text(generation.report), Text(generation.created_by),
                                    Time(generation.created_at), kGenerationsMax, generation.base);
  if (rows.empty()) return LimitReached("there are too many generations");
  Generation created = generation;
  created.number = rows[0][0].as<std::int64_t>();
  return created;
}

absl::StatusOr<Activation> ActivateGeneration(Tx& tx, const ActivationRequest& request) {
  BumpConfigRevision(tx);
  const Activation newest = ReadActivation(tx.Exec(kNewest)[0]);
  if (newest.generation == request.generation) return newest;
  if (newest.generation != request.expected) {
    return absl::AbortedError("another generation was activated meanwhile");
  }
  if (tx.Exec(kGet, request.generation).empty()) {
    return absl::NotFoundError("there is no such generation");
  }
  const Activation next{newest.activation + 1,
                        request.generation,
                        ActivationKind::kActivated,
                        newest.activation,
                        request.forced,
                        request.by,
                        request.at};
  Add(tx, next);
  return next;
}

absl::Status RefuseActivation(Tx& tx, const ActivationRefusal& refusal) {
  BumpConfigRevision(tx);
  for (const std::int64_t number : {refusal.generation, refusal.active}) {
    if (tx.Exec(kGet, number).empty()) return absl::NotFoundError("there is no such generation");
  }
  tx.Exec(kRefuse, refusal.generation, refusal.active, Text(refusal.attempted_by),
          Time(refusal.attempted_at), Text(refusal.report));
  return absl::OkStatus();
}

absl::StatusOr<SelectedGenerations> PostgresGenerationStore::Selected(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<SelectedGenerations> {
    const pqxx::result rows = tx.Exec(kSelected);
    SelectedGenerations selected;
    selected.active = ReadGeneration(rows[0]);
    if (rows.size() > 1) selected.shadow = ReadGeneration(rows[1]);
    return selected;
  });
}

absl::StatusOr<Generation> PostgresGenerationStore::Active(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<Generation> {
    return ReadGeneration(tx.Exec(kActive)[0]);
  });
}

absl::StatusOr<Generation> PostgresGenerationStore::Get(std::int64_t number, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Generation> {
    const pqxx::result rows = tx.Exec(kGet, number);
    if (rows.empty()) return absl::NotFoundError("there is no such generation");
    Generation generation = ReadGeneration(rows[0]);
    generation.report = TextAt(rows[0][kGenerationColumns]);
    return generation;
  });
}

absl::StatusOr<std::vector<Generation>> PostgresGenerationStore::List(const NewestQuery& query,
                                                                      Deadline deadline) {
  return Newest<Generation>(pool_, kList, query, deadline,
                            [](const pqxx::row& row) { return ReadGeneration(row); });
}

absl::StatusOr<std::vector<Activation>> PostgresGenerationStore::Activations(
    const NewestQuery& query, Deadline deadline) {
  return Newest<Activation>(pool_, kActivations, query, deadline,
                            [](const pqxx::row& row) { return ReadActivation(row); });
}

absl::StatusOr<std::vector<ActivationRefusal>> PostgresGenerationStore::Refusals(
    const NewestQuery& query, Deadline deadline) {
  return Newest<ActivationRefusal>(pool_, kRefusals, query, deadline, ReadRefusal);
}

absl::StatusOr<ModelBase> PostgresGenerationStore::ReadBase(std::int64_t base, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<ModelBase> {
    const pqxx::result rows = tx.Exec(kReadBase, base);
    if (rows.empty()) return absl::NotFoundError("there is no such base");
    ModelBase found;
    found.checksum = TextAt(rows[0][0]);
    found.info = TextAt(rows[0][1]);
    found.bytes = ReadInPieces(tx, kReadBasePiece, base).value_or("");
    return found;
  });
}

absl::StatusOr<Generation> PostgresGenerationStore::Create(const Generation& generation,
                                                           const ModelBase* base,
                                                           Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Generation> {
    if (base == nullptr) return CreateGeneration(tx, generation);
    const auto stored = CreateBase(tx, *base, generation.created_at);
    if (!stored.ok()) return stored.status();
    Generation with = generation;
    with.base = *stored;
    with.base_info = base->info;
    return CreateGeneration(tx, with);
  });
}

absl::StatusOr<Activation> PostgresGenerationStore::Activate(const ActivationRequest& request,
                                                             Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return ActivateGeneration(tx, request); });
}

absl::Status PostgresGenerationStore::Refuse(const ActivationRefusal& refusal, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return RefuseActivation(tx, refusal); });
}

absl::StatusOr<Activation> PostgresGenerationStore::Rollback(std::int64_t from,
                                                             const std::string& by, Timestamp now,
                                                             Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Activation> {
    BumpConfigRevision(tx);
    const Activation newest = ReadActivation(tx.Exec(kNewest)[0]);
    if (from != 0 && from != newest.generation) {
      if (newest.kind == ActivationKind::kRolledBack &&
          ReadActivation(tx.Exec(kActivationGet, newest.activation - 1)[0]).generation == from) {
        return newest;
      }
      return absl::AbortedError("another generation is active");
    }
    if (newest.under == 0) {
      return absl::FailedPreconditionError("no generation was active before this one");
    }
    const Activation back = ReadActivation(tx.Exec(kActivationGet, newest.under)[0]);
    const Activation next{newest.activation + 1,
                          back.generation,
                          ActivationKind::kRolledBack,
                          back.under,
                          false,
                          by,
                          now};
    Add(tx, next);
    return next;
  });
}

}  // namespace replyguard::storage
