// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One connection, and one transaction on it.
#pragma once

#include <chrono>
#include <memory>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>

#include "absl/status/statusor.h"
#include "postgres/params.h"
#include "postgres/watchdog.h"
#include "storage/types.h"

namespace replyguard::storage {

// A statement: SQL is only ever one of these constants. The name is its prepared statement's and
// its tag in logs.
struct Statement {
  const char* name;
  const char* sql;
};

// Makes a keyword connection string with our settings added. INVALID_ARGUMENT without repeating
// what was given.
absl::StatusOr<std::string> MakeConnectionString(const std::string& url,
                                                 std::int64_t connect_timeout_s);

// Whether a connection can still be made before the watchdog's end.
bool MayConnect(const Watchdog& watchdog);

// After a failed attempt whoever made it, the pool or a writer, tries no other for so long: while
// PostgreSQL is away, calls fail at once instead of waiting for a connection.
inline constexpr std::chrono::milliseconds kConnectPause{200};

enum class TxMode {
  kNormal,
  // For the batches of submissions: keeps the plan that was made. Making one takes longer than a
  // small batch.
  kBatch,
  // A batch that plans afresh, by the indexes whatever the statistics say. The tables may have
  // grown from nothing to millions of rows since the last plan, long before they are first
  // analysed, and a plan that reads all of one is never right here.
  kBatchPlanning,
  // Keeps its plan for a while, and makes it by the indexes as well: for a read of few rows whose
  // plan takes longer to make than to run.
  kByIndex,
  // By the indexes as well, for walks in their order. Reads only, all of one moment: its statements
  // agree on what is there. Of what lies between two ids a plan for any two expects so little that
  // it would gather and sort it, be it millions. Sorts what it has gathered by ids, which an index
  // in that order would have to be read for as a whole.
  kSnapshot,
  // Keeps its plan for a while as well, and takes each index for the dearer the more of it is read:
  // for look-ups of terms. A plan for any site takes its share of the primary key for small where
  // there are many sites, and would read that of a large one for each text anew.
  kByTerms,
};

// How long a transaction may wait for its next statement: the locks of a process that stands still
// (stopped, swapped out, a machine that is paused) are what others wait for.
inline constexpr std::chrono::seconds kIdleTimeMax{15};

// How long the three keep a plan: one that was made while a table was empty may use an
// index that is wrong once it has grown, which is long before it is first analysed. Behind
// pgbouncer, which gives one session the connections of others, perhaps for some times as long.
inline constexpr std::chrono::seconds kPlanTimeMax{5};

// A connection and what has been prepared on it. Not thread-safe. Throws what libpqxx throws.
class Session {
 public:
  // Connecting ends by the watchdog's end, too.
  Session(const std::string& connection_string, bool prepared_statements, Watchdog& watchdog);

  pqxx::connection& connection() { return connection_; }
  bool prepared_statements() const { return prepared_statements_; }
  Watchdog& watchdog() { return watchdog_; }
  // Noted here, so that libpqxx is asked once a statement.
  void Prepare(const Statement& statement) {
    if (prepared_.insert(statement.name).second) connection_.prepare(statement.name, statement.sql);
  }
  // Whether a transaction that begins now forgets the plans that were made.
  bool PlansAnew(TxMode mode);
  // Set once a transaction ran on it: a connection at rest may have been cut since.
  bool used = false;

 private:
  const bool prepared_statements_;
  Watchdog& watchdog_;
  pqxx::connection connection_;
  std::unordered_set<const char*> prepared_;
  std::chrono::steady_clock::time_point plans_until_{};
};

// A COMMIT that waits for a synchronous standby keeps its session (and its locks) when its client
// has gone, until the standby is back. So many of the role's may, of all servers; a few, as they do
// not all ask at once. More would take away the connections that reads go on by.
inline constexpr int kWaitingCommitsMax = 4;

// Nothing was committed, as nothing is now.
struct StandbyAway : std::runtime_error {
  StandbyAway() : std::runtime_error("commits wait for a synchronous standby") {}
};

// A transaction, from construction to Commit or destruction (rolled back). Its statements may take
// until the deadline. BEGIN is sent together with the settings: pqxx::work would take a round trip
// for each.
class Tx {
 public:
  Tx(Session& session, Deadline deadline, TxMode mode);
  ~Tx();
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  template <typename... Args>
  pqxx::result Exec(const Statement& statement, Args&&... args) {
    statement_ = statement.name;
    if (!session_.prepared_statements()) {
      return work_.exec_params(statement.sql, std::forward<Args>(args)...);
    }
    session_.Prepare(statement);
    return work_.exec_prepared(statement.name, std::forward<Args>(args)...);
  }

  // Several statements without parameters, such as a migration.
  void ExecScript(const char* name, const std::string& script) {
    statement_ = name;
    work_.exec(script);
  }

  // Throws pqxx::in_doubt_error when no answer came, or none that can be read; the connection is
  // closed then. While kWaitingCommitsMax of this role wait for a synchronous standby, rolls back
  // what has written and throws StandbyAway.
  void Commit();

  // The statement that ran last.
  const char* statement() const { return statement_; }
  static const char* BeginName() { return "begin"; }

 private:
  void Rollback();
  // Whether this would be one more that waits.
  bool WouldWaitForStandby();
  Session& session_;
  Watchdog::Guard guard_;
  const char* statement_ = BeginName();
  bool open_ = false;
  pqxx::nontransaction work_;
};

}  // namespace replyguard::storage
