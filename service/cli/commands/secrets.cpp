// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/secrets.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "service/cli/commands/commands.h"
#include "service/cli/commands/secrets_retire.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {
namespace {

struct InitFlags {
  std::string folder;
};

ExitCode Init(Context& context, const InitFlags& flags) {
  if (ReadSecrets(flags.folder).ok()) {
    return Fail(
        context, ExitCode::kRejected,
        flags.folder +
            " already holds secrets; nothing was changed. Without them no author is recognised "
            "any more, so they are never replaced");
  }
  const absl::Status created = CreateMissingSecrets(flags.folder);
  if (!created.ok()) return Fail(context, created);
  // What was there before and is no key, or is readable by others, shows only now.
  const auto secrets = ReadSecrets(flags.folder);
  if (!secrets.ok()) return Fail(context, secrets.status());
  if (context.json()) {
    context.out << JsonObject({{"folder", flags.folder}}) << "\n";
  } else {
    context.out << "Made the secrets in " << flags.folder
                << ". Keep a copy apart from the database's backups: together they reveal who "
                   "wrote what.\n";
  }
  return ExitCode::kOk;
}

struct RotateFlags {
  std::string folder;
  bool activate = false;
};

ExitCode Rotate(Context& context, const RotateFlags& flags) {
  const auto id = flags.activate ? ActivateHmacKey(flags.folder) : StageHmacKey(flags.folder);
  if (absl::IsFailedPrecondition(id.status())) {
    return Fail(context, ExitCode::kRejected, std::string(id.status().message()));
  }
  if (!id.ok()) return Fail(context, id.status());
  if (context.json()) {
    context.out << JsonObject({{"hmac_key", std::to_string(*id)},
                               {"state", flags.activate ? "writes" : "staged"}})
                << "\n";
  } else if (flags.activate) {
    context.out << "HMAC key " << *id
                << " writes, and the one before is kept. Copy the file to every "
                   "server and restart them one after the other.\n";
  } else {
    context.out << "HMAC key " << *id
                << " is staged: looked up, not written with. Copy the file to "
                   "every server, restart them one after the other, and then run this again with "
                   "--activate.\n";
  }
  return ExitCode::kOk;
}

}  // namespace

void AddSecrets(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "secrets", "The secret keys outside the database.");
  CLI::App* init =
      AddCommand(*group, selection, config::Scope::kNone, "init",
                 "Makes the folder of secrets, or what is missing in it. Never replaces one.");
  auto flags = std::make_shared<InitFlags>();
  init->add_option("folder", flags->folder, "Where: what secrets.dir then names")->required();
  RunWith(init, selection, flags, &Init);
  CLI::App* rotate = AddCommand(*group, selection, config::Scope::kNone, "rotate",
                                "Brings in a new HMAC key, in two steps between which every server "
                                "is restarted.");
  auto rotation = std::make_shared<RotateFlags>();
  rotate->add_option("folder", rotation->folder, "Where: what secrets.dir names")->required();
  rotate->add_flag("--activate", rotation->activate, "The second step: the staged key writes");
  RunWith(rotate, selection, rotation, &Rotate);
  AddSecretsRetire(*group, selection);
}

}  // namespace replyguard::service::cli
