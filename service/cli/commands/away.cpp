// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/away.h"

#include <ostream>

#include "service/cli/input/duration_flags.h"

namespace replyguard::service::cli {

void AddWaitFlag(CLI::App& command, std::string& wait, const std::string& condition) {
  command
      .add_option("--wait", wait,
                  condition + "How long to wait for a server that is away, such as 30s or 10m")
      ->type_name("")
      ->capture_default_str();
}

absl::StatusOr<std::chrono::milliseconds> WaitOf(const std::string& wait) {
  const auto milliseconds = DurationFlag("--wait", wait);
  if (!milliseconds.ok()) return milliseconds.status();
  return std::chrono::milliseconds(*milliseconds);
}

void TellAway(Context& context, const grpc::Status& status) {
  context.err << "replyguard: the server is away, waiting for it: " << status.error_message()
              << "\n";
}

void TellGivenUp(Context& context, std::int64_t line) {
  context.err << "replyguard: the server stayed away; nothing after line " << line
              << " was sent. Run it again when the server is back: nothing is done twice.\n";
}

}  // namespace replyguard::service::cli
