// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/inspection.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <pqxx/pqxx>

#include "postgres/errors.h"
#include "postgres/place.h"
#include "postgres/session.h"

namespace replyguard::storage {
namespace {

constexpr Statement kServer{
    "inspect_server",
    "SELECT current_setting('server_version'), current_user, rolsuper, "
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint, current_setting('server_encoding') "
    "FROM pg_roles "
    "WHERE rolname = current_user"};

constexpr Statement kUnsafe{"inspect_unsafe",
                            "SELECT s.name FROM pg_settings s WHERE s.setting = 'off' AND s.name "
                            "IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY 1"};

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
    found.encoding = row[4].c_str();
    statement = kPlace.name;
    found.place = work.exec1(kPlace.sql)[0].c_str();
    statement = kUnsafe.name;
    for (const pqxx::row& setting : work.exec(kUnsafe.sql)) {
      found.unsafe.emplace_back(setting[0].c_str());
    }
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
