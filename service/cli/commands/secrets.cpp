// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/secrets.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "service/cli/commands/commands.h"
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

}  // namespace

void AddSecrets(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "secrets", "The secret keys outside the database.");
  CLI::App* init =
      AddCommand(*group, selection, config::Scope::kNone, "init",
                 "Makes the folder of secrets, or what is missing in it. Never replaces one.");
  auto flags = std::make_shared<InitFlags>();
  init->add_option("folder", flags->folder, "Where: what secrets.dir then names")->required();
  RunWith(init, selection, flags, &Init);
}

}  // namespace replyguard::service::cli
