// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {

void AddMigrate(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "migrate", "The database's schema.");
  for (const char* name : {"up", "down", "status"}) {
    SetCommand(
        AddCommand(*group, selection, config::Scope::kDatabase, name, "Not built yet."), selection,
        [](Context& context) { return Fail(context, absl::UnimplementedError("not built yet")); });
  }
}

}  // namespace replyguard::service::cli
