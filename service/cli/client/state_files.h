// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"

// Small files in which commands remember something for the next one. Losing them loses comfort
// only.
namespace replyguard::service::cli {

// $XDG_STATE_HOME/replyguard (~/.local/state/replyguard); empty when there is no home.
std::string StateFolder(const std::function<std::string(const char*)>& environment);

// Replaces a file of the folder, which is made if need be, as a whole: mode 0600. UNAVAILABLE when
// it cannot be written; there is no folder, for one.
absl::Status WriteStateFile(const std::string& folder, const std::string& file,
                            const std::string& text);

}  // namespace replyguard::service::cli
