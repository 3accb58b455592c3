// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/commands.h"

namespace replyguard::service::cli {

void AddAllCommands(CLI::App& app, Selection& selection) {
  AddServe(app, selection);
  AddMigrate(app, selection);
  AddSecrets(app, selection);
  AddConfig(app, selection);
  AddCompletion(app, selection);
  AddVersion(app, selection);
}

}  // namespace replyguard::service::cli
