// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/queue_statements.h"

#define RG_IS_ESCALATED(wanted) \
  "AND (" wanted "::boolean IS NULL OR " wanted "::boolean = (q.escalated_at IS NOT NULL)) "

// $2 to $11: an absent filter is null or empty.
#define RG_FILTERED                                                                              \
  " q.site_id = $1::bigint AND ($2::smallint IS NULL OR q.cause = $2::smallint) "                \
  "AND ($3::float8 IS NULL OR q.probability >= $3::float8) "                                     \
  "AND ($4::float8 IS NULL OR q.probability <= $4::float8) "                                     \
  "AND ($5::bytea = '' OR q.author_id = $5::bytea) AND ($6::bytea = '' OR q.ip_id = $6::bytea) " \
  "AND ($7::uuid IS NULL OR q.thread_id = $7::uuid) "                                            \
  "AND " RG_IS_FOUND_BY("q", "$8::bigint[]", "$9::bigint", "$10::bigint[]") RG_IS_ESCALATED("$11")
#define RG_PLAIN " q.site_id = $1::bigint " RG_IS_ESCALATED("$2")

#define RG_BY_OLDEST "q.entered_at, q.comment_id"
#define RG_BY_NEWEST "q.entered_at DESC, q.comment_id DESC"
#define RG_BY_UNCERTAIN "q.uncertainty, q.entered_at, q.comment_id"
#define RG_BY_USEFUL "q.usefulness DESC, q.entered_at DESC, q.comment_id DESC"

// Literal, so that the partial indexes serve.
#define RG_SEEN " AND q.cause <> 5 AND q.cause <> 6 "
#define RG_BLIND " AND q.cause = 5 "
// An item drawn blind is not shown here: what the shadow differs from would tell.
#define RG_SHADOW " AND q.shadow AND q.cause <> 5 "

// The first page begins at a bound that everything passes, not at an OR: a row comparison alone is
// an index condition whatever the plan, so that a deep page costs what the first one does.
#define RG_AFTER_OLDEST(at, id, value)               \
  "AND (q.entered_at, q.comment_id) > (coalesce(" at \
  "::timestamptz, '-infinity'), "                    \
  "coalesce(" id "::uuid, '00000000-0000-0000-0000-000000000000')) "
#define RG_AFTER_NEWEST(at, id, value)               \
  "AND (q.entered_at, q.comment_id) < (coalesce(" at \
  "::timestamptz, 'infinity'), "                     \
  "coalesce(" id "::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) "
#define RG_AFTER_UNCERTAIN(at, id, value)                     \
  "AND (q.uncertainty, q.entered_at, q.comment_id) > (" value \
  "::float8, "                                                \
  "coalesce(" at                                              \
  "::timestamptz, '-infinity'), "                             \
  "coalesce(" id "::uuid, '00000000-0000-0000-0000-000000000000')) "
#define RG_AFTER_USEFUL(at, id, value)                       \
  "AND (q.usefulness, q.entered_at, q.comment_id) < (" value \
  "::integer, "                                              \
  "coalesce(" at                                             \
  "::timestamptz, 'infinity'), "                             \
  "coalesce(" id "::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')) "

#define RG_LIST(where, after, order, count)                                               \
  "SELECT " RG_ITEM_COLUMNS                                                               \
  " FROM (SELECT q.site_id, q.comment_id, q.cause, q.entered_at, q.uncertainty, "         \
  "q.usefulness, q.inclusion_probability, q.lease_until, q.lease_holder, q.lease_token, " \
  "q.escalated_at, q.escalated_by, q.escalation FROM "                                    \
  "replyguard.queue_items q WHERE" where after "ORDER BY " order " LIMIT " count          \
  "::bigint) q " RG_ITEM_JOINS "ORDER BY " order

#define RG_LEASE(where, order, count, token, holder, ms) \
  "WITH picked AS (SELECT q.site_id, q.comment_id FROM replyguard.queue_items q "                 \
  "WHERE" where                                                                                   \
  "AND NOT " RG_LEASED("q.lease_until") " "                                                       \
  "ORDER BY " order                                                                               \
  " LIMIT " count "::bigint FOR UPDATE SKIP LOCKED), "                                            \
  "q AS (UPDATE replyguard.queue_items u SET lease_token = " token "::text, "                     \
  "lease_holder = " holder "::text, "                                                             \
  "lease_until = clock_timestamp() + " ms "::bigint * interval '1 millisecond' FROM picked p "    \
  "WHERE u.site_id = p.site_id AND u.comment_id = p.comment_id "                                  \
  "RETURNING u.site_id, u.comment_id, u.cause, u.entered_at, u.uncertainty, "                     \
  "u.usefulness, u.inclusion_probability, "                                                       \
  "u.lease_until, u.lease_holder, u.lease_token, u.escalated_at, u.escalated_by, "                \
  "u.escalation) "                                                                                \
  "SELECT " RG_ITEM_COLUMNS " FROM q " RG_ITEM_JOINS "ORDER BY " order

#define RG_FILTERED_LIST(queue, after, order) \
  RG_LIST(RG_FILTERED queue, after("$13", "$14", "$15"), order, "$12")
#define RG_PLAIN_LIST(queue, after, order) \
  RG_LIST(RG_PLAIN queue, after("$4", "$5", "$6"), order, "$3")
#define RG_FILTERED_LEASE(queue, order) \
  RG_LEASE(RG_FILTERED queue, order, "$12", "$13", "$14", "$15")
#define RG_PLAIN_LEASE(queue, order) RG_LEASE(RG_PLAIN queue, order, "$3", "$4", "$5", "$6")

namespace replyguard::storage {
namespace {

// What one order asks of the queues in which it means something.
struct OfQueues {
  Statement plain;
  Statement filtered;
  Statement shadow;
};

struct OfBlindQueue {
  Statement plain;
  Statement filtered;
};

#define RG_LISTS(name, after, order)                                         \
  {                                                                          \
    {"queue_" name, RG_PLAIN_LIST(RG_SEEN, after, order)},                   \
        {"filtered_queue_" name, RG_FILTERED_LIST(RG_SEEN, after, order)}, { \
      "shadow_queue_" name, RG_FILTERED_LIST(RG_SHADOW, after, order)        \
    }                                                                        \
  }
#define RG_BLIND_LISTS(name, after, order)                                   \
  {                                                                          \
    {"queue_blind_" name, RG_PLAIN_LIST(RG_BLIND, after, order)}, {          \
      "filtered_queue_blind_" name, RG_FILTERED_LIST(RG_BLIND, after, order) \
    }                                                                        \
  }
#define RG_LEASES(name, order)                                         \
  {                                                                    \
    {"lease_" name, RG_PLAIN_LEASE(RG_SEEN, order)},                   \
        {"filtered_lease_" name, RG_FILTERED_LEASE(RG_SEEN, order)}, { \
      "shadow_lease_" name, RG_FILTERED_LEASE(RG_SHADOW, order)        \
    }                                                                  \
  }
#define RG_BLIND_LEASES(name, order)                                   \
  {                                                                    \
    {"lease_blind_" name, RG_PLAIN_LEASE(RG_BLIND, order)}, {          \
      "filtered_lease_blind_" name, RG_FILTERED_LEASE(RG_BLIND, order) \
    }                                                                  \
  }

// What is asked in each order.
struct InOrders {
  OfQueues oldest, newest, uncertain, useful;
  OfBlindQueue blind_oldest, blind_newest;
};

constexpr InOrders kList{RG_LISTS("oldest", RG_AFTER_OLDEST, RG_BY_OLDEST),
                         RG_LISTS("newest", RG_AFTER_NEWEST, RG_BY_NEWEST),
                         RG_LISTS("uncertain", RG_AFTER_UNCERTAIN, RG_BY_UNCERTAIN),
                         RG_LISTS("useful", RG_AFTER_USEFUL, RG_BY_USEFUL),
                         RG_BLIND_LISTS("oldest", RG_AFTER_OLDEST, RG_BY_OLDEST),
                         RG_BLIND_LISTS("newest", RG_AFTER_NEWEST, RG_BY_NEWEST)};

constexpr InOrders kLease{
    RG_LEASES("oldest", RG_BY_OLDEST),       RG_LEASES("newest", RG_BY_NEWEST),
    RG_LEASES("uncertain", RG_BY_UNCERTAIN), RG_LEASES("useful", RG_BY_USEFUL),
    RG_BLIND_LEASES("oldest", RG_BY_OLDEST), RG_BLIND_LEASES("newest", RG_BY_NEWEST)};

bool IsBlind(const QueueFilter& filter) {
  return filter.cause == QueueCause::kSampled && !filter.shadow;
}

// Beside its queue, and perhaps for what is not escalated; what is has an index of its own.
bool AsksForMore(const QueueFilter& f) {
  return f.escalated.value_or(false) || (f.cause && !IsBlind(f)) || f.probability_min ||
         f.probability_max || !f.author_id.empty() || !f.ip_id.empty() || f.thread_id ||
         !f.terms.empty() || f.alike;
}

QueueStatement For(const QueueFilter& filter, const OfQueues& statements) {
  if (filter.shadow) return {statements.shadow, false};
  if (AsksForMore(filter)) return {statements.filtered, false};
  return {statements.plain, true};
}

QueueStatement For(const QueueFilter& filter, const OfBlindQueue& statements) {
  if (AsksForMore(filter)) return {statements.filtered, false};
  return {statements.plain, true};
}

QueueStatement Choose(const InOrders& statements, const QueueFilter& filter, QueueOrder order) {
  const bool blind = IsBlind(filter);
  switch (OrderIn(filter, order)) {
    case QueueOrder::kOldest:
      return blind ? For(filter, statements.blind_oldest) : For(filter, statements.oldest);
    case QueueOrder::kNewest:
      return blind ? For(filter, statements.blind_newest) : For(filter, statements.newest);
    case QueueOrder::kUncertain:
      return For(filter, statements.uncertain);
    case QueueOrder::kUseful:
      break;
  }
  return For(filter, statements.useful);
}

}  // namespace

QueueOrder OrderIn(const QueueFilter& filter, QueueOrder order) {
  return IsBlind(filter) && order != QueueOrder::kNewest ? QueueOrder::kOldest : order;
}

QueueStatement ListStatement(const QueueFilter& filter, QueueOrder order) {
  return Choose(kList, filter, order);
}

QueueStatement LeaseStatement(const QueueFilter& filter, QueueOrder order) {
  return Choose(kLease, filter, order);
}

}  // namespace replyguard::storage
