// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "service/cli/commands/commands.h"
#include "service/cli/doctor/checks.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {
namespace {

ExitCode Doctor(Context& context) {
  Report report;
  CheckConfiguration(context, report);
  CheckSecrets(context, report);
  CheckTls(context, report);
  CheckDatabase(context, report);
  CheckServer(context, report);
  return report.Print(context);
}

}  // namespace

void AddDoctor(CLI::App& app, Selection& selection) {
  CLI::App* command =
      AddCommand(app, selection, config::Scope::kClient, "doctor",
                 "Explains the configuration and checks everything: a line each, and what to do.");
  AddConfigFlags(command, selection, config::Scope::kServe);
  command->callback([&selection] {
    selection.tolerates_problems = true;
    selection.command = Doctor;
  });
}

}  // namespace replyguard::service::cli
