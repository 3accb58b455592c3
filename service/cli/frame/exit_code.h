// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/status.h"

// What the program's exit codes mean. They are part of its interface: scripts branch on them.
namespace replyguard::service::cli {

enum class ExitCode : int {
  kOk = 0,
  // Some items failed, or doctor found something wrong; the rest was done.
  kFailedItems = 1,
  // The command line or the configuration is wrong; nothing was tried.
  kUsage = 2,
  // The server or the database cannot be reached or is overloaded: try again.
  kUnreachable = 3,
  // The key is missing, wrong, or may not do this; or the program refuses by its own rules.
  kRefused = 4,
  // What was asked for is invalid, does not exist, exists already, or has changed meanwhile.
  kRejected = 5,
  // Something broke: in the server, or here.
  kInternal = 6,
};

// The exit code for an error. REQUIRES: not kOk.
ExitCode ExitCodeOf(absl::StatusCode code);

}  // namespace replyguard::service::cli
