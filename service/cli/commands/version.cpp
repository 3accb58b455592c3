// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <ostream>
#include <string>

#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"

namespace replyguard::service::cli {

std::string VersionLine() { return std::string("replyguard ") + REPLYGUARD_VERSION; }

void AddVersion(CLI::App& app, Selection& selection) {
  CLI::App* command =
      AddCommand(app, selection, config::Scope::kNone, "version", "Prints the version.");
  SetCommand(command, selection, [](Context& context) {
    if (context.json()) {
      context.out << JsonObject({{"version", REPLYGUARD_VERSION}}) << "\n";
    } else {
      context.out << VersionLine() << "\n";
    }
    return ExitCode::kOk;
  });
}

}  // namespace replyguard::service::cli
