// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/operation_store.h"

#include <algorithm>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/generation_store.h"
#include "stores/model_upload_store.h"
#include "stores/site_store.h"

#define RG_OPERATION_COLUMNS \
  "o.operation, o.kind, o.scope, o.request, o.created_by, " RG_US("o.created_at") ", " RG_US(  \
      "o.started_at") ", " RG_US("o.ended_at") ", o.state, o.revision, o.stage, o.done_count, " \
      "o.total_count, o.cancel_requested, o.attempt_count, o.error_code, o.error_reason, "     \
      "o.error_message, o.response, o.request_id"

#define RG_SELECT_OPERATION                                                                      \
  "SELECT " RG_OPERATION_COLUMNS ", " RG_GENERATION_COLUMNS ", g.report, " RG_ACTIVATION_COLUMNS \
  " FROM replyguard.operations o LEFT JOIN replyguard.generations g ON g.generation = "          \
  "o.generation LEFT JOIN replyguard.activations a ON a.activation = o.activation "

namespace replyguard::storage {
namespace {

constexpr int kOwnColumns = 20;

constexpr Statement kGet{"operation_get", RG_SELECT_OPERATION "WHERE o.operation = $1::bigint"};

constexpr Statement kGetMany{"operation_get_many",
                             RG_SELECT_OPERATION "WHERE o.operation = ANY ($1::bigint[])"};

constexpr Statement kList{
    "operation_list", RG_SELECT_OPERATION
    "WHERE ($1::smallint IS NULL OR o.kind = $1::smallint) AND ($2::boolean IS NULL OR "
    "(o.state > 2) = $2::boolean) AND ($3::bigint = 0 OR o.operation < $3::bigint) "
    "ORDER BY o.operation DESC LIMIT $4::bigint"};

constexpr Statement kOpenOne{
    "operation_open",
    "SELECT operation FROM replyguard.operations WHERE scope = $1::text AND "
    "state <= 2"};

constexpr Statement kFind{"operation_find",
                          "SELECT operation FROM replyguard.operations WHERE request_id <> '' "
                          "AND created_by = $1::text AND request_id = $2::text"};

constexpr Statement kStart{
    "operation_start",
    "INSERT INTO replyguard.operations (operation, kind, scope, request, created_by, created_at, "
    "state, revision, stage, done_count, total_count, cancel_requested, attempt_count, runner, "
    "error_code, error_reason, error_message, response, request_id) "
    "SELECT coalesce(max(o.operation), 0) + 1, $1::smallint, $2::text, $3::text, $4::text, "
    "$5::timestamptz, 1, 1, '', 0, 0, false, 0, '', 0, '', '', '', $6::text "
    "FROM replyguard.operations o RETURNING operation"};

constexpr Statement kForget{"operation_forget",
                            "DELETE FROM replyguard.operations WHERE state > 2 AND operation < "
                            "$1::bigint - $2::bigint"};

constexpr Statement kAskToCancel{
    "operation_ask_to_cancel",
    "UPDATE replyguard.operations SET cancel_requested = true, revision = revision + 1 "
    "WHERE operation = $1::bigint AND state <= 2 AND NOT cancel_requested"};

constexpr Statement kCancelWaiting{
    "operation_cancel_waiting",
    "UPDATE replyguard.operations SET state = 5, error_code = $2::integer, error_reason = "
    "$3::text, error_message = $4::text, ended_at = $5::timestamptz, revision = revision + 1 "
    "WHERE operation = $1::bigint AND state = 1"};

// Whoever else looks at the same moment takes the next one. No lease lasts for an hour: one that
// ends later was given while the database's clock was ahead.
constexpr Statement kTakeUp{
    "operation_take_up",
    "UPDATE replyguard.operations SET state = 2, runner = $1::text, leased_until = "
    "clock_timestamp() + $2::bigint * interval '1 millisecond', attempt_count = attempt_count + 1, "
    "started_at = coalesce(started_at, $3::timestamptz), stage = '', done_count = 0, "
    "total_count = 0, revision = revision + 1 WHERE operation = (SELECT o.operation FROM "
    "replyguard.operations o WHERE o.state <= 2 AND o.kind = ANY ($4::bigint[]) AND (o.state = 1 "
    "OR o.leased_until < "
    "clock_timestamp() OR o.leased_until > clock_timestamp() + interval '61 minutes') ORDER BY "
    "o.operation LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING operation"};

constexpr Statement kRenew{
    "operation_renew",
    "UPDATE replyguard.operations SET leased_until = clock_timestamp() + $3::bigint * interval '1 "
    "millisecond', revision = revision + CASE WHEN (stage, done_count, total_count) = ($4::text, "
    "$5::bigint, $6::bigint) THEN 0 ELSE 1 END, stage = $4::text, done_count = $5::bigint, "
    "total_count = $6::bigint WHERE operation = $1::bigint AND state = 2 AND runner = $2::text "
    "RETURNING cancel_requested"};

constexpr Statement kGiveBack{
    "operation_give_back",
    "UPDATE replyguard.operations SET state = 1, runner = '', leased_until = NULL, attempt_count = "
    "attempt_count - CASE WHEN $3::boolean THEN 0 ELSE 1 END, revision = revision + 1 "
    "WHERE operation = $1::bigint AND state = 2 AND runner = $2::text"};

constexpr Statement kHeld{"operation_held",
                          "SELECT kind, created_by, request_id, cancel_requested FROM "
                          "replyguard.operations WHERE operation = $1::bigint "
                          "AND state = 2 AND runner = $2::text"};

constexpr Statement kLockHeld{
    "operation_lock_held",
    "SELECT cancel_requested FROM replyguard.operations WHERE operation = $1::bigint AND state = 2 "
    "AND runner = $2::text FOR UPDATE"};

constexpr Statement kEnd{
    "operation_end",
    "UPDATE replyguard.operations SET state = $2::smallint, error_code = $3::integer, "
    "error_reason = $4::text, error_message = $5::text, response = $6::text, generation = "
    "$7::bigint, activation = $8::bigint, ended_at = $9::timestamptz, leased_until = NULL, "
    "runner = '', revision = revision + 1 WHERE operation = $1::bigint"};

Operation ReadOperation(const pqxx::row& row) {
  Operation operation;
  operation.number = row[0].as<std::int64_t>();
  operation.start.kind = EnumAt<OperationKind>(row[1]);
  operation.start.scope = TextAt(row[2]);
  operation.start.request = TextAt(row[3]);
  operation.start.created_by = TextAt(row[4]);
  operation.start.created_at = TimeAt(row[5]);
  operation.started_at = OptTimeAt(row[6]);
  operation.ended_at = OptTimeAt(row[7]);
  operation.state = EnumAt<OperationState>(row[8]);
  operation.revision = row[9].as<std::int64_t>();
  operation.progress = {TextAt(row[10]), row[11].as<std::int64_t>(), row[12].as<std::int64_t>()};
  operation.cancel_requested = row[13].as<bool>();
  operation.attempt_count = row[14].as<std::int32_t>();
  operation.error = {row[15].as<int>(), TextAt(row[16]), TextAt(row[17])};
  operation.response = TextAt(row[18]);
  operation.start.request_id = TextAt(row[19]);
  if (!row[kOwnColumns].is_null()) {
    operation.generation = ReadGeneration(row, kOwnColumns);
    operation.generation->report = TextAt(row[kOwnColumns + kGenerationColumns]);
  }
  constexpr int kActivation = kOwnColumns + kGenerationColumns + 1;
  if (!row[kActivation].is_null()) operation.activation = ReadActivation(row, kActivation);
  return operation;
}

absl::StatusOr<Operation> Read(Tx& tx, std::int64_t number) {
  const pqxx::result rows = tx.Exec(kGet, number);
  if (rows.empty()) return absl::NotFoundError("there is no such operation");
  return ReadOperation(rows[0]);
}

// What took effect.
struct Effect {
  std::optional<std::int64_t> generation;
  std::optional<std::int64_t> activation;
};

// `base`: of the generation, stored.
absl::StatusOr<Effect> Apply(Tx& tx, const OperationEnd& end, std::int64_t base) {
  Effect effect;
  if (end.generation) {
    Generation generation = *end.generation;
    generation.base = base;
    const auto created = CreateGeneration(tx, generation);
    if (!created.ok()) return created.status();
    effect.generation = created->number;
  }
  if (end.activation) {
    const auto activation = ActivateGeneration(tx, *end.activation);
    if (!activation.ok()) return activation.status();
    effect.activation = activation->activation;
  }
  if (end.refusal) {
    if (absl::Status status = RefuseActivation(tx, *end.refusal); !status.ok()) return status;
  }
  return effect;
}

// CANCELLED when that was asked for, and `end` is another one.
absl::StatusOr<Operation> EndAs(Tx& tx, std::int64_t number, const std::string& runner,
                                const OperationEnd& end, Timestamp now) {
  const auto lost = [] {
    return absl::FailedPreconditionError("another server has the operation");
  };
  const pqxx::result held = tx.Exec(kHeld, number, Text(runner));
  if (held.empty()) return lost();
  const auto is_unwanted = [&end](bool cancel_requested) {
    return cancel_requested && end.state != OperationState::kCancelled;
  };
  const absl::Status unwanted = absl::CancelledError("it is to have no effect");
  // Before they are sent to be rolled back.
  if (is_unwanted(held[0][3].as<bool>())) return unwanted;
  // Hundreds of MiB that come and go, before the row is locked that all changes of keys and people
  // wait for.
  std::int64_t base = end.generation ? end.generation->base : 0;
  if (end.generation && end.base) {
    const auto stored = CreateBase(tx, *end.base, end.generation->created_at);
    if (!stored.ok()) return stored.status();
    base = *stored;
  }
  if (EnumAt<OperationKind>(held[0][0]) == OperationKind::kImport) {
    ForgetUpload(tx, {TextAt(held[0][1]), TextAt(held[0][2])});
  }
  BumpConfigRevision(tx);  // before the operation, as all who take both rows do; who waits looks up
  const pqxx::result locked = tx.Exec(kLockHeld, number, Text(runner));
  if (locked.empty()) return lost();
  if (is_unwanted(locked[0][0].as<bool>())) return unwanted;
  const auto effect = Apply(tx, end, base);
  if (!effect.ok()) return effect.status();
  tx.Exec(kEnd, number, static_cast<int>(end.state), end.error.code, Text(end.error.reason),
          Text(end.error.message), Text(end.response), effect->generation, effect->activation,
          Time(now));
  return Read(tx, number);
}

}  // namespace

absl::StatusOr<OperationStore::Started> PostgresOperationStore::Start(const NewOperation& start,
                                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Started> {
    BumpConfigRevision(tx);  // its row orders those who start, and servers that rest look up
    const pqxx::result earlier = tx.Exec(kFind, Text(start.created_by), Text(start.request_id));
    if (!earlier.empty()) {
      auto found = Read(tx, earlier[0][0].as<std::int64_t>());
      if (!found.ok()) return found.status();
      if (found->start.kind != start.kind || found->start.request != start.request) {
        return absl::AlreadyExistsError("the request_id was used with another request");
      }
      return Started{*std::move(found), true};
    }
    const pqxx::result open = tx.Exec(kOpenOne, Text(start.scope));
    if (!open.empty()) {
      auto running = Read(tx, open[0][0].as<std::int64_t>());
      if (!running.ok()) return running.status();
      return Started{*std::move(running), false};
    }
    const auto number =
        tx.Exec(kStart, static_cast<int>(start.kind), Text(start.scope), Text(start.request),
                Text(start.created_by), Time(start.created_at), Text(start.request_id))[0][0]
            .as<std::int64_t>();
    tx.Exec(kForget, number, kEndedOperationsKept);
    auto started = Read(tx, number);
    if (!started.ok()) return started.status();
    return Started{*std::move(started), true};
  });
}

absl::StatusOr<Operation> PostgresOperationStore::Get(std::int64_t number, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return Read(tx, number); });
}

absl::StatusOr<Operation> PostgresOperationStore::Find(const std::string& created_by,
                                                       const std::string& request_id,
                                                       Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Operation> {
    const pqxx::result rows = tx.Exec(kFind, Text(created_by), Text(request_id));
    if (rows.empty()) return absl::NotFoundError("there is no such operation");
    return Read(tx, rows[0][0].as<std::int64_t>());
  });
}

absl::StatusOr<std::vector<Operation>> PostgresOperationStore::GetMany(
    const std::vector<std::int64_t>& numbers, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<Operation>> {
    std::vector<Operation> out;
    for (const auto& row : tx.Exec(kGetMany, Ids(numbers))) out.push_back(ReadOperation(row));
    return out;
  });
}

absl::StatusOr<std::vector<Operation>> PostgresOperationStore::List(const OperationQuery& query,
                                                                    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<Operation>> {
    std::optional<int> kind;
    if (query.kind) kind = static_cast<int>(*query.kind);
    std::vector<Operation> out;
    for (const auto& row : tx.Exec(kList, kind, query.ended, query.before,
                                   std::clamp(query.limit, 1, kOperationPageMax))) {
      out.push_back(ReadOperation(row));
    }
    return out;
  });
}

absl::StatusOr<Operation> PostgresOperationStore::Cancel(std::int64_t number,
                                                         const OperationError& error, Timestamp now,
                                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Operation> {
    BumpConfigRevision(tx);  // whoever waits looks up
    tx.Exec(kAskToCancel, number);
    tx.Exec(kCancelWaiting, number, error.code, Text(error.reason), Text(error.message), Time(now));
    return Read(tx, number);
  });
}

absl::StatusOr<std::optional<Operation>> PostgresOperationStore::TakeUp(
    const OperationLease& lease, const std::vector<OperationKind>& kinds, Timestamp now,
    Deadline deadline) {
  std::vector<std::int64_t> numbers;
  for (const OperationKind kind : kinds) numbers.push_back(static_cast<std::int64_t>(kind));
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::optional<Operation>> {
    const pqxx::result taken =
        tx.Exec(kTakeUp, Text(lease.runner), static_cast<std::int64_t>(lease.time.count()),
                Time(now), Ids(numbers));
    if (taken.empty()) return std::optional<Operation>();
    auto operation = Read(tx, taken[0][0].as<std::int64_t>());
    if (!operation.ok()) return operation.status();
    return std::optional<Operation>(*std::move(operation));
  });
}

absl::StatusOr<OperationStore::Renewed> PostgresOperationStore::Renew(
    std::int64_t number, const OperationLease& lease, const OperationProgress& progress,
    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Renewed> {
    const pqxx::result rows =
        tx.Exec(kRenew, number, Text(lease.runner), static_cast<std::int64_t>(lease.time.count()),
                Text(progress.stage), progress.done_count, progress.total_count);
    if (rows.empty()) return Renewed{};
    return Renewed{true, rows[0][0].as<bool>()};
  });
}

absl::Status PostgresOperationStore::GiveBack(std::int64_t number, const std::string& runner,
                                              bool counted, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    BumpConfigRevision(tx);  // servers that rest look up
    tx.Exec(kGiveBack, number, Text(runner), counted);
    return absl::OkStatus();
  });
}

absl::StatusOr<Operation> PostgresOperationStore::End(std::int64_t number,
                                                      const std::string& runner,
                                                      const OperationEnd& end,
                                                      const OperationError& if_cancelled,
                                                      Timestamp now, Deadline deadline) {
  auto ended =
      RunTransaction(pool_, deadline, [&](Tx& tx) { return EndAs(tx, number, runner, end, now); });
  if (!absl::IsCancelled(ended.status())) return ended;
  const OperationEnd cancelled{OperationState::kCancelled, if_cancelled, {}, {}, {}, {}, {}};
  return RunTransaction(pool_, deadline,
                        [&](Tx& tx) { return EndAs(tx, number, runner, cancelled, now); });
}

}  // namespace replyguard::storage
