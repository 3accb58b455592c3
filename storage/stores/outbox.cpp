// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/outbox.h"

#include <algorithm>
#include <span>

#include "postgres/params.h"
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

constexpr Statement kEnterHead{
    "site_head_lock",
    "SELECT " RG_US("greatest(h.newest_at + interval '1 microsecond', " RG_CLOCK(
        "$2") ")") " FROM replyguard.site_heads h WHERE h.site_id = $1::bigint FOR NO KEY UPDATE"};

// One row is updated, so a concurrent change is waited for and then counted on. The events are
// dated by the head for the same reason.
constexpr Statement kAppendEvents{
    "append_events",
    "WITH head AS (UPDATE replyguard.site_heads SET event_seq = event_seq + "
    "cardinality($2::smallint[]), newest_at = greatest(newest_at, " RG_CLOCK("$9") ") "
    "WHERE site_id = $1::bigint RETURNING event_seq - cardinality($2::smallint[]) AS base, "
    "newest_at) "
    "INSERT INTO replyguard.events (site_id, sequence, type, comment_id, thread_id, status, "
    "previous_status, "
    "reason_code, decision_id, created_at) "
    "SELECT $1::bigint, head.base + e.ord, e.type, e.comment_id, e.thread_id, e.status, "
    "e.previous_status, "
    "e.reason_code, e.decision_id, head.newest_at "
    "FROM head CROSS JOIN unnest($2::smallint[], $3::uuid[], $4::uuid[], $5::smallint[], "
    "$6::smallint[], "
    "$7::text[], $8::uuid[]) WITH ORDINALITY "
    "AS e(type, comment_id, thread_id, status, previous_status, reason_code, decision_id, ord)"};

void AddStatus(const std::optional<CommentStatus>& status, ArrayParam& out) {
  status ? out.AddInt2(static_cast<int>(*status)) : out.AddNull();
}

absl::Status AppendOfSite(Tx& tx, std::span<const NewEvent> events) {
  using E = ArrayParam::Element;
  ArrayParam type(E::kInt2), comment(E::kUuid), thread(E::kUuid), status(E::kInt2);
  ArrayParam previous(E::kInt2), reason(E::kText), decision(E::kUuid);
  Timestamp newest{};
  for (const NewEvent& event : events) {
    type.AddInt2(static_cast<int>(event.type));
    comment.AddOptUuid(event.comment_id);
    thread.AddUuid(event.thread_id);
    AddStatus(event.status, status);
    AddStatus(event.previous_status, previous);
    reason.AddBytes(event.reason_code);
    decision.AddOptUuid(event.decision_id);
    newest = std::max(newest, event.created_at);
  }
  const pqxx::result done =
      tx.Exec(kAppendEvents, events.front().site_id, type.Done(), comment.Done(), thread.Done(),
              status.Done(), previous.Done(), reason.Done(), decision.Done(), Time(newest));
  if (done.affected_rows() != events.size()) return absl::NotFoundError("there is no such site");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Timestamp> EnterSiteLog(Tx& tx, SiteId site_id, Timestamp now) {
  const pqxx::result rows = tx.Exec(kEnterHead, site_id, Time(now));
  if (rows.empty()) return absl::NotFoundError("there is no such site");
  return TimeAt(rows[0][0]);
}

absl::Status AppendEvents(Tx& tx, std::vector<NewEvent> events) {
  std::stable_sort(events.begin(), events.end(),
                   [](const NewEvent& a, const NewEvent& b) { return a.site_id < b.site_id; });
  for (std::size_t begin = 0; begin < events.size();) {
    std::size_t end = begin;
    while (end < events.size() && events[end].site_id == events[begin].site_id) ++end;
    auto status = AppendOfSite(tx, std::span(events).subspan(begin, end - begin));
    if (!status.ok()) return status;
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace replyguard::storage
