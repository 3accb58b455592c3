// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/key_bootstrap.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"
#include "service/cli/output/table.h"
#include "storage/migrator.h"

namespace replyguard::service::cli {
namespace {

struct MigrateFlags {
  std::optional<std::int32_t> target;
  std::int64_t wait_minutes = 60;
  bool lose_data = false;
  std::int32_t partitions = 0;
};

storage::Deadline DeadlineOf(const MigrateFlags& flags) {
  return std::chrono::steady_clock::now() + std::chrono::minutes(flags.wait_minutes);
}

std::string StateText(const storage::MigrationStatus& migration) {
  if (migration.unknown) return "applied by a newer version";
  if (migration.changed) return "applied, but its file has changed since";
  return migration.applied ? "applied" : "missing";
}

std::string TimeOf(const storage::MigrationStatus& migration) {
  if (!migration.applied_at) return "-";
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromChrono(*migration.applied_at),
                          absl::UTCTimeZone());
}

// Opens the migrator and runs `body(migrator)`.
template <typename Body>
ExitCode WithMigrator(Context& context, Body body) {
  auto url = OwnerUrl(context.settings);
  if (!url.ok()) return Fail(context, ExitCode::kUsage, std::string(url.status().message()));
  const auto migrator = storage::OpenMigrator(*std::move(url));
  return body(*migrator);
}

ExitCode PrintVersions(Context& context, const char* verb,
                       const absl::StatusOr<std::vector<std::int32_t>>& versions) {
  if (!versions.ok()) return Fail(context, versions.status());
  const std::string list = absl::StrJoin(*versions, ", ");
  if (context.json()) {
    context.out << JsonObject({{verb, JsonText{"[" + list + "]"}},
                               {"schemaVersion", std::int64_t{storage::BuiltSchemaVersion()}}})
                << "\n";
  } else if (versions->empty()) {
    context.out << "Nothing to do.\n";
  } else {
    context.out << verb << ": " << list << "\n";
  }
  return ExitCode::kOk;
}

ExitCode Up(Context& context, const MigrateFlags& flags) {
  return WithMigrator(context, [&](storage::Migrator& migrator) {
    return PrintVersions(context, "applied", migrator.Up(flags.target, DeadlineOf(flags)));
  });
}

ExitCode Down(Context& context, const MigrateFlags& flags) {
  if (!flags.lose_data) {
    return Fail(context, ExitCode::kRefused,
                "going down drops tables and what they hold; give --lose-data if that is meant");
  }
  return WithMigrator(context, [&](storage::Migrator& migrator) {
    return PrintVersions(context, "reverted", migrator.Down(*flags.target, DeadlineOf(flags)));
  });
}

ExitCode Partition(Context& context, const MigrateFlags& flags) {
  return WithMigrator(context, [&](storage::Migrator& migrator) {
    const auto moved = migrator.Partition(flags.partitions, DeadlineOf(flags));
    if (!moved.ok()) return Fail(context, moved.status());
    if (context.json()) {
      context.out << JsonObject(
                         {{"partitions", std::int64_t{flags.partitions}}, {"rowCount", *moved}})
                  << "\n";
    } else if (*moved == 0) {
      context.out << "No rows were moved.\n";
    } else {
      context.out << *moved << " rows moved.\n";
    }
    return ExitCode::kOk;
  });
}

ExitCode Status(Context& context, const MigrateFlags& flags) {
  return WithMigrator(context, [&](storage::Migrator& migrator) {
    const auto migrations = migrator.Status(DeadlineOf(flags));
    if (!migrations.ok()) return Fail(context, migrations.status());
    Table table({"VERSION", "NAME", "STATE", "SINCE"});
    bool current = true;
    for (const storage::MigrationStatus& migration : *migrations) {
      const bool good = migration.applied && !migration.changed && !migration.unknown;
      current = current && good;
      if (context.json()) {
        context.out << JsonObject({{"version", std::int64_t{migration.version}},
                                   {"name", migration.name},
                                   {"applied", migration.applied},
                                   {"changed", migration.changed},
                                   {"unknown", migration.unknown}})
                    << "\n";
      }
      table.Add({absl::StrCat(migration.version), migration.name, StateText(migration),
                 TimeOf(migration)});
    }
    if (!context.json()) table.Print(context.out, context.style);
    return current ? ExitCode::kOk : ExitCode::kFailedItems;
  });
}

CLI::App* AddOne(CLI::App& group, Selection& selection, const char* name, const char* help,
                 ExitCode (*run)(Context&, const MigrateFlags&),
                 std::shared_ptr<MigrateFlags>& flags) {
  CLI::App* command = AddCommand(group, selection, config::Scope::kDatabase, name, help);
  flags = std::make_shared<MigrateFlags>();
  command->add_option("--wait-minutes", flags->wait_minutes, "Give up after so long, 1 to 1440")
      ->type_name("")
      ->capture_default_str()
      ->check(CLI::Range(1, 1440));
  RunWith(command, selection, flags, run);
  return command;
}

}  // namespace

void AddMigrate(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "migrate", "The database's schema; needs database.owner_url.");
  std::shared_ptr<MigrateFlags> flags;
  CLI::App* up =
      AddOne(*group, selection, "up", "Applies the migrations that are missing.", &Up, flags);
  up->add_option("--to", flags->target, "Up to this version only")
      ->type_name("")
      ->check(CLI::Range(1, 1'000'000));
  CLI::App* down = AddOne(*group, selection, "down",
                          "Takes migrations back, newest first. Loses the data in what they made.",
                          &Down, flags);
  down->add_option("--to", flags->target, "The version that stays; 0 takes everything back")
      ->type_name("")
      ->required()
      ->check(CLI::Range(0, 1'000'000));
  down->add_flag("--lose-data", flags->lose_data, "Yes, lose it");
  CLI::App* partition = AddOne(
      *group, selection, "partition",
      "Lays the large tables out as hash partitions by site, or as plain ones again. Servers "
      "wait meanwhile.",
      &Partition, flags);
  partition
      ->add_option("--count", flags->partitions,
                   absl::StrCat("How many; 0 is plain, at most ", storage::kPartitionsMax))
      ->type_name("")
      ->required()
      ->check(CLI::Range(0, storage::kPartitionsMax));
  AddOne(*group, selection, "status",
         "Tells which migrations are applied; exit code 1 when some are not.", &Status, flags);
}

}  // namespace replyguard::service::cli
