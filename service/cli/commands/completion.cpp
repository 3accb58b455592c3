// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "service/cli/commands/commands.h"
#include "service/cli/commands/completion_script.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {

void AddCompletion(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(app, selection, config::Scope::kNone, "completion",
                                 "Prints a completion script for a shell: bash, zsh or fish.");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  SetCommand(command, selection, [&app, shell](Context& context) {
    context.out << CompletionScript(app, *shell);
    return ExitCode::kOk;
  });
}

}  // namespace replyguard::service::cli
