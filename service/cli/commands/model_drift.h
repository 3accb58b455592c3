// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/frame/context.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {

// `model drift`.
void AddDrift(CLI::App& group, Selection& selection);

}  // namespace replyguard::service::cli
