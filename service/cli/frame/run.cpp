// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/frame/run.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "service/cli/commands/commands.h"
#include "service/cli/frame/context.h"
#include "service/cli/frame/help.h"
#include "service/cli/frame/settings_source.h"
#include "service/cli/output/json.h"
#include "service/cli/output/safe_text.h"
#include "storage/away.h"

namespace replyguard::service::cli {
namespace {

constexpr const char* kDescription =
    "Moderates comments: checks, classifies and keeps them, and learns from what moderators "
    "decide.";
std::string EnvironmentOf(const char* name) {
  const char* value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets variables here
  return value == nullptr ? "" : value;
}

// Colour needs a terminal that can, and nobody who minds (https://no-color.org).
bool WantsColour(bool terminal) {
  const std::string term = EnvironmentOf("TERM");
  return terminal && EnvironmentOf("NO_COLOR").empty() && !term.empty() && term != "dumb";
}

ExitCode RunCommand(const Selection& selection) {
  config::LoadResult loaded = LoadFromSystem(selection.flags);
  const bool out_terminal = isatty(STDOUT_FILENO) != 0;
  Context context{.in = std::cin,
                  .out = std::cout,
                  .err = std::cerr,
                  .in_is_terminal = isatty(STDIN_FILENO) != 0,
                  .out_is_terminal = out_terminal,
                  .err_is_terminal = isatty(STDERR_FILENO) != 0,
                  .style = Style(WantsColour(out_terminal)),
                  .format = selection.format == "json" ? Format::kJson : Format::kHuman,
                  .settings = std::move(loaded.settings),
                  .settings_problems = std::move(loaded.problems),
                  .environment = EnvironmentOf};
  if (!context.settings_problems.empty() && !selection.tolerates_problems) {
    for (const std::string& problem : context.settings_problems) {
      Fail(context, ExitCode::kUsage, problem);
    }
    return ExitCode::kUsage;
  }
  const ExitCode code = selection.command(context);
  if (!std::cout.flush()) return Fail(context, ExitCode::kInternal, "cannot write the output");
  return code;
}

constexpr std::string_view kLimitsHint =
    "look at the limits on memory and threads (ulimit -a, cgroup)";

// Without memory, as there may be none.
void WriteToStderr(std::string_view text) { (void)!write(STDERR_FILENO, text.data(), text.size()); }

// Where no exception can be caught any more, as when a thread more cannot be made. Says nothing of
// what it was about: that may be a comment.
[[noreturn]] void SayWhyAndAbort() {
  std::string_view why = "replyguard: an error that nothing handles\n";
  try {
    if (const std::exception_ptr error = std::current_exception()) std::rethrow_exception(error);
  } catch (const std::bad_alloc&) {
    why = "replyguard: out of memory\n";
  } catch (const std::system_error&) {
    why = "replyguard: the system refuses a thread or another resource\n";
  } catch (...) {  // NOLINT(bugprone-empty-catch): said already
  }
  WriteToStderr(why);
  std::abort();
}

// Libraries abort too, gRPC without a word.
void SayWhereToLook(int /*signal*/) {
  WriteToStderr("replyguard: aborted; ");
  WriteToStderr(kLimitsHint);
  WriteToStderr("\n");
}

int RunParsed(int argument_count, char** arguments) {
  Selection selection;
  CLI::App app(kDescription, "replyguard");
  app.formatter(HelpFormatter());
  app.footer(ExitCodeHelp());
  app.require_subcommand(1);
  app.set_version_flag("--version", VersionLine());
  AddAllCommands(app, selection);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    // The library lists what it did not expect from its end.
    const bool unexpected = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
                            dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    const std::vector<std::string> left =
        unexpected ? app.remaining(true) : std::vector<std::string>();
    // What is not known before the command may well be known behind it.
    const bool misplaced = !left.empty() && argument_count > 1 && left.front() == arguments[1] &&
                           left.front().starts_with("-");
    std::cerr << "replyguard: "
              << (left.empty() ? SafeLine(error.what(), 500)
                               : "unknown command or argument: " + SafeLine(left.front(), 100))
              << (misplaced
                      ? "; options stand behind the command, as in: replyguard serve --config "
                        "FILE"
                      : "")
              << "\nRun with --help for more.\n";
    return static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(RunCommand(selection));
}

}  // namespace

ExitCode Fail(Context& context, ExitCode code, std::string_view message) {
  context.out.flush();
  if (context.json()) {
    context.err << JsonObject(
                       {{"error", JsonText{JsonObject({{"message", std::string(message)}})}}})
                << "\n";
  } else {
    context.err << "replyguard: " << SafeText(message, Newlines::kKeep) << "\n";
  }
  return code;
}

ExitCode Fail(Context& context, const absl::Status& status) {
  return Fail(context, ExitCodeOf(status.code()), storage::ForOperator(status));
}

int Run(int argument_count, char** arguments) {
  std::ios::sync_with_stdio(false);
  std::set_terminate(&SayWhyAndAbort);
  (void)std::signal(SIGABRT, &SayWhereToLook);
  try {
    return RunParsed(argument_count, arguments);
  } catch (const std::bad_alloc&) {
    std::cerr << "replyguard: out of memory; " << kLimitsHint << "\n";
    return static_cast<int>(ExitCode::kInternal);
  } catch (const std::system_error& error) {
    std::cerr << "replyguard: " << SafeLine(error.what(), 500) << "; " << kLimitsHint << "\n";
    return static_cast<int>(ExitCode::kInternal);
  } catch (const std::exception& error) {
    std::cerr << "replyguard: " << SafeLine(error.what(), 500) << "\n";
    return static_cast<int>(ExitCode::kInternal);
  }
}

}  // namespace replyguard::service::cli
