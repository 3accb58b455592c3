// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "service/cli/frame/context.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {

// `model show N`.
ExitCode ShowGeneration(Context& context, std::int64_t number);

// `model retrain|list|compare|activate|rollback`.
void AddGenerations(CLI::App& group, Selection& selection);

}  // namespace replyguard::service::cli
