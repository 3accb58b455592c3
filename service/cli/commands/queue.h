// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/cli/frame/cli_app.h"
#include "service/cli/frame/context.h"

// The parts of "replyguard queue": looking, taking, deciding, reviewing.
namespace replyguard::service::cli {

void AddQueueLook(CLI::App& group, Selection& selection);    // list, stats
void AddQueueNext(CLI::App& group, Selection& selection);    // next, release
void AddQueueDecide(CLI::App& group, Selection& selection);  // approve, spam, trash, hold, undo
void AddQueueReview(CLI::App& group, Selection& selection);  // review, and the group by itself

void AddQueueBulk(CLI::App& group, Selection& selection);  // bulk, bulk-undo, bulks
void AddQueueDesk(CLI::App& group, Selection& selection);  // escalate, deescalate, campaigns

}  // namespace replyguard::service::cli
