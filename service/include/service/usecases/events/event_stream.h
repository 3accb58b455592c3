// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ListEvents and WatchEvents: what happened to the comments of a site, in order, at least once,
// from a cursor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/events/subscription.h"
#include "storage/event_log.h"

namespace replyguard::service {

class SiteDirectory;

inline constexpr std::int32_t kStreamEventsMax = 100;  // events a message of a stream

struct EventBatch {
  // In order of sequence; empty in a sign of life.
  std::vector<storage::Event> events;
  // Resume after this once they are dealt with.
  std::int64_t cursor = 0;
};
using EventSubscription = Subscription<EventBatch>;

// Thread-safe. Holds references; they outlive it and every subscription.
class EventStream {
 public:
  struct Page {
    std::vector<storage::Event> events;
    std::int64_t cursor = 0;
    std::int64_t head_cursor = 0;
  };

  EventStream(const SiteDirectory& sites, storage::EventLog& events, Hub& hub);

  // BLOCKS: run it on a bounded executor. Events after `cursor`, at most `limit` (1 to
  // storage::kEventPageMax). PERMISSION_DENIED; SITE_NOT_FOUND; INVALID_ARGUMENT for a negative
  // cursor; OUT_OF_RANGE (CURSOR_EXPIRED, or CURSOR_AHEAD for a cursor that this log never gave)
  // with "oldest_cursor" and "head_cursor" in the metadata and how to resynchronise in the message.
  absl::StatusOr<Page> List(const Principal& principal, const std::string& site,
                            std::int64_t cursor, std::int32_t limit,
                            storage::Deadline deadline) const;

  // Never blocks; errors that need the database (OUT_OF_RANGE) end the subscription instead.
  // `on_ready` runs on the hub's thread: quick, must not block or throw. PERMISSION_DENIED;
  // SITE_NOT_FOUND; INVALID_ARGUMENT; TOO_MANY_WATCHERS; SHUTTING_DOWN.
  absl::StatusOr<std::shared_ptr<EventSubscription>> Watch(const Principal& principal,
                                                           const std::string& site,
                                                           std::int64_t cursor,
                                                           std::function<void()> on_ready) const;

 private:
  const SiteDirectory& sites_;
  storage::EventLog& events_;
  Hub& hub_;
};

}  // namespace replyguard::service
