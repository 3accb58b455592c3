// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/inspection.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <pqxx/pqxx>

#include "postgres/errors.h"
#include "postgres/session.h"

namespace replyguard::storage {
namespace {

constexpr Statement kServer{
    "inspect_server",
    "SELECT current_setting('server_version'), current_user, rolsuper, "
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM pg_roles "
    "WHERE rolname = current_user"};

// The tables are those of the migrations on which the application may SELECT and INSERT
// only.
constexpr Statement kChangeable{
    "inspect_changeable",
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'replyguard' AND c.relname IN ('decisions', 'labels', 'label_erasures', "
    "'activations', 'generations') "
    "AND has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') ORDER BY c.relname"};

}  // namespace

absl::StatusOr<Inspection> Inspect(const std::string& url, Deadline deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::seconds>(deadline - std::chrono::steady_clock::now());
  const auto connection_string = MakeConnectionString(url, std::max<std::int64_t>(2, left.count()));
  if (!connection_string.ok()) return connection_string.status();
  const char* statement = "connect";
  try {
    pqxx::connection connection(*connection_string);
    pqxx::nontransaction work(connection);
    statement = kServer.name;
    const pqxx::row row = work.exec1(kServer.sql);
    Inspection found;
    found.server_version = row[0].c_str();
    found.role = row[1].c_str();
    found.superuser = row[2].as<bool>();
    found.database_time = Timestamp(std::chrono::microseconds(row[3].as<std::int64_t>()));
    statement = kChangeable.name;
    for (const pqxx::row& table : work.exec(kChangeable.sql)) {
      found.changeable.emplace_back(table[0].c_str());
    }
    return found;
  } catch (const std::exception&) {
    return TranslateException(std::current_exception(), statement, {}).status;
  }
}

}  // namespace replyguard::storage
