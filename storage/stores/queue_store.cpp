// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/queue_store.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/queue_rows.h"
#include "stores/queue_statements.h"

namespace replyguard::storage {
namespace {

constexpr Statement kGetItem{
    "queue_get", "SELECT " RG_ITEM_COLUMNS " FROM replyguard.queue_items q " RG_ITEM_JOINS
                 "WHERE q.site_id = $1::bigint AND q.comment_id = $2::uuid"};

constexpr Statement kGetEach{
    "queue_get_each", "SELECT " RG_ITEM_COLUMNS " FROM replyguard.queue_items q " RG_ITEM_JOINS
                      "WHERE q.site_id = $1::bigint AND q.comment_id = ANY($2::uuid[])"};

constexpr Statement kChangeLeases{
    "lease_change",
    "WITH want AS (SELECT w.comment_id, w.token, w.ms FROM unnest($2::uuid[], $3::text[], "
    "$4::bigint[]) "
    "AS w(comment_id, token, ms)) "
    "UPDATE replyguard.queue_items q SET "
    "lease_token = CASE WHEN w.ms IS NULL THEN NULL ELSE q.lease_token END, "
    "lease_holder = CASE WHEN w.ms IS NULL THEN NULL ELSE q.lease_holder END, "
    "lease_until = clock_timestamp() + w.ms * interval '1 millisecond' FROM want w "
    "WHERE q.site_id = $1::bigint AND q.comment_id = w.comment_id AND q.lease_token = w.token "
    "RETURNING q.comment_id"};

// A site's log never goes back: once the database's clock has, decisions are dated after now.
constexpr Statement kStats{
    "queue_stats",
    "SELECT count(*) FILTER (WHERE cause <> 5 AND cause <> 6), "
    "count(*) FILTER (WHERE cause <> 5 AND cause <> 6 AND " RG_LEASED("lease_until") "), count(*) FILTER (WHERE cause = 1), "
    "count(*) FILTER (WHERE cause = 2), count(*) FILTER (WHERE cause = 3), count(*) FILTER (WHERE cause = 4), "
    "count(*) FILTER (WHERE cause = 5), count(*) FILTER (WHERE shadow), "
    RG_US("min(entered_at) FILTER (WHERE cause <> 5 AND cause <> 6)") ", "
    "(SELECT count(*) FROM replyguard.decisions d WHERE d.site_id = ANY($1::bigint[]) "
    "AND d.decided_at > $2::timestamptz - interval '24 hours' "
    "AND d.action <> 5 AND d.to_status_source = 2) "
    "FROM replyguard.queue_items WHERE site_id = ANY($1::bigint[])"};

constexpr Statement kWaiting{"queue_waiting",
                             "SELECT s FROM unnest($1::bigint[]) AS s WHERE EXISTS (SELECT 1 FROM "
                             "replyguard.queue_items q WHERE q.site_id = s)"};

QueueItem ReadItem(const pqxx::row& row, bool with_token) {
  const auto field = [&row](int i) {
    return row[static_cast<pqxx::row::size_type>(kCommentColumns + i)];
  };
  QueueItem item;
  item.comment = ReadComment(row);
  item.cause = EnumAt<QueueCause>(field(0));
  if (item.cause == QueueCause::kSampled) item.comment = Blind(std::move(item.comment));
  item.entered_at = TimeAt(field(1));
  item.uncertainty = field(2).as<double>();
  item.usefulness = field(3).as<std::int32_t>();
  item.inclusion_probability = OptDoubleAt(field(4));
  if (field(5).as<bool>()) {
    item.lease_holder = TextAt(field(6));
    item.lease_until = OptTimeAt(field(7));
    if (with_token) item.lease_token = TextAt(field(8));
  }
  if (const auto at = OptTimeAt(field(9))) {
    item.escalation = Escalation{TextAt(field(11)), TextAt(field(10)), *at};
  }
  item.note_count = field(12).as<std::int32_t>();
  return item;
}

std::vector<QueueItem> ReadItems(const pqxx::result& rows, bool with_token) {
  std::vector<QueueItem> items;
  for (const auto& row : rows) items.push_back(ReadItem(row, with_token));
  return items;
}

std::optional<int> CauseOf(const QueueFilter& filter) {
  if (!filter.cause) return std::nullopt;
  return static_cast<int>(*filter.cause);
}

// exec with those parameters of a statement that say what it asks for.
template <typename Exec>
pqxx::result ExecFiltered(const QueueStatement& statement, const QueueFilter& f, const Exec& exec) {
  if (statement.plain) return exec(f.escalated);
  std::optional<std::int64_t> sketch;
  std::vector<std::int64_t> bands;
  if (f.alike) {
    sketch = f.alike->sketch;
    bands = f.alike->bands;
  }
  return exec(CauseOf(f), f.probability_min, f.probability_max, Bytes(f.author_id), Bytes(f.ip_id),
              OptId(f.thread_id), Ids(f.terms), sketch, Ids(bands), f.escalated);
}

absl::Status CheckLease(const LeaseRequest& request) {
  if (request.count < 1 || request.count > kLeaseCountMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a lease call takes 1 to ", kLeaseCountMax, " items"));
  }
  if (request.duration <= std::chrono::milliseconds(0) || request.duration > kLeaseTimeMax) {
    return absl::InvalidArgumentError("a lease lasts longer than nothing, and an hour at most");
  }
  if (request.holder.size() > kLeaseHolderBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a lease's holder has at most ", kLeaseHolderBytesMax, " bytes"));
  }
  if (request.token.size() < kLeaseTokenBytesMin || request.token.size() > kLeaseTokenBytesMax ||
      !std::all_of(request.token.begin(), request.token.end(),
                   [](char c) { return c > ' ' && c <= '~'; })) {
    return absl::InvalidArgumentError(absl::StrCat("a lease's token has ", kLeaseTokenBytesMin,
                                                   " to ", kLeaseTokenBytesMax,
                                                   " bytes of visible ASCII"));
  }
  return absl::OkStatus();
}

pqxx::result ExecList(Tx& tx, const QueueStatement& statement, const QueueQuery& query) {
  std::optional<Timestamp> at;
  std::optional<CommentId> id;
  if (query.after) {
    at = query.after->entered_at;
    id = query.after->comment_id;
  }
  const auto exec = [&](auto... first) {
    return ExecFiltered(statement, query.filter, [&](auto&&... filter) {
      return tx.Exec(statement.statement, query.site_id, filter...,
                     std::clamp(query.limit, 1, kQueuePageMax), OptTime(at), OptId(id), first...);
    });
  };
  switch (OrderIn(query.filter, query.order)) {
    case QueueOrder::kOldest:
    case QueueOrder::kNewest:
      return exec();
    case QueueOrder::kUncertain:
      return exec(query.after ? query.after->uncertainty : -1.0);
    case QueueOrder::kUseful:
      break;
  }
  return exec(query.after ? query.after->usefulness : std::numeric_limits<std::int32_t>::max());
}

}  // namespace

absl::StatusOr<std::vector<QueueItem>> PostgresQueueStore::List(const QueueQuery& query,
                                                                Deadline deadline) {
  const QueueStatement statement = ListStatement(query.filter, query.order);
  return RunTransaction(
      pool_, deadline,
      [&](Tx& tx) -> absl::StatusOr<std::vector<QueueItem>> {
        return ReadItems(ExecList(tx, statement, query), false);
      },
      statement.mode());
}

absl::StatusOr<QueueItem> PostgresQueueStore::Get(SiteId site_id, const CommentId& comment_id,
                                                  Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<QueueItem> {
    const pqxx::result rows = tx.Exec(kGetItem, site_id, Id(comment_id));
    if (rows.empty()) return absl::NotFoundError("the comment does not wait");
    return ReadItem(rows[0], false);
  });
}

absl::StatusOr<std::vector<QueueItem>> PostgresQueueStore::GetEach(
    SiteId site_id, const std::vector<CommentId>& comment_ids, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<QueueItem>> {
    return ReadItems(tx.Exec(kGetEach, site_id, Ids(comment_ids)), false);
  });
}

absl::StatusOr<std::set<CommentId>> PostgresQueueStore::DrawnBlind(
    SiteId site_id, const std::vector<CommentId>& comment_ids, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::set<CommentId>> {
    return BlindOnes(tx, site_id, comment_ids);
  });
}

absl::StatusOr<std::vector<QueueItem>> PostgresQueueStore::LeaseNext(const LeaseRequest& request,
                                                                     Deadline deadline) {
  if (absl::Status status = CheckLease(request); !status.ok()) return status;
  const QueueStatement statement = LeaseStatement(request.filter, request.order);
  return RunTransaction(
      pool_, deadline,
      [&](Tx& tx) -> absl::StatusOr<std::vector<QueueItem>> {
        const pqxx::result rows = ExecFiltered(statement, request.filter, [&](auto&&... filter) {
          return tx.Exec(statement.statement, request.site_id, filter..., request.count,
                         Text(request.token), Text(request.holder),
                         static_cast<std::int64_t>(request.duration.count()));
        });
        return ReadItems(rows, true);
      },
      statement.mode());
}

absl::StatusOr<std::vector<bool>> PostgresQueueStore::ChangeLeases(
    SiteId site_id, const std::vector<LeaseChange>& changes, Deadline deadline) {
  if (changes.size() > static_cast<std::size_t>(kLeaseCountMax)) {
    return absl::InvalidArgumentError("too many leases in one call");
  }
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<bool>> {
    using E = ArrayParam::Element;
    ArrayParam id(E::kUuid), token(E::kText), ms(E::kInt8);
    for (const LeaseChange& change : changes) {
      id.AddUuid(change.comment_id);
      token.AddBytes(change.token);
      change.extension ? ms.AddInt8(std::min(*change.extension, kLeaseTimeMax).count())
                       : ms.AddNull();
    }
    std::set<CommentId> held;
    for (const auto& row : tx.Exec(kChangeLeases, site_id, id.Done(), token.Done(), ms.Done())) {
      held.insert(UuidAt(row[0]));
    }
    std::vector<bool> out;
    out.reserve(changes.size());
    for (const LeaseChange& change : changes) out.push_back(held.contains(change.comment_id));
    return out;
  });
}

absl::StatusOr<std::vector<SiteId>> PostgresQueueStore::Waiting(const std::vector<SiteId>& sites,
                                                                Deadline deadline) {
  using Sites = std::vector<SiteId>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Sites> {
    Sites waiting;
    for (const auto& row : tx.Exec(kWaiting, Ids(sites))) waiting.push_back(row[0].as<SiteId>());
    return waiting;
  });
}

absl::StatusOr<QueueStats> PostgresQueueStore::Stats(const std::vector<SiteId>& sites,
                                                     Timestamp now, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<QueueStats> {
    const pqxx::row row = tx.Exec(kStats, Ids(sites), Time(now))[0];
    QueueStats s;
    s.pending_count = row[0].as<std::int64_t>();
    s.leased_count = row[1].as<std::int64_t>();
    s.held_count = row[2].as<std::int64_t>();
    s.reported_count = row[3].as<std::int64_t>();
    s.edited_count = row[4].as<std::int64_t>();
    s.returned_count = row[5].as<std::int64_t>();
    s.sampled_count = row[6].as<std::int64_t>();
    s.shadow_count = row[7].as<std::int64_t>();
    s.oldest_entered_at = OptTimeAt(row[8]);
    s.decided_last_day_count = row[9].as<std::int64_t>();
    return s;
  });
}

}  // namespace replyguard::storage
