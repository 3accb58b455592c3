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
#include "stores/search_rows.h"

// $2 to $11: an absent filter is null or empty.
#define RG_QUEUE_FILTER \
  " q.site_id = $1::bigint AND ($2::smallint IS NULL OR q.cause = $2::smallint) "                \
  "AND ($3::float8 IS NULL OR q.probability >= $3::float8) "                                     \
  "AND ($4::float8 IS NULL OR q.probability <= $4::float8) "                                     \
  "AND ($5::bytea = '' OR q.author_id = $5::bytea) AND ($6::bytea = '' OR q.ip_id = $6::bytea) " \
  "AND ($7::uuid IS NULL OR q.thread_id = $7::uuid) "                                            \
  "AND " RG_IS_FOUND_BY("q", "$8::bigint[]", "$9::bigint", "$10::bigint[]") \
  "AND ($11::boolean IS NULL OR $11::boolean = (q.escalated_at IS NOT "     \
                       "NULL)) "

#define RG_BY_OLDEST "q.entered_at, q.comment_id"
#define RG_BY_NEWEST "q.entered_at DESC, q.comment_id DESC"
#define RG_BY_UNCERTAIN "q.uncertainty, q.entered_at, q.comment_id"
#define RG_BY_USEFUL "q.usefulness DESC, q.entered_at DESC, q.comment_id DESC"

// Literal, so that the partial indexes serve.
#define RG_SEEN " AND q.cause <> 5 AND q.cause <> 6 "
#define RG_BLIND " AND q.cause = 5 "
// An item drawn blind is not shown here: what the shadow differs from would tell.
#define RG_SHADOW " AND q.shadow AND q.cause <> 5 "

#define RG_ITEM_COLUMNS \
  RG_COMMENT_COLUMNS ", q.cause, " RG_US("q.entered_at") ", q.uncertainty, q.usefulness, " \
  "q.inclusion_probability, " RG_LEASED("q.lease_until") ", " \
  "q.lease_holder, " RG_US("q.lease_until") ", q.lease_token, " RG_US("q.escalated_at") ", " \
  "q.escalated_by, q.escalation, (SELECT count(*) FROM replyguard.comment_notes n WHERE "       \
  "n.site_id = q.site_id AND n.comment_id = q.comment_id)"

#define RG_ITEM_JOINS                                                                    \
  "JOIN replyguard.comments c ON c.site_id = q.site_id AND c.comment_id = q.comment_id " \
  "LEFT JOIN replyguard.threads t ON t.site_id = c.site_id AND t.thread_id = c.thread_id "

#define RG_LIST(queue, after, order)                                                      \
  "SELECT " RG_ITEM_COLUMNS                                                               \
  " FROM (SELECT q.site_id, q.comment_id, q.cause, q.entered_at, q.uncertainty, "         \
  "q.usefulness, q.inclusion_probability, q.lease_until, q.lease_holder, q.lease_token, " \
  "q.escalated_at, q.escalated_by, q.escalation FROM "                                    \
  "replyguard.queue_items q WHERE" RG_QUEUE_FILTER queue after "ORDER BY " order          \
  " LIMIT $12::bigint) q " RG_ITEM_JOINS "ORDER BY " order

#define RG_LEASE(queue, order) \
  "WITH picked AS (SELECT q.site_id, q.comment_id FROM replyguard.queue_items q "                 \
  "WHERE" RG_QUEUE_FILTER queue                                                                   \
  "AND NOT " RG_LEASED("q.lease_until") " " \
  "ORDER BY " order                                                                               \
  " LIMIT $12::bigint FOR UPDATE SKIP LOCKED), "                                                  \
  "q AS (UPDATE replyguard.queue_items u SET lease_token = $13::text, lease_holder = $14::text, " \
  "lease_until = clock_timestamp() + $15::bigint * interval '1 millisecond' FROM picked p "       \
  "WHERE u.site_id = p.site_id AND u.comment_id = p.comment_id "                                  \
  "RETURNING u.site_id, u.comment_id, u.cause, u.entered_at, u.uncertainty, "                     \
  "u.usefulness, u.inclusion_probability, "                                                       \
  "u.lease_until, u.lease_holder, u.lease_token, u.escalated_at, u.escalated_by, "                \
  "u.escalation) "                                                                                \
  "SELECT " RG_ITEM_COLUMNS " FROM q " RG_ITEM_JOINS "ORDER BY " order

namespace replyguard::storage {
namespace {

// The first page begins at a bound that everything passes, not at an OR: a row comparison alone is
// an index condition whatever the plan, so that a deep page costs what the first one does.
#define RG_AFTER_OLDEST                                                           \
  "AND (q.entered_at, q.comment_id) > (coalesce($13::timestamptz, '-infinity'), " \
  "coalesce($14::uuid, '00000000-0000-0000-0000-000000000000')) "
#define RG_AFTER_NEWEST                                                          \
  "AND (q.entered_at, q.comment_id) < (coalesce($13::timestamptz, 'infinity'), " \
  "coalesce($14::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) "

#define RG_AFTER_UNCERTAIN                                           \
  "AND (q.uncertainty, q.entered_at, q.comment_id) > ($15::float8, " \
  "coalesce($13::timestamptz, '-infinity'), "                        \
  "coalesce($14::uuid, '00000000-0000-0000-0000-000000000000')) "
#define RG_AFTER_USEFUL                                              \
  "AND (q.usefulness, q.entered_at, q.comment_id) < ($15::integer, " \
  "coalesce($13::timestamptz, 'infinity'), "                         \
  "coalesce($14::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) "

// One of each queue in which the order means something.
struct OfQueues {
  Statement seen;
  Statement shadow;

  const Statement& For(const QueueFilter& filter) const { return filter.shadow ? shadow : seen; }
};

constexpr OfQueues kListOldest{
    {"queue_oldest", RG_LIST(RG_SEEN, RG_AFTER_OLDEST, RG_BY_OLDEST)},
    {"shadow_queue_oldest", RG_LIST(RG_SHADOW, RG_AFTER_OLDEST, RG_BY_OLDEST)}};
constexpr OfQueues kListNewest{
    {"queue_newest", RG_LIST(RG_SEEN, RG_AFTER_NEWEST, RG_BY_NEWEST)},
    {"shadow_queue_newest", RG_LIST(RG_SHADOW, RG_AFTER_NEWEST, RG_BY_NEWEST)}};
constexpr OfQueues kListUncertain{
    {"queue_uncertain", RG_LIST(RG_SEEN, RG_AFTER_UNCERTAIN, RG_BY_UNCERTAIN)},
    {"shadow_queue_uncertain", RG_LIST(RG_SHADOW, RG_AFTER_UNCERTAIN, RG_BY_UNCERTAIN)}};
constexpr OfQueues kListUseful{
    {"queue_useful", RG_LIST(RG_SEEN, RG_AFTER_USEFUL, RG_BY_USEFUL)},
    {"shadow_queue_useful", RG_LIST(RG_SHADOW, RG_AFTER_USEFUL, RG_BY_USEFUL)}};
constexpr Statement kListBlindOldest{"queue_blind_oldest",
                                     RG_LIST(RG_BLIND, RG_AFTER_OLDEST, RG_BY_OLDEST)};
constexpr Statement kListBlindNewest{"queue_blind_newest",
                                     RG_LIST(RG_BLIND, RG_AFTER_NEWEST, RG_BY_NEWEST)};

constexpr OfQueues kLeaseOldest{{"lease_oldest", RG_LEASE(RG_SEEN, RG_BY_OLDEST)},
                                {"shadow_lease_oldest", RG_LEASE(RG_SHADOW, RG_BY_OLDEST)}};
constexpr OfQueues kLeaseNewest{{"lease_newest", RG_LEASE(RG_SEEN, RG_BY_NEWEST)},
                                {"shadow_lease_newest", RG_LEASE(RG_SHADOW, RG_BY_NEWEST)}};
constexpr OfQueues kLeaseUncertain{
    {"lease_uncertain", RG_LEASE(RG_SEEN, RG_BY_UNCERTAIN)},
    {"shadow_lease_uncertain", RG_LEASE(RG_SHADOW, RG_BY_UNCERTAIN)}};
constexpr OfQueues kLeaseUseful{{"lease_useful", RG_LEASE(RG_SEEN, RG_BY_USEFUL)},
                                {"shadow_lease_useful", RG_LEASE(RG_SHADOW, RG_BY_USEFUL)}};
constexpr Statement kLeaseBlindOldest{"lease_blind_oldest", RG_LEASE(RG_BLIND, RG_BY_OLDEST)};
constexpr Statement kLeaseBlindNewest{"lease_blind_newest", RG_LEASE(RG_BLIND, RG_BY_NEWEST)};

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

// The parameters of RG_QUEUE_FILTER after the site.
template <typename Exec>
pqxx::result ExecFiltered(const QueueFilter& f, const Exec& exec) {
  std::optional<std::int64_t> sketch;
  std::vector<std::int64_t> bands;
  if (f.alike) {
    sketch = f.alike->sketch;
    bands = f.alike->bands;
  }
  return exec(CauseOf(f), f.probability_min, f.probability_max, Bytes(f.author_id), Bytes(f.ip_id),
              OptId(f.thread_id), Ids(f.terms), sketch, Ids(bands), f.escalated);
}

bool IsBlind(const QueueFilter& filter) {
  return filter.cause == QueueCause::kSampled && !filter.shadow;
}

// What an order means in a queue.
QueueOrder OrderIn(const QueueFilter& filter, QueueOrder order) {
  return IsBlind(filter) && order != QueueOrder::kNewest ? QueueOrder::kOldest : order;
}

const Statement& ListStatement(const QueueFilter& filter, QueueOrder order) {
  switch (order) {
    case QueueOrder::kOldest:
      return IsBlind(filter) ? kListBlindOldest : kListOldest.For(filter);
    case QueueOrder::kNewest:
      return IsBlind(filter) ? kListBlindNewest : kListNewest.For(filter);
    case QueueOrder::kUncertain:
      return kListUncertain.For(filter);
    case QueueOrder::kUseful:
      break;
  }
  return kListUseful.For(filter);
}

const Statement& LeaseStatement(const QueueFilter& filter, QueueOrder order) {
  switch (OrderIn(filter, order)) {
    case QueueOrder::kOldest:
      return IsBlind(filter) ? kLeaseBlindOldest : kLeaseOldest.For(filter);
    case QueueOrder::kNewest:
      return IsBlind(filter) ? kLeaseBlindNewest : kLeaseNewest.For(filter);
    case QueueOrder::kUncertain:
      return kLeaseUncertain.For(filter);
    case QueueOrder::kUseful:
      break;
  }
  return kLeaseUseful.For(filter);
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

pqxx::result ExecList(Tx& tx, const QueueQuery& query) {
  const QueueFilter& f = query.filter;
  std::optional<Timestamp> at;
  std::optional<CommentId> id;
  if (query.after) {
    at = query.after->entered_at;
    id = query.after->comment_id;
  }
  const QueueOrder order = OrderIn(f, query.order);
  const auto exec = [&](auto... first) {
    return ExecFiltered(f, [&](auto&&... filter) {
      return tx.Exec(ListStatement(f, order), query.site_id, filter...,
                     std::clamp(query.limit, 1, kQueuePageMax), OptTime(at), OptId(id), first...);
    });
  };
  switch (order) {
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
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<QueueItem>> {
    return ReadItems(ExecList(tx, query), false);
  });
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
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<QueueItem>> {
    const QueueFilter& f = request.filter;
    const pqxx::result rows = ExecFiltered(f, [&](auto&&... filter) {
      return tx.Exec(LeaseStatement(f, request.order), request.site_id, filter..., request.count,
                     Text(request.token), Text(request.holder),
                     static_cast<std::int64_t>(request.duration.count()));
    });
    return ReadItems(rows, true);
  });
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
