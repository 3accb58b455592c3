// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/commands/commands.h"

namespace replyguard::service::cli {

// retention: what is kept for how long, and what is older.
void AddRetention(CLI::App& app, Selection& selection);

}  // namespace replyguard::service::cli
