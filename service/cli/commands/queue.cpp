// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/queue.h"

#include "service/cli/commands/commands.h"
#include "service/cli/frame/flags.h"

namespace replyguard::service::cli {

void AddQueue(CLI::App& app, Selection& selection) {
  CLI::App* group = AddGroup(app, "queue", "What waits for a moderator.");
  AddQueueLook(*group, selection);
  AddQueueNext(*group, selection);
  AddQueueDecide(*group, selection);
  AddQueueReview(*group, selection);
  AddQueueBulk(*group, selection);
  AddQueueDesk(*group, selection);
}

}  // namespace replyguard::service::cli
