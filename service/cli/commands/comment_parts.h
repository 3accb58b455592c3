// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/frame/cli_app.h"

// The parts of "replyguard comment" that are for moderators.
namespace replyguard::service::cli {

void AddCommentDesk(CLI::App& group, Selection& selection);  // search, author, note, notes, block

}  // namespace replyguard::service::cli
