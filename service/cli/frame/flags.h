// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"
#include "service/config/option.h"

// What subcommands have in common.
namespace replyguard::service::cli {

// Adds a subcommand that runs something: with --format, --config and the options of `scope` as
// flags. `app` and `selection` outlive the parsing.
CLI::App* AddCommand(CLI::App& app, Selection& selection, config::Scope scope,
                     const std::string& name, const std::string& help);

// Adds the options of one more scope as flags.
void AddConfigFlags(CLI::App* command, Selection& selection, config::Scope scope);

// Adds a subcommand that only holds others; one of them must follow.
CLI::App* AddGroup(CLI::App& app, const std::string& name, const std::string& help);

// Makes the subcommand run `run(context, *flags)`, where its flags were bound to the members of
// `flags`.
template <typename Flags>
void RunWith(CLI::App* command, Selection& selection, std::shared_ptr<Flags> flags,
             ExitCode (*run)(Context&, const Flags&));
void SetCommand(CLI::App* app, Selection& selection, Command command);

template <typename Flags>
void RunWith(CLI::App* command, Selection& selection, std::shared_ptr<Flags> flags,
             ExitCode (*run)(Context&, const Flags&)) {
  SetCommand(command, selection, [flags, run](Context& context) { return run(context, *flags); });
}

}  // namespace replyguard::service::cli
