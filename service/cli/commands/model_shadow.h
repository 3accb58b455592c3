// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"

namespace replyguard::service::cli {

// Adds "shadow" and what is under it to the group "model".
void AddShadow(CLI::App& group, Selection& selection);

}  // namespace replyguard::service::cli
