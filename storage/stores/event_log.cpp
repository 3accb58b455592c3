// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/event_log.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

constexpr Statement kRead{
    "events_read",
    "SELECT e.site_id, e.sequence, e.type, e.comment_id, e.thread_id, t.thread_key, e.status, e.previous_status, "
    "e.reason_code, e.decision_id, " RG_US("e.created_at") " FROM replyguard.events e "
    "LEFT JOIN replyguard.threads t ON t.site_id = e.site_id AND t.thread_id = e.thread_id "
    "WHERE e.site_id = $1::bigint AND e.sequence > $2::bigint ORDER BY e.sequence LIMIT $3::bigint"};

constexpr Statement kHead{
    "events_head",
    "SELECT event_seq, event_oldest FROM replyguard.site_heads WHERE site_id = $1::bigint"};

constexpr Statement kHeads{"events_heads",
                           "SELECT site_id, event_seq, event_oldest FROM replyguard.site_heads "
                           "WHERE site_id = ANY($1::bigint[])"};

absl::StatusOr<EventHead> HeadIn(Tx& tx, SiteId site_id) {
  const pqxx::result rows = tx.Exec(kHead, site_id);
  if (rows.empty()) return absl::NotFoundError("there is no such site");
  return EventHead{rows[0][0].as<std::int64_t>(), rows[0][1].as<std::int64_t>()};
}

Event ReadEvent(const pqxx::row& row) {
  Event e;
  e.site_id = row[0].as<std::int64_t>();
  e.sequence = row[1].as<std::int64_t>();
  e.type = EnumAt<EventType>(row[2]);
  e.comment_id = OptUuidAt(row[3]);
  e.thread_id = UuidAt(row[4]);
  e.thread_key = TextAt(row[5]);
  e.status = OptEnumAt<CommentStatus>(row[6]);
  e.previous_status = OptEnumAt<CommentStatus>(row[7]);
  e.reason_code = TextAt(row[8]);
  e.decision_id = OptUuidAt(row[9]);
  e.created_at = TimeAt(row[10]);
  return e;
}

}  // namespace

absl::StatusOr<std::vector<Event>> PostgresEventLog::Read(SiteId site_id, std::int64_t after,
                                                          std::int32_t limit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<Event>> {
    std::vector<Event> events;
    for (const auto& row : tx.Exec(kRead, site_id, after, std::clamp(limit, 1, kEventPageMax))) {
      events.push_back(ReadEvent(row));
    }
    // The common case, an unbroken continuation, needs no more.
    if (!events.empty() && events.front().sequence == after + 1) return events;
    const auto head = HeadIn(tx, site_id);
    if (!head.ok()) return head.status();
    if (after > head->newest) return absl::OutOfRangeError("the cursor is beyond the newest event");
    const bool from_oldest = after == 0;
    if (!from_oldest && after < head->oldest - 1) {
      return absl::OutOfRangeError("events after this cursor are no longer kept");
    }
    return events;
  });
}

absl::StatusOr<EventHead> PostgresEventLog::Head(SiteId site_id, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return HeadIn(tx, site_id); });
}

absl::StatusOr<std::map<SiteId, EventHead>> PostgresEventLog::Heads(
    const std::vector<SiteId>& sites, Deadline deadline) {
  using Heads = std::map<SiteId, EventHead>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Heads> {
    Heads heads;
    for (const auto& row : tx.Exec(kHeads, Ids(sites))) {
      heads[row[0].as<SiteId>()] = {row[1].as<std::int64_t>(), row[2].as<std::int64_t>()};
    }
    return heads;
  });
}

}  // namespace replyguard::storage
