// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"

// What the program's exit codes mean. They are part of its interface: scripts branch on them, and
// README.md lists them.
namespace replyguard::service::cli {

enum class ExitCode : int {
  kOk = 0,
  // Some of several items failed, or all did for different reasons; or doctor found something
  // wrong. The rest was done.
  kFailedItems = 1,
  // The command line, the configuration or a file that it names is wrong; nothing was tried. Of an
  // import: what came before the fault in the file was.
  kUsage = 2,
  // The server or the database cannot be reached or is overloaded: try again.
  kUnreachable = 3,
  // The key is wrong or may not do this; or the program refuses by its own rules.
  kRefused = 4,
  // What was asked for is invalid, does not exist, exists already, or has changed meanwhile.
  kRejected = 5,
  // Something broke: in the server, or here.
  kInternal = 6,
};

// The exit code for an error. REQUIRES: not kOk.
ExitCode ExitCodeOf(absl::StatusCode code);

// The exit code after many items: kOk when none failed; the one that every item failed with, so
// that one comment and a list of one end alike; kFailedItems otherwise.
ExitCode CodeOfItems(std::int64_t items, const std::map<ExitCode, std::int64_t>& failures);

// For --help: a line a code.
std::string ExitCodeHelp();

}  // namespace replyguard::service::cli
