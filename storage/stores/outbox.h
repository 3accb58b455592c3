// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Writing to the event log of a site, in the transaction of what happened.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "postgres/session.h"
#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

struct NewEvent {
  SiteId site_id = 0;
  EventType type = EventType::kQueued;
  std::optional<CommentId> comment_id;
  ThreadId thread_id;
  std::optional<CommentStatus> status;
  std::optional<CommentStatus> previous_status;
  std::string reason_code;
  std::optional<DecisionId> decision_id;
  Timestamp created_at{};
};

// Numbers and appends the events, in the order given within each site. Locks the sites' head rows
// until the transaction ends, in the order of site ids: make it the last step but the label log.
// NOT_FOUND for a site without a head.
absl::Status AppendEvents(Tx& tx, std::vector<NewEvent> events);

}  // namespace replyguard::storage
