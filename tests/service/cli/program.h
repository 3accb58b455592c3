// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

// Runs the built binary as a user would.
namespace replyguard::service::cli {

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
  long peak_memory_kib = 0;  // resident
};

// Runs the program with these arguments and this environment only (besides PATH), `input` on
// standard input. Neither output is a terminal.
Ran RunProgram(const std::vector<std::string>& arguments,
               const std::map<std::string, std::string>& environment = {},
               const std::string& input = {});

}  // namespace replyguard::service::cli
