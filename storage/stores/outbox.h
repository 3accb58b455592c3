// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Writing to the event log of a site, in the transaction of what happened.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
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

// Locks the head of the site's log until the transaction ends, and answers the time to date by from
// there on: now, or just after all that the log has, when now was read before waiting or from a
// clock that is behind; at most a minute ahead of the database's clock. What is dated by it has the
// order of the log. Locks of comments, threads and queue items come before it, the label log after.
// NOT_FOUND for a site without a head.
absl::StatusOr<Timestamp> EnterSiteLog(Tx& tx, SiteId site_id, Timestamp now);

// Numbers and appends the events, in the order given within each site. Locks the sites' head rows
// until the transaction ends, in the order of site ids: make it the last step but the label log.
// The events of a site are dated alike: by the newest created_at among them, or by the newest event
// before them if that is later, so that times never run against numbers; at most a minute ahead of
// the database's clock. NOT_FOUND for a site without a head.
absl::Status AppendEvents(Tx& tx, std::vector<NewEvent> events);

}  // namespace replyguard::storage
