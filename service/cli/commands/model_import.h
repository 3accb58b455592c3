// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

// Adds "import" to the command model.
void AddModelImport(CLI::App& group, Selection& selection);

}  // namespace replyguard::service::cli
