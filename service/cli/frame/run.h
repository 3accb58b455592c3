// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The whole program but for main(): reads the command line, the configuration and the environment,
// runs the command.
namespace replyguard::service::cli {

// Answers the exit code; see exit_code.h. Call once a process, from its first thread.
int Run(int argument_count, char** arguments);

}  // namespace replyguard::service::cli
