// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/errors.h"

#include <new>
#include <pqxx/pqxx>

#include "postgres/no_connection.h"
#include "postgres/session.h"
#include "storage/away.h"

namespace replyguard::storage {
namespace {

Failure Make(absl::StatusCode code, std::string_view message) {
  Failure failure;
  failure.status = absl::Status(code, absl::string_view(message.data(), message.size()));
  return failure;
}

Failure Lost(std::string_view why = {}) {
  Failure failure;
  failure.status = Away(why);
  failure.connection_lost = true;
  return failure;
}

Failure DataAtFault(absl::StatusCode code, std::string_view message) {
  Failure failure = Make(code, message);
  failure.data_at_fault = true;
  return failure;
}

Failure Retry() {
  Failure failure =
      Make(absl::StatusCode::kAborted, "lost a race with another transaction; try again");
  failure.retry = true;
  return failure;
}

// By SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html
Failure FromSqlState(std::string_view state) {
  const std::string_view klass = state.substr(0, 2);
  if (state == "57014") {  // query_canceled, by statement_timeout
    return Make(absl::StatusCode::kDeadlineExceeded, "the database did not answer in time");
  }
  if (state == "55P03") {  // lock_not_available, by lock_timeout
    return Make(absl::StatusCode::kDeadlineExceeded,
                "another change to the same item took too long");
  }
  if (state == "40001" || state == "40P01") return Retry();
  if (state == "25006") {  // read_only_sql_transaction
    // A pooled connection to a demoted primary would fail for ever.
    Failure failure =
        Make(absl::StatusCode::kUnavailable, "the database takes no writes now; try again");
    failure.connection_lost = true;
    return failure;
  }
  if (state == "53100" || state == "53200") {
    return Make(absl::StatusCode::kUnavailable, "the database is out of space; try again later");
  }
  // too_many_connections; idle_in_transaction_session_timeout: this process stood still
  if (state == "53300" || state == "25P03") return Lost();
  if (klass == "08" || klass == "57") return Lost();
  if (klass == "53" || klass == "58") {
    Failure failure;
    failure.status = Away({});
    return failure;
  }
  if (klass == "22") {
    return DataAtFault(absl::StatusCode::kInvalidArgument, "a value cannot be stored");
  }
  if (state == "23505") return DataAtFault(absl::StatusCode::kAlreadyExists, "it exists already");
  if (state == "23503")
    return DataAtFault(absl::StatusCode::kNotFound, "what it refers to does not exist");
  if (klass == "23") {
    return DataAtFault(absl::StatusCode::kInvalidArgument, "a value is out of its bounds");
  }
  if (klass == "54") return DataAtFault(absl::StatusCode::kInvalidArgument, "a value is too large");
  // What is missing comes with a migration, or is just being taken back or put there: nothing is
  // wrong with what the caller asks for, and it works again by itself.
  if (state == "3F000" || state == "42P01" || state == "42703" || state == "42883" ||
      state == "42704") {
    return Make(absl::StatusCode::kUnavailable,
                "the database's schema does not fit this version; run replyguard migrate");
  }
  if (state == "42501") {
    return Make(absl::StatusCode::kUnavailable, "the database's role lacks a privilege");
  }
  return Make(absl::StatusCode::kInternal, "the database refused a statement");
}

// "cached plan must not change result type", in the server's language: a migration changed it, and
// what the connection has prepared would fail for ever. The state stands for whatever PostgreSQL
// does not support; Session asks for the function's name.
bool IsStalePlan(std::string_view state, std::string_view message) {
  return state == "0A000" && message.find("RevalidateCachedQuery") != std::string_view::npos;
}

// Nobody can write until somebody vacuums (54000 else means that the data is too much of
// something).
bool IsOutOfTransactionIds(std::string_view state, std::string_view message) {
  return state == "54000" && (message.find("GetNewTransactionId") != std::string_view::npos ||
                              message.find("GetNewMultiXactId") != std::string_view::npos);
}

// The server says "terminating connection" with an SQLSTATE (57P01) and closes; libpqxx 6.4 reports
// most of these as sql_error with an empty or a class 57 state.
Failure FromSqlError(const pqxx::sql_error& error) {
  const std::string& state = error.sqlstate();
  if (state.empty()) return Lost();
  if (IsStalePlan(state, error.what())) return Lost();
  if (IsOutOfTransactionIds(state, error.what())) {
    return Make(absl::StatusCode::kUnavailable,
                "the database takes no writes until it is vacuumed; try again later");
  }
  return FromSqlState(state);
}

// As it is told apart.
std::string WithoutState(std::string line, const std::string& state) {
  const std::string told = state + ": ";
  const std::size_t at = state.empty() ? std::string::npos : line.find(told);
  if (at != std::string::npos) line.erase(at, told.size());
  return line;
}

}  // namespace

std::string PrimaryLine(std::string_view message) {
  const std::size_t end = message.find('\n');
  std::string line(message.substr(0, end));
  // "invalid input syntax for type bigint: "abc"" and key values stand after a colon or in quotes.
  if (const std::size_t quote = line.find('"'); quote != std::string::npos) line.resize(quote);
  constexpr std::size_t kLineBytesMax = 300;
  if (line.size() > kLineBytesMax) line.resize(kLineBytesMax);
  return line;
}

Failure TranslateException(std::exception_ptr error, std::string_view statement,
                           const LogSink& sink) {
  Failure failure;
  std::string state;
  std::string text;
  try {
    std::rethrow_exception(std::move(error));
  } catch (const pqxx::in_doubt_error& e) {
    failure =
        Make(absl::StatusCode::kUnavailable,
             "the connection broke during the commit; retry with the same request_id to settle it");
    failure.connection_lost = true;
    failure.in_doubt = true;
    text = e.what();
  } catch (const pqxx::transaction_rollback& e) {  // serialization_failure, deadlock_detected
    failure = Retry();
    text = e.what();
  } catch (const pqxx::broken_connection& e) {
    // Connection errors quote the connection string's host and user: keep them out.
    const std::string_view why = WhyNoConnection(e.what());
    failure = Lost(why);
    text = "no connection";
    if (!why.empty()) text.append(": ").append(why);
  } catch (const pqxx::sql_error& e) {
    failure = FromSqlError(e);
    state = e.sqlstate();
    text = e.what();
  } catch (const pqxx::failure& e) {
    failure = Lost();
    text = e.what();
  } catch (const StandbyAway& e) {
    failure = Make(absl::StatusCode::kUnavailable,
                   "the database commits nothing until its synchronous standby is back; try again");
    text = e.what();
  } catch (const std::bad_alloc&) {
    failure = Make(absl::StatusCode::kResourceExhausted, "out of memory");
    failure.connection_lost = true;
    text = "out of memory";
  } catch (const std::exception& e) {
    failure = Make(absl::StatusCode::kInternal, "storage met an unexpected error");
    failure.connection_lost = true;
    text = e.what();
  }
  if (sink) sink(statement, state, WithoutState(PrimaryLine(text), state));
  return failure;
}

}  // namespace replyguard::storage
