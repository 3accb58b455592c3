// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <istream>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"

namespace replyguard::service::cli {

// A password: the first line of a file, or of `in` when the path is "-"; with an empty path it is
// asked for on the terminal, twice and without showing it. Never in a flag, where every user of the
// machine could read it. INVALID_ARGUMENT when there is no terminal, or both differ. One thread.
absl::StatusOr<std::string> ReadPassword(const std::string& path, std::istream& in,
                                         std::ostream& err);

}  // namespace replyguard::service::cli
