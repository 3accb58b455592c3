// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/commands/commands.h"

namespace replyguard::service::cli {

// secrets retire: the end of an old HMAC key.
void AddSecretsRetire(CLI::App& group, Selection& selection);

}  // namespace replyguard::service::cli
