// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/generation_store.h"

#include <algorithm>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/site_store.h"

// Keys are hexadecimal: a comma parts them.
#define RG_GENERATION_COLUMNS \
  "g.generation, array_to_string(g.excluded, ','), g.note, g.created_by, " RG_US("g.created_at")

#define RG_ACTIVATION_COLUMNS                                                      \
  "a.activation, a.generation, a.kind, a.under, a.forced, a.activated_by, " RG_US( \
      "a.activated_"                                                               \
      "at")

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
                          " FROM replyguard.generations g ORDER BY g.generation DESC "
                          "LIMIT $1::bigint"};

constexpr Statement kActivations{"activation_list",
                                 "SELECT " RG_ACTIVATION_COLUMNS
                                 " FROM replyguard.activations a ORDER BY a.activation DESC "
                                 "LIMIT $1::bigint"};

constexpr Statement kNewest{"activation_newest", RG_NEWEST_ACTIVATION};

constexpr Statement kActivationGet{
    "activation_get", "SELECT " RG_ACTIVATION_COLUMNS
                      " FROM replyguard.activations a WHERE a.activation = $1::bigint"};

constexpr Statement kCreate{
    "generation_create",
    "INSERT INTO replyguard.generations (generation, excluded, note, report, created_by, "
    "created_at) "
    "SELECT max(g.generation) + 1, $1::text[], $2::text, $3::text, $4::text, $5::timestamptz "
    "FROM replyguard.generations g HAVING max(g.generation) < $6::bigint RETURNING generation"};

constexpr Statement kActivate{"activation_add",
                              "INSERT INTO replyguard.activations (activation, generation, kind, "
                              "under, forced, activated_by, "
                              "activated_at) VALUES ($1::bigint, $2::bigint, $3::smallint, "
                              "$4::bigint, $5::boolean, $6::text, "
                              "$7::timestamptz)"};

constexpr Statement kAlone{"generation_alone",
                           "SELECT pg_try_advisory_xact_lock(7310861220470394184)"};

constexpr std::int32_t kListMax = 1000;

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Generation ReadGeneration(const pqxx::row& row) {
  Generation generation;
  generation.number = row[0].as<std::int64_t>();
  generation.excluded = SplitAtCommas(TextAt(row[1]));
  generation.note = TextAt(row[2]);
  generation.created_by = TextAt(row[3]);
  generation.created_at = TimeAt(row[4]);
  return generation;
}

Activation ReadActivation(const pqxx::row& row) {
  Activation activation;
  activation.activation = row[0].as<std::int64_t>();
  activation.generation = row[1].as<std::int64_t>();
  activation.kind = EnumAt<ActivationKind>(row[2]);
  activation.under = row[3].as<std::int64_t>();
  activation.forced = row[4].as<bool>();
  activation.activated_by = TextAt(row[5]);
  activation.activated_at = TimeAt(row[6]);
  return activation;
}

void Add(Tx& tx, const Activation& activation) {
  tx.Exec(kActivate, activation.activation, activation.generation,
          static_cast<int>(activation.kind), activation.under, activation.forced,
          Text(activation.activated_by), Time(activation.activated_at));
}

}  // namespace

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
    generation.report = TextAt(rows[0][5]);
    return generation;
  });
}

absl::StatusOr<std::vector<Generation>> PostgresGenerationStore::List(std::int32_t limit,
                                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<Generation>> {
    std::vector<Generation> out;
    for (const auto& row : tx.Exec(kList, std::clamp(limit, 1, kListMax))) {
      out.push_back(ReadGeneration(row));
    }
    return out;
  });
}

absl::StatusOr<std::vector<Activation>> PostgresGenerationStore::Activations(std::int32_t limit,
                                                                             Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<Activation>> {
    std::vector<Activation> out;
    for (const auto& row : tx.Exec(kActivations, std::clamp(limit, 1, kListMax))) {
      out.push_back(ReadActivation(row));
    }
    return out;
  });
}

absl::StatusOr<Generation> PostgresGenerationStore::Create(const Generation& generation,
                                                           Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Generation> {
    ArrayParam excluded(ArrayParam::Element::kText);
    for (const std::string& key : generation.excluded) excluded.AddBytes(key);
    BumpConfigRevision(tx);  // first: its row orders those who create and activate
    const pqxx::result rows =
        tx.Exec(kCreate, excluded.Done(), Text(generation.note), Text(generation.report),
                Text(generation.created_by), Time(generation.created_at), kGenerationsMax);
    if (rows.empty()) return absl::ResourceExhaustedError("there are too many generations");
    Generation created = generation;
    created.number = rows[0][0].as<std::int64_t>();
    return created;
  });
}

absl::StatusOr<Activation> PostgresGenerationStore::Activate(std::int64_t number,
                                                             std::int64_t expected, bool forced,
                                                             const std::string& by, Timestamp now,
                                                             Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Activation> {
    BumpConfigRevision(tx);
    const Activation newest = ReadActivation(tx.Exec(kNewest)[0]);
    if (newest.generation == number) return newest;
    if (newest.generation != expected) {
      return absl::AbortedError("another generation was activated meanwhile");
    }
    if (tx.Exec(kGet, number).empty()) return absl::NotFoundError("there is no such generation");
    const Activation next{newest.activation + 1,
                          number,
                          ActivationKind::kActivated,
                          newest.activation,
                          forced,
                          by,
                          now};
    Add(tx, next);
    return next;
  });
}

absl::StatusOr<Activation> PostgresGenerationStore::Rollback(const std::string& by, Timestamp now,
                                                             Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Activation> {
    BumpConfigRevision(tx);
    const Activation newest = ReadActivation(tx.Exec(kNewest)[0]);
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

absl::Status PostgresGenerationStore::RunAlone(const std::function<absl::Status()>& work,
                                               Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    if (!tx.Exec(kAlone)[0][0].as<bool>()) {
      return absl::FailedPreconditionError("another one runs already");
    }
    return work();
  });
}

}  // namespace replyguard::storage
