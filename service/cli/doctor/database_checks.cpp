// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/app/secrets.h"
#include "service/app/starter.h"
#include "service/cli/doctor/checks.h"
#include "service/usecases/learn/model_beginning.h"
#include "storage/away.h"
#include "storage/database.h"
#include "storage/inspection.h"
#include "storage/migrator.h"

namespace replyguard::service::cli {
namespace {

using config::OptionKey;

constexpr std::chrono::seconds kWait{5};
constexpr std::int64_t kSkewMsMax = 2000;

storage::Deadline Soon() { return std::chrono::steady_clock::now() + kWait; }

std::string Text(const absl::Status& status) { return storage::ForOperator(status); }

void CheckClock(storage::Timestamp database_time, Report& report) {
  const auto skew = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now() - database_time);
  const std::string found =
      absl::StrCat(std::abs(skew.count()), " ms between this clock and the database's");
  if (std::abs(skew.count()) > kSkewMsMax) {
    report.Fail("clock", found,
                "let both machines follow NTP: what is dated by the one is deleted by the other");
  } else {
    report.Ok("clock", found);
  }
}

void CheckRole(const storage::Inspection& found, Report& report) {
  if (found.superuser) {
    report.Warn("database role", found.role + " is a superuser",
                "let database.url use a role that is only a member of replyguard_app");
  } else if (!found.changeable.empty()) {
    report.Fail("database role",
                found.role + " may change or delete what must only grow: " +
                    absl::StrJoin(found.changeable, ", "),
                "let database.url use a role that is only a member of replyguard_app");
  } else {
    report.Ok("database role", found.role + " may not change the append-only tables");
  }
}

void CheckEncoding(const storage::Inspection& found, Report& report) {
  if (found.encoding == "UTF8") return report.Ok("encoding", found.encoding);
  report.Fail("encoding", "the database keeps its texts in " + found.encoding,
              "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0, and migrate that one");
}

void CheckDurability(const storage::Inspection& found, Report& report) {
  if (found.unsafe.empty()) return report.Ok("durability", "what is committed is on disk");
  const bool whole = found.unsafe == std::vector<std::string>{"synchronous_commit"};
  report.Warn("durability", absl::StrJoin(found.unsafe, ", ") + " off",
              whole ? "the server commits on disk all the same; let it be on for everybody"
                    : "a crash of that machine may lose or spoil what was stored: let them be on");
}

// Where the server listens for changes, and `migrate` runs.
void CheckDirect(const std::string& url, const storage::Inspection& pooled, Report& report) {
  if (url.empty()) return;
  const auto found = storage::Inspect(url, Soon());
  if (!found.ok()) {
    report.Warn("direct database", Text(found.status()),
                "is database.direct_url right? Without it changes are seen a moment later");
  } else if (found->place != pooled.place) {
    report.Fail("direct database",
                "database.direct_url leads to another database than database.url",
                "let both lead to the same database of the same PostgreSQL");
  } else {
    report.Ok("direct database", "that of database.url");
  }
}

// As in a model's id.
std::string Named(std::int64_t starter) {
  return starter == 0 ? "none" : absl::StrCat("s", starter);
}

// The keys that the secrets hold against those that rows were written under.
void CheckKeys(const Context& context, storage::HmacKeyStore& store, Report& report) {
  const auto secrets = ReadSecrets(context.settings.Text(OptionKey::kSecretsDir));
  const auto noted = store.List(Soon());
  if (!secrets.ok() || !noted.ok()) return;  // reported by the checks of each
  const auto held = secrets->keyring.Fingerprints();
  bool good = true;
  for (const storage::HmacKeyInfo& info : *noted) {
    const auto same = [&](const auto& key) { return key.key_id == info.key_id; };
    const auto key = std::find_if(held.begin(), held.end(), same);
    if (key != held.end() && key->hex == info.fingerprint) continue;
    good = false;
    report.Fail("author keys",
                absl::StrCat("key ", info.key_id,
                             key == held.end() ? " is missing from" : " is another one in",
                             " the secrets, and rows were written under it"),
                "restore the secrets folder that belongs to this database");
  }
  if (good) report.Ok("author keys", "those of the secrets are those of the database");
}

// What the models were made with against what this server would begin with.
void CheckStarter(const Context& context, storage::CheckpointStore& store, Report& report) {
  const std::string& choice = context.settings.Text(OptionKey::kClassifierStarter);
  const auto starter = ReadStarter(choice);
  if (!starter.ok()) {
    report.Fail("starter model", Text(starter.status()), "see classifier.starter");
    return;
  }
  const std::int64_t wanted = *starter == nullptr ? 0 : std::int64_t{(*starter)->id()};
  const auto newest = store.NewestKind(Soon());
  if (newest.ok() && newest->starter != wanted) {
    report.Warn("starter model",
                absl::StrCat("the newest stored model began with ", Named(newest->starter),
                             ", and ", choice, " is ", Named(wanted)),
                "let classifier.starter be the same on all servers: others give other scores");
  } else {
    report.Ok("starter model", absl::StrCat(choice, ", ", Named(wanted)));
  }
}

// What the active generation begins with; checkpoints of it are more than that, and may be gone.
void CheckGeneration(const Context& context, storage::GenerationStore& store, Report& report) {
  const auto starter = ReadStarter(context.settings.Text(OptionKey::kClassifierStarter));
  const auto active = store.Active(Soon());
  if (!starter.ok() || !active.ok()) return;  // reported by the checks of each
  const absl::Status status = CheckBeginning(*active, *starter, store, Soon());
  if (status.ok()) {
    report.Ok("model", absl::StrCat("generation ", active->number));
  } else if (LacksBeginning(status)) {
    report.Fail("model", Text(status), WayBack(status));
  } else {
    report.Warn("model", Text(status), "could not be read now");
  }
}

void CheckSchema(const Context& context, Report& report) {
  storage::PostgresOptions options;
  options.url = context.settings.Text(OptionKey::kDatabaseUrl);
  options.pool_connections_max = 1;
  options.writer_threads = 1;
  const auto database = storage::OpenPostgres(options);
  if (!database.ok()) {
    report.Fail("schema", Text(database.status()), "see database.url");
    return;
  }
  const absl::Status ready = (*database)->maintenance().CheckReady(Soon()).status();
  if (!ready.ok()) {
    report.Fail("schema", Text(ready), "replyguard migrate up");
    return;
  }
  const absl::Status room = (*database)->maintenance().CheckRoom(Soon());
  if (!room.ok()) report.Fail("disk", Text(room), "make room where PostgreSQL keeps its tables");
  report.Ok("schema",
            absl::StrCat("version ", storage::BuiltSchemaVersion(), ", as this program wants it"));
  CheckKeys(context, (*database)->hmac_keys(), report);
  CheckStarter(context, (*database)->checkpoints(), report);
  CheckGeneration(context, (*database)->generations(), report);
}

}  // namespace

void CheckDatabase(const Context& context, Report& report) {
  const std::string& url = context.settings.Text(OptionKey::kDatabaseUrl);
  if (url.empty()) {
    report.Warn("database", "database.url is not set", "needed where the server runs");
    return;
  }
  const auto found = storage::Inspect(url, Soon());
  if (!found.ok()) {
    report.Fail("database", Text(found.status()), "is PostgreSQL up, and database.url right?");
    return;
  }
  report.Ok("database", "PostgreSQL " + found->server_version + " answers");
  CheckRole(*found, report);
  CheckClock(found->database_time, report);
  CheckEncoding(*found, report);
  CheckDurability(*found, report);
  CheckDirect(context.settings.Text(OptionKey::kDatabaseDirectUrl), *found, report);
  CheckSchema(context, report);
}

}  // namespace replyguard::service::cli
