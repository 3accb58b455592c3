// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What happened to the comments of a site after their submissions were answered: the outbox that
// backends follow. Numbered per site from 1 without gaps; events become visible in the order of
// their numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/enums.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kEventPageMax = 500;

struct Event {
  SiteId site_id = 0;
  std::int64_t sequence = 0;
  EventType type = EventType::kQueued;
  // Nothing for kThreadChanged.
  std::optional<CommentId> comment_id;
  ThreadId thread_id;
  std::string thread_key;  // the present one
  // After and before; nothing where there is none.
  std::optional<CommentStatus> status;
  std::optional<CommentStatus> previous_status;
  std::string reason_code;
  std::optional<DecisionId> decision_id;
  Timestamp created_at{};
};

struct EventHead {
  std::int64_t newest = 0;  // 0: none yet
  // The oldest that is kept; newest + 1 when none is. A cursor below oldest - 1 is OUT_OF_RANGE.
  std::int64_t oldest = 1;
};

// Thread-safe.
class EventLog {
 public:
  virtual ~EventLog() = default;

  // Events with sequence > after, in order, at most limit (1 to kEventPageMax). after = 0 starts
  // with the oldest kept. OUT_OF_RANGE when events after it are no longer kept, or when after is
  // beyond the newest event (a cursor of another database).
  virtual absl::StatusOr<std::vector<Event>> Read(SiteId site_id, std::int64_t after,
                                                  std::int32_t limit, Deadline deadline) = 0;

  virtual absl::StatusOr<EventHead> Head(SiteId site_id, Deadline deadline) = 0;
  // Of many sites in one statement, by site; those that are not there are left out.
  virtual absl::StatusOr<std::map<SiteId, EventHead>> Heads(const std::vector<SiteId>& sites,
                                                            Deadline deadline) = 0;
};

// What moved, as far as the notifier has seen.
struct LogHeads {
  // Grows with every change of the label log / of any site's event log / of sites, policies, rules
  // and keys.
  std::int64_t label_position = 0;
  std::int64_t event_sum = 0;  // of all sites' newest sequences, modulo 2^62
  std::int64_t config_revision = 0;

  friend bool operator==(const LogHeads&, const LogHeads&) = default;
};

// Wakes those who follow a log. It asks for the heads a few times a second, by the connections that
// everything else goes by, and LISTENs on a direct one: a lost notification, or none at all, costs
// a moment, and no writer ever has to NOTIFY. Thread-safe.
class ChangeWatcher {
 public:
  virtual ~ChangeWatcher() = default;
  // Waits until the heads differ from seen or the deadline passes, whichever is first, and answers
  // the present ones. Never fails: while PostgreSQL is away it waits. REQUIRES: not called on a
  // thread that must not block.
  virtual LogHeads WaitForChange(const LogHeads& seen, Deadline deadline) = 0;
  // Without waiting.
  virtual LogHeads Present() const = 0;
  // When the look began that the present heads, or later ones, are of: what was committed before is
  // in them. Goes on while nothing moves. An atomic read; long ago before the first look.
  virtual Deadline LookedAt() const = 0;
  // When PostgreSQL last answered anybody here: whoever looks, reads or writes, by any connection.
  // An atomic read; long ago before the first time.
  virtual Deadline AnsweredAt() const = 0;
  // Ends every wait, present and future, at once.
  virtual void Stop() = 0;
};

}  // namespace replyguard::storage
