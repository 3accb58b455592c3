// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/frame/flags.h"

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

namespace replyguard::service::cli {
namespace {

using config::Option;
using config::OptionType;
using config::Scope;

constexpr const char* kConfigurationGroup = "Configuration (see replyguard config reference)";

void AddConfigFlag(CLI::App& app, Selection& selection, const Option& option) {
  const std::string flag(option.flag);
  const config::OptionKey key = option.key;
  const std::string help(option.help);
  const auto take = [&selection, key](const std::string& text) {
    selection.flags.emplace_back(key, text);
  };
  CLI::Option* added = option.type == OptionType::kBoolean
                           ? app.add_flag_callback(
                                 flag, [take] { take("true"); }, help)
                           : app.add_option_function<std::string>(flag, take, help)->type_name("");
  added->group(kConfigurationGroup);
}

}  // namespace

CLI::App* AddCommand(CLI::App& app, Selection& selection, Scope scope, const std::string& name,
                     const std::string& help) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("--format", selection.format, "human (or text) or json")
      ->check(CLI::IsMember({"human", "text", "json"}))
      ->type_name("")
      ->group(kConfigurationGroup);
  AddConfigFlags(command, selection, Scope::kEverywhere);
  AddConfigFlags(command, selection, scope);
  return command;
}

void AddConfigFlags(CLI::App* command, Selection& selection, Scope scope) {
  for (const Option& option : config::AllOptions()) {
    if (option.scope == scope && !option.flag.empty()) AddConfigFlag(*command, selection, option);
  }
}

CLI::App* AddGroup(CLI::App& app, const std::string& name, const std::string& help) {
  CLI::App* group = app.add_subcommand(name, help);
  group->require_subcommand(1);
  return group;
}

void SetCommand(CLI::App* app, Selection& selection, Command command) {
  app->callback([&selection, command = std::move(command)] { selection.command = command; });
}

}  // namespace replyguard::service::cli
