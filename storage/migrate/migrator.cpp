// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/migrator.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "migrate/migrations.h"
#include "postgres/encoding.h"
#include "postgres/pool.h"
#include "postgres/rows.h"
#include "storage/away.h"

namespace replyguard::storage {
namespace {

// Two migrators of one database meet here. Any number will do, as long as it stays.
constexpr Statement kLock{"migrate_lock", "SELECT pg_advisory_xact_lock(7310861220470394183)"};

constexpr Statement kHasTable{"migrate_has_table",
                              "SELECT to_regclass('replyguard.schema_migrations') IS NOT NULL"};

constexpr Statement kListApplied{
    "migrate_list", "SELECT version, name, checksum, " RG_US(
                        "applied_at") " FROM replyguard.schema_migrations ORDER BY version"};

constexpr Statement kNote{
    "migrate_note",
    "INSERT INTO replyguard.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)"};

constexpr Statement kServerEncoding{"migrate_encoding", "SHOW server_encoding"};

constexpr Statement kForget{"migrate_forget",
                            "DELETE FROM replyguard.schema_migrations WHERE version = $1"};

constexpr Statement kPartition{"migrate_partition",
                               "SELECT replyguard.partition_sites($1::integer)"};

constexpr char kPrepareSchema[] =
    "CREATE SCHEMA IF NOT EXISTS replyguard;"
    "CREATE TABLE IF NOT EXISTS replyguard.schema_migrations ("
    "  version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
    "  applied_at timestamptz NOT NULL DEFAULT now())";

// Of migration 2. PostgreSQL refuses it for want of CREATEROLE before it looks whether the role is
// there.
constexpr std::string_view kCreateRole = "CREATE ROLE replyguard_app LOGIN;";

constexpr Statement kRole{"migrate_role",
                          "SELECT to_regrole('replyguard_app') IS NOT NULL, r.rolcreaterole OR "
                          "r.rolsuper FROM pg_roles r WHERE r.rolname = current_user"};

constexpr char kDropSchema[] = "DROP TABLE replyguard.schema_migrations; DROP SCHEMA replyguard";

struct Applied {
  std::string name;
  std::string checksum;
  Timestamp at;
};
using AppliedByVersion = std::map<std::int32_t, Applied>;

std::string Checksum(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

AppliedByVersion ReadApplied(Tx& tx) {
  AppliedByVersion applied;
  if (!tx.Exec(kHasTable)[0][0].as<bool>()) return applied;
  for (const auto& row : tx.Exec(kListApplied)) {
    applied[row[0].as<std::int32_t>()] = Applied{row[1].c_str(), row[2].c_str(), TimeAt(row[3])};
  }
  return applied;
}

absl::Status CheckKnown(const AppliedByVersion& applied) {
  for (const auto& [version, row] : applied) {
    if (version > BuiltSchemaVersion()) {
      return absl::FailedPreconditionError(
          "the database was migrated by a newer replyguard (version " + std::to_string(version) +
          ")");
    }
    if (row.checksum != Checksum(Migrations()[static_cast<std::size_t>(version - 1)].up)) {
      return absl::FailedPreconditionError("migration " + std::to_string(version) +
                                           " differs from the one that was applied");
    }
  }
  return absl::OkStatus();
}

// The migration as this role can run it: one that may not make roles leaves out what is there.
absl::StatusOr<std::string> AsThisRole(Tx& tx, std::string_view script) {
  std::string text(script);
  const std::size_t at = text.find(kCreateRole);
  if (at == std::string::npos) return text;
  const pqxx::result role = tx.Exec(kRole);
  if (role[0][1].as<bool>()) return text;
  if (!role[0][0].as<bool>()) {
    return absl::FailedPreconditionError(
        "the role replyguard_app is missing and this one may not make it: have a superuser run "
        "CREATE ROLE replyguard_app LOGIN, or migrate with a role that has CREATEROLE");
  }
  return text.replace(at, kCreateRole.size(), "NULL;");
}

constexpr Statement kLockTimeout{"migration_lock_timeout", "SET LOCAL lock_timeout = '2s'"};

// In the order in which a submission comes to them; those that it does not know, by their names.
constexpr Statement kListTables{
    "migrate_tables",
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'replyguard' AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
    "ORDER BY array_position('{threads,comments,queue_items,blind_samples,shadow_verdicts,"
    "site_heads,events,label_head,labels}'::text[], c.relname::text), c.relname"};

// Below PostgreSQL's deadlock_timeout of a second: whoever waits for a table that is locked here,
// and has locked another one that is still missing, gets it back before he would be given up.
constexpr std::chrono::milliseconds kTablesTimeMax{700};
// What does not end for so many tries is waited for longer: it takes the deadlock_timeout for
// autovacuum to give way, and for a deadlock to end by somebody's giving up.
constexpr int kShortTries = 6;
constexpr std::chrono::milliseconds kLongTablesTimeMax{4'000};
constexpr std::string_view kLockNotAvailable = " 55P03 ";
constexpr std::chrono::milliseconds kLockPause{1000};

// Locks the tables that the script names at once and in one order, before anything is changed.
// Otherwise it would come to them one by one, among writers that come to them in other orders.
void LockTables(Tx& tx, std::string_view script, std::chrono::milliseconds time_max) {
  const auto end = std::chrono::steady_clock::now() + time_max;
  const auto set_timeout = [&tx](std::chrono::milliseconds time) {
    tx.ExecScript("migrate_table_timeout",
                  "SET LOCAL lock_timeout = " + std::to_string(time.count()));
  };
  for (const auto& row : tx.Exec(kListTables)) {
    const std::string table = std::string("replyguard.") + row[0].c_str();
    if (script.find(table) == std::string_view::npos) continue;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    set_timeout(std::max(left, std::chrono::milliseconds(1)));
    tx.ExecScript("migrate_lock_table", "LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
  }
  tx.Exec(kLockTimeout);
}

class PostgresMigrator final : public Migrator {
 public:
  explicit PostgresMigrator(std::string url) : url_(std::move(url)) {}

  absl::StatusOr<std::vector<MigrationStatus>> Status(Deadline deadline) override {
    return InTransaction<std::vector<MigrationStatus>>(
        deadline, [](Tx& tx, auto&) -> absl::StatusOr<std::vector<MigrationStatus>> {
          const AppliedByVersion applied = ReadApplied(tx);
          std::vector<MigrationStatus> out;
          for (const Migration& migration : Migrations()) {
            MigrationStatus status;
            status.version = migration.version;
            status.name = migration.name;
            if (const auto it = applied.find(migration.version); it != applied.end()) {
              status.applied = true;
              status.changed = it->second.checksum != Checksum(migration.up);
              status.applied_at = it->second.at;
            }
            out.push_back(std::move(status));
          }
          for (const auto& [version, row] : applied) {
            if (version <= BuiltSchemaVersion()) continue;
            out.push_back(MigrationStatus{version, row.name, true, false, true, row.at});
          }
          return out;
        });
  }

  absl::StatusOr<std::vector<std::int32_t>> Up(std::optional<std::int32_t> target,
                                               Deadline deadline) override {
    const std::int32_t last = std::min(target.value_or(BuiltSchemaVersion()), BuiltSchemaVersion());
    return InTransaction<std::vector<std::int32_t>>(
        deadline, [last](Tx& tx, auto& run) -> absl::StatusOr<std::vector<std::int32_t>> {
          const absl::Status encoding = CheckEncoding(tx.Exec(kServerEncoding)[0][0].c_str());
          if (!encoding.ok()) return encoding;
          const AppliedByVersion applied = ReadApplied(tx);
          if (auto known = CheckKnown(applied); !known.ok()) return known;
          std::vector<std::int32_t> done;
          if (last > 0) run(kPrepareSchema);
          for (const Migration& migration : Migrations()) {
            if (migration.version > last || applied.contains(migration.version)) continue;
            const auto script = AsThisRole(tx, migration.up);
            if (!script.ok()) return script.status();
            run(*script);
            tx.Exec(kNote, migration.version, std::string(migration.name), Checksum(migration.up));
            done.push_back(migration.version);
          }
          return done;
        });
  }

  absl::StatusOr<std::int64_t> Partition(std::int32_t count, Deadline deadline) override {
    if (count < 0 || count > kPartitionsMax) {
      return absl::InvalidArgumentError("the number of partitions is 0 to " +
                                        std::to_string(kPartitionsMax));
    }
    return InTransaction<std::int64_t>(
        deadline, [count](Tx& tx, auto&) -> absl::StatusOr<std::int64_t> {
          const AppliedByVersion applied = ReadApplied(tx);
          if (auto known = CheckKnown(applied); !known.ok()) return known;
          if (static_cast<std::int32_t>(applied.size()) < BuiltSchemaVersion()) {
            return absl::FailedPreconditionError(
                "migrations are missing: run replyguard migrate up");
          }
          return tx.Exec(kPartition, count)[0][0].as<std::int64_t>();
        });
  }

  absl::StatusOr<std::vector<std::int32_t>> Down(std::int32_t target, Deadline deadline) override {
    return InTransaction<std::vector<std::int32_t>>(
        deadline,
        [target, tries = 0](Tx& tx,
                            auto& run) mutable -> absl::StatusOr<std::vector<std::int32_t>> {
          const AppliedByVersion applied = ReadApplied(tx);
          if (auto known = CheckKnown(applied); !known.ok()) return known;
          std::vector<std::int32_t> done;
          std::string script;
          for (const Migration& migration : Migrations()) {
            if (migration.version > target && applied.contains(migration.version)) {
              script += migration.down;
            }
          }
          LockTables(tx, script, ++tries > kShortTries ? kLongTablesTimeMax : kTablesTimeMax);
          for (auto it = applied.rbegin(); it != applied.rend() && it->first > target; ++it) {
            run(Migrations()[static_cast<std::size_t>(it->first - 1)].down);
            tx.Exec(kForget, it->first);
            done.push_back(it->first);
          }
          if (target <= 0 && !applied.empty()) run(kDropSchema);
          return done;
        });
  }

 private:
  // All migrations of a call are one transaction under the lock: a failure leaves the schema as it
  // was.
  template <typename T, typename Work>
  absl::StatusOr<T> InTransaction(Deadline deadline, Work work) {
    auto connection_string = MakeConnectionString(url_, 5);
    if (!connection_string.ok()) return connection_string.status();
    Watchdog watchdog;
    std::string text;
    PoolOptions options{*connection_string, 1, false, [&text](auto name, auto state, auto message) {
                          text = std::string(name) + " " + std::string(state) + " " +
                                 std::string(message);
                        }};
    Pool pool(std::move(options), watchdog);
    const auto attempt = [&] {
      text.clear();
      return RunTransaction(pool, deadline, [&work](Tx& tx) -> absl::StatusOr<T> {
        auto run = [&tx](std::string_view script) {
          tx.ExecScript("migration", std::string(script));
        };
        tx.Exec(kLockTimeout);
        tx.Exec(kLock);
        return work(tx, run);
      });
    };
    auto result = attempt();
    // Whoever waits for a lock on a table keeps everybody else from it meanwhile: so a reader that
    // takes long, as a backup does, is waited for without. ABORTED: it lost to writers who had
    // tables in another order.
    while (
        !result.ok() &&
        (text.find(kLockNotAvailable) != std::string::npos || absl::IsAborted(result.status())) &&
        std::chrono::steady_clock::now() + kLockPause < deadline) {
      std::this_thread::sleep_for(kLockPause);
      result = attempt();
    }
    if (result.ok() || text.empty() || !WhyAway(result.status()).empty()) return result;
    // Whoever migrates is the operator and must see what PostgreSQL said.
    return absl::Status(result.status().code(),
                        std::string(result.status().message()) + " (" + text + ")");
  }

  const std::string url_;
};

}  // namespace

std::int32_t BuiltSchemaVersion() { return Migrations().back().version; }

std::unique_ptr<Migrator> OpenMigrator(std::string url) {
  return std::make_unique<PostgresMigrator>(std::move(url));
}

}  // namespace replyguard::storage
