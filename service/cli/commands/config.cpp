// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"
#include "service/cli/output/json.h"
#include "service/cli/output/table.h"
#include "service/config/redact.h"
#include "service/config/reference.h"

namespace replyguard::service::cli {
namespace {

std::string NameOf(const config::Option& option) {
  return std::string(option.name.empty() ? option.environment : option.name);
}

ExitCode ShowJson(Context& context) {
  std::string lines;
  for (const config::Option& option : config::AllOptions()) {
    const config::Setting& setting = context.settings.Of(option.key);
    if (!lines.empty()) lines += ",\n ";
    lines += JsonObject({{"name", NameOf(option)},
                         {"value", config::Shown(option, setting.value.text)},
                         {"from", setting.where},
                         {"secretFile", setting.secret_file}});
  }
  context.out << "[" << lines << "]\n";
  return ExitCode::kOk;
}

// Values and where they come from; secrets are redacted.
ExitCode Show(Context& context) {
  for (const std::string& problem : context.settings_problems) {
    Fail(context, ExitCode::kUsage, problem);
  }
  if (context.json()) {
    ShowJson(context);
  } else {
    Table table({"OPTION", "VALUE", "FROM"});
    for (const config::Option& option : config::AllOptions()) {
      const config::Setting& setting = context.settings.Of(option.key);
      const std::string file = setting.secret_file.empty() ? "" : " (" + setting.secret_file + ")";
      table.Add({NameOf(option), config::Shown(option, setting.value.text), setting.where + file});
    }
    table.Print(context.out, context.style);
  }
  return context.settings_problems.empty() ? ExitCode::kOk : ExitCode::kUsage;
}

}  // namespace

void AddConfig(CLI::App& app, Selection& selection) {
  CLI::App* group =
      AddGroup(app, "config", "The configuration: what is in force, and what there is.");
  // Everything that is a flag anywhere may be tried out here.
  CLI::App* show = AddCommand(*group, selection, config::Scope::kServe, "show",
                              "Prints every option in force and where it comes from.");
  AddConfigFlags(show, selection, config::Scope::kClient);
  show->callback([&selection] {
    selection.tolerates_problems = true;
    selection.command = Show;
  });
  CLI::App* reference = AddCommand(*group, selection, config::Scope::kNone, "reference",
                                   "Prints the reference of all options as Markdown.");
  reference->callback([&selection] {
    selection.tolerates_problems = true;
    selection.command = [](Context& context) {
      context.out << config::RenderReference();
      return ExitCode::kOk;
    };
  });
}

}  // namespace replyguard::service::cli
