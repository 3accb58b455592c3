// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "service/cli/frame/exit_code.h"
#include "service/cli/output/style.h"
#include "service/config/settings.h"

// What every command is given. One thread; the streams and settings outlive the command.
namespace replyguard::service::cli {

// How results are written.
enum class Format { kHuman, kJson };

struct Context {
  std::istream& in;
  std::ostream& out;  // results
  std::ostream& err;  // progress and errors
  bool in_is_terminal;
  bool out_is_terminal;
  bool err_is_terminal;
  Style style;  // of `out`
  Format format;
  // What is in force. Commands other than doctor and config run only when nothing was wrong with
  // it.
  config::Settings settings;
  std::vector<std::string> settings_problems;
  // All of the environment, for what is no setting (HOME, XDG_STATE_HOME).
  std::function<std::string(const char* name)> environment;

  bool json() const { return format == Format::kJson; }
};

// Runs one command after the command line has been read.
using Command = std::function<ExitCode(Context&)>;

// What the command line asks for: filled in by the flags' callbacks.
struct Selection {
  Command command;
  std::vector<std::pair<config::OptionKey, std::string>> flags;
  std::string format = "human";
  // The command explains a wrong configuration itself.
  bool tolerates_problems = false;
};

// Prints "replyguard: message" (or the same as JSON) to `err` and answers the code for it.
ExitCode Fail(Context& context, const absl::Status& status);
// The same for the program's own refusals.
ExitCode Fail(Context& context, ExitCode code, std::string_view message);

}  // namespace replyguard::service::cli
