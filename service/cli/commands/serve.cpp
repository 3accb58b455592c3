// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigwait
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "service/app/descriptors.h"
#include "service/app/privileges.h"
#include "service/app/server.h"
#include "service/cli/commands/commands.h"
#include "service/cli/commands/server_options.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {
namespace {

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

// Turns the first SIGTERM, SIGINT or SIGHUP into a Shutdown, and a second SIGTERM or SIGINT into
// the end at once. The signals are blocked in every thread, so that only this one takes them.
class StopOnSignal {
 public:
  explicit StopOnSignal(Server& server) : thread_([this, &server] { Watch(server); }) {}
  ~StopOnSignal() {
    finished_ = true;
    // Wakes it: the signal is blocked there, and waited for.
    // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread)
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

 private:
  void Watch(Server& server) {
    const sigset_t signals = StopSignals();
    int signal = 0;
    sigwait(&signals, &signal);
    if (finished_) return;
    server.Shutdown();
    // A terminal that closes says it twice, itself and by way of its shell.
    do {
      sigwait(&signals, &signal);
    } while (signal == SIGHUP && !finished_);
    if (!finished_) _exit(128 + signal);
  }

  std::atomic<bool> finished_{false};
  std::thread thread_;  // last: it uses the members before it
};

// "host:443". Port 0 takes a high one.
bool HasLowPort(const std::string& address) {
  constexpr int kLowPortsEnd = 1024;
  const std::size_t colon = address.rfind(':');
  int port = 0;
  return colon != std::string::npos && absl::SimpleAtoi(address.substr(colon + 1), &port) &&
         port > 0 && port < kLowPortsEnd;
}

ExitCode Serve(Context& context) {
  // Before any thread is made: they inherit it.
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Whoever reads the log may go away, and a file may have a limit: a line is lost then, no server.
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);

  const auto options = ServerOptionsFrom(context.settings);
  if (!options.ok())
    return Fail(context, ExitCode::kUsage, std::string(options.status().message()));
  const absl::Status dropped =
      DropPrivileges({HasLowPort(options->grpc_address) || HasLowPort(options->http.address) ||
                      HasLowPort(options->metrics_address)});
  if (!dropped.ok()) return Fail(context, dropped);
  PrepareDescriptors();
  const auto server = StartServer(*options);
  if (!server.ok()) {
    const std::string message(server.status().message());
    if (absl::IsInvalidArgument(server.status())) return Fail(context, ExitCode::kUsage, message);
    if (absl::IsFailedPrecondition(server.status()))
      return Fail(context, ExitCode::kRefused, message);
    return Fail(context, server.status());
  }
  const StopOnSignal stop(**server);
  (*server)->Wait();
  return ExitCode::kOk;
}

}  // namespace

void AddServe(CLI::App& app, Selection& selection) {
  CLI::App* command = AddCommand(
      app, selection, config::Scope::kServe, "serve",
      "Runs the server until SIGTERM, SIGINT or SIGHUP; calls in progress then end in order. "
      "Renewed TLS files and a log file that was moved away need no signal.");
  SetCommand(command, selection, Serve);
}

}  // namespace replyguard::service::cli
