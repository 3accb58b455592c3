// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/session.h"

#include <libpq-fe.h>

#include <algorithm>

namespace replyguard::storage {
namespace {

// What the server gets beyond the client's deadline before the socket is cut under it.
constexpr std::chrono::milliseconds kHungGrace{250};

// libpq waits for so long at least.
constexpr std::chrono::seconds kConnectTimeMin{2};

std::chrono::seconds TimeToConnect(const Watchdog& watchdog) {
  return std::chrono::duration_cast<std::chrono::seconds>(watchdog.end() -
                                                          std::chrono::steady_clock::now());
}

void AppendQuoted(std::string_view key, std::string_view value, std::string& out) {
  if (!out.empty()) out.push_back(' ');
  out.append(key).append("='");
  for (const char c : value) {
    if (c == '\\' || c == '\'') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('\'');
}

std::string BeginWith(Deadline deadline, TxMode mode, bool plans_anew) {
  using std::chrono::milliseconds;
  const auto left =
      std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
  constexpr std::int64_t kTimeoutMsMax = 24 * 3600 * 1000;
  const std::int64_t timeout_ms = std::clamp<std::int64_t>(left.count(), 1, kTimeoutMsMax);
  // Everything that results are read by, as roles, databases and servers may have it otherwise.
  std::string settings = "BEGIN ISOLATION LEVEL ";
  settings += mode == TxMode::kSnapshot ? "REPEATABLE READ READ ONLY" : "READ COMMITTED";
  settings +=
      "; SET LOCAL bytea_output = hex"
      "; SET LOCAL extra_float_digits = 1; SET LOCAL datestyle = ISO"
      "; SET LOCAL idle_in_transaction_session_timeout = " +
      std::to_string(std::chrono::milliseconds(kIdleTimeMax).count()) +
      "; SET LOCAL statement_timeout = " + std::to_string(timeout_ms);
  // Compiling a plan takes half a second, and what is asked for here is done long before. It is the
  // number of rows guessed that asks for it: with ten million comments, that of look-ups too.
  if (mode != TxMode::kBatch) settings += "; SET LOCAL jit = off";
  if (mode != TxMode::kNormal) settings += "; SET LOCAL plan_cache_mode = force_generic_plan";
  if (plans_anew) settings += "; DISCARD PLANS";
  if (mode == TxMode::kBatchPlanning || mode == TxMode::kByIndex || mode == TxMode::kSnapshot) {
    settings +=
        "; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
        "; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
        "; SET LOCAL enable_material = off";
  }
  // While a table is empty an index of its order costs what any other and a sort do.
  if (mode == TxMode::kByIndex) settings += "; SET LOCAL enable_sort = off";
  if (mode == TxMode::kByTerms) {
    settings += "; SET LOCAL enable_seqscan = off; SET LOCAL cpu_index_tuple_cost = 1000";
  }
  return settings + "; SHOW synchronous_commit";
}

// libpq takes the last of two settings.
std::string WithEnd(std::string connection_string, const Watchdog& watchdog) {
  if (watchdog.end() == Deadline::max()) return connection_string;
  if (!MayConnect(watchdog)) throw pqxx::broken_connection("no time is left to connect");
  AppendQuoted("connect_timeout", std::to_string(TimeToConnect(watchdog).count()),
               connection_string);
  return connection_string;
}

}  // namespace

bool MayConnect(const Watchdog& watchdog) { return TimeToConnect(watchdog) >= kConnectTimeMin; }

absl::StatusOr<std::string> MakeConnectionString(const std::string& url,
                                                 std::int64_t connect_timeout_s) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), nullptr), PQconninfoFree);
  if (options == nullptr)
    return absl::InvalidArgumentError("the database's connection string is malformed");
  std::string out;
  bool has_timeout = false;
  bool has_name = false;
  bool has_keepalive = false;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view key = option->keyword;
    if (key == "client_encoding") continue;
    has_timeout |= key == "connect_timeout";
    has_name |= key == "application_name";
    has_keepalive |= key == "keepalives_idle";
    AppendQuoted(key, option->val, out);
  }
  AppendQuoted("client_encoding", "UTF8", out);
  if (!has_timeout)
    AppendQuoted("connect_timeout", std::to_string(std::max<std::int64_t>(2, connect_timeout_s)),
                 out);
  if (!has_name) AppendQuoted("application_name", "replyguard", out);
  if (!has_keepalive) {
    AppendQuoted("keepalives_idle", "10", out);
    AppendQuoted("keepalives_interval", "5", out);
    AppendQuoted("keepalives_count", "3", out);
  }
  return out;
}

Session::Session(const std::string& connection_string, bool prepared_statements, Watchdog& watchdog)
    : prepared_statements_(prepared_statements),
      watchdog_(watchdog),
      connection_(WithEnd(connection_string, watchdog)) {
  // Errors then name the server's function that they come from, in no language: see errors.cpp.
  connection_.set_verbosity(pqxx::connection_base::verbose);
}

bool Session::PlansAnew(TxMode mode) {
  if (mode == TxMode::kNormal || mode == TxMode::kBatch) return false;
  if (mode == TxMode::kBatchPlanning) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now < plans_until_) return false;
  plans_until_ = now + kPlanTimeMax;
  return true;
}

Tx::Tx(Session& session, Deadline deadline, TxMode mode)
    : session_(session),
      guard_(session.watchdog(), session.connection().sock(), deadline + kHungGrace),
      work_(session.connection()) {
  session.used = true;
  try {
    const pqxx::result begun = work_.exec(BeginWith(deadline, mode, session.PlansAnew(mode)));
    session.watchdog().NoteAnswer();
    // What is acknowledged must be on disk. On whose disks besides is the owner's choice.
    if (begun[0][0].c_str() == std::string_view("off")) {
      work_.exec("SET LOCAL synchronous_commit = on");
    }
  } catch (...) {
    // BEGIN may be done, and what follows it too late: the next to use the connection would find
    // an aborted transaction, and so would everybody after.
    Rollback();
    throw;
  }
  open_ = true;
}

Tx::~Tx() {
  if (open_) Rollback();
}

// A ROLLBACK has what the transaction's statements have of time, and is cancelled when that is over
// already. It has ended the transaction's settings then, but not the transaction: the second one
// has all the time it needs.
void Tx::Rollback() {
  constexpr int kTriesMax = 2;
  for (int i = 0; i < kTriesMax && session_.connection().is_open(); ++i) {
    try {
      work_.exec("ROLLBACK");
      return;
    } catch (...) {
      // Once more; or the connection broke, where the server rolls back by itself.
    }
  }
  // Nobody may go on in this transaction: what is closed is not used again.
  if (session_.connection().is_open()) session_.connection().disconnect();
}

// Asked only for a while after a COMMIT without an answer. What waits for less has a standby yet.
bool Tx::WouldWaitForStandby() {
  static constexpr Statement kWaiting{
      "waiting_commits",
      "SELECT txid_current_if_assigned() IS NOT NULL, count(*) FROM pg_stat_activity a WHERE "
      "a.datname = current_database() AND a.usename = session_user AND a.wait_event = 'SyncRep' "
      "AND a.state_change < clock_timestamp() - interval '2 seconds'"};
  Watchdog& watchdog = session_.watchdog();
  if (!watchdog.SawUnansweredCommit()) return false;
  const pqxx::result found = Exec(kWaiting);
  const int waiting = found[0][1].as<int>();
  waiting > 0 ? watchdog.NoteUnansweredCommit() : watchdog.ForgetUnansweredCommits();
  return found[0][0].as<bool>() && waiting >= kWaitingCommitsMax;
}

void Tx::Commit() {
  if (WouldWaitForStandby()) throw StandbyAway();
  statement_ = "commit";
  open_ = false;
  try {
    // With parameters, though it has none: plain statements are what libpqxx may repeat on a fresh
    // connection, where a COMMIT would succeed and mean nothing.
    work_.exec_params("COMMIT");
    session_.watchdog().NoteAnswer();
  } catch (const pqxx::broken_connection& error) {
    session_.watchdog().NoteUnansweredCommit();
    throw pqxx::in_doubt_error(error.what());
  } catch (const pqxx::sql_error& error) {
    // A server that was told to stop in the middle, or libpqxx's word for a cut connection.
    if (!session_.connection().is_open() || error.sqlstate().empty()) {
      session_.watchdog().NoteUnansweredCommit();
      throw pqxx::in_doubt_error(error.what());
    }
    // A COMMIT that was cancelled before it did anything (its time was over) has ended nothing.
    Rollback();
    throw;
  } catch (const pqxx::transaction_rollback&) {
    throw;  // the server's own word that it did not happen
  } catch (const std::exception& error) {
    // No answer that can be read, as for want of memory: it may have happened.
    session_.connection().disconnect();
    throw pqxx::in_doubt_error(error.what());
  }
}

}  // namespace replyguard::storage
