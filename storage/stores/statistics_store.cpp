// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/statistics_store.h"

#include <map>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

#define RG_DAY(column) \
  "(extract(epoch FROM date_trunc('day', " column " AT TIME ZONE 'UTC')) / 86400)::integer"

// What was said first is in first_assessment once a comment was edited.
#define RG_VERDICT "coalesce((c.first_assessment->>'verdict')::smallint, c.verdict)"

// By comment_id, which sorts by the time of receipt.
constexpr Statement kComments{
    "daily_comments",
    "SELECT " RG_DAY("c.received_at") ", c.verdict, "
    "CASE WHEN c.probability IS NOT NULL THEN "
    "least(floor(c.probability * $4::integer), $4::integer - 1)::integer END, count(*), "
    "count(c.novelty), coalesce(sum(c.novelty::float8), 0) FROM (SELECT c.received_at, "
    RG_VERDICT " AS verdict, CASE WHEN c.first_assessment IS NULL THEN c.probability "
    "ELSE (c.first_assessment->>'probability')::float8 END AS probability, c.novelty "
    "FROM replyguard.comments c WHERE c.site_id = $1::bigint AND c.comment_id >= $2::uuid "
    "AND c.comment_id < $3::uuid ORDER BY c.comment_id DESC LIMIT $5::bigint) c GROUP BY 1, 2, 3"};

// Actions: 1 approve, 2 spam. A decision that was undone does not stand.
constexpr Statement kDecisions{
    "daily_decisions",
    "SELECT " RG_DAY("d.decided_at") ", count(*), "
    "count(*) FILTER (WHERE d.action = 1 AND d.verdict = 3), "
    "count(*) FILTER (WHERE d.action = 2 AND d.verdict = 1) FROM (SELECT d.decided_at, d.action, "
    RG_VERDICT " AS verdict FROM replyguard.decisions d JOIN replyguard.comments c "
    "ON c.site_id = d.site_id AND c.comment_id = d.comment_id WHERE d.site_id = $1::bigint "
    "AND d.decided_at >= $2::timestamptz AND d.decided_at < $3::timestamptz AND d.action IN (1, 2) "
    "AND NOT EXISTS (SELECT 1 FROM replyguard.decisions n WHERE n.site_id = d.site_id "
    "AND n.comment_id = d.comment_id AND (n.undoes = d.decision_id "
    "OR (n.action IN (1, 2) AND n.revision > d.revision AND NOT EXISTS (SELECT 1 "
    "FROM replyguard.decisions u WHERE u.site_id = n.site_id AND u.comment_id = n.comment_id "
    "AND u.undoes = n.decision_id)))) ORDER BY d.decided_at DESC LIMIT $4::bigint) d GROUP BY 1"};

constexpr Statement kQueue{
    "queue_totals",
    "SELECT count(*), " RG_US(
        "min(entered_at)") " FROM replyguard.queue_items WHERE cause <> 5 AND cause <> 6"};

}  // namespace

absl::StatusOr<std::vector<DailyFigures>> PostgresStatisticsStore::Daily(const DailyQuery& query,
                                                                         Deadline deadline) {
  using Figures = std::vector<DailyFigures>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Figures> {
    std::map<std::int32_t, DailyFigures> days;
    const auto day = [&days](const pqxx::field& number) -> DailyFigures& {
      const auto since_epoch = number.as<std::int32_t>();
      DailyFigures& figures = days[since_epoch];
      figures.day = std::chrono::sys_days(std::chrono::days(since_epoch));
      return figures;
    };
    for (const auto& row :
         tx.Exec(kComments, query.site_id, Id(UuidV7LowerBound(query.since)),
                 Id(UuidV7LowerBound(query.until)), kProbabilityBins, kDailyRowsMax)) {
      DailyFigures& figures = day(row[0]);
      const auto count = row[3].as<std::int64_t>();
      switch (EnumAt<Verdict>(row[1])) {
        case Verdict::kApprove:
          figures.approved_count += count;
          break;
        case Verdict::kHold:
          figures.held_count += count;
          break;
        case Verdict::kSpam:
          figures.spam_count += count;
          break;
      }
      if (!row[2].is_null()) figures.probability_counts.at(row[2].as<std::size_t>()) += count;
      figures.novelty_count += row[4].as<std::int64_t>();
      figures.novelty_sum += row[5].as<double>();
    }
    for (const auto& row :
         tx.Exec(kDecisions, query.site_id, Time(query.since), Time(query.until), kDailyRowsMax)) {
      DailyFigures& figures = day(row[0]);
      figures.decided_count = row[1].as<std::int64_t>();
      figures.spam_then_approved_count = row[2].as<std::int64_t>();
      figures.approved_then_spam_count = row[3].as<std::int64_t>();
    }
    Figures out;
    out.reserve(days.size());
    for (auto& [number, figures] : days) out.push_back(std::move(figures));
    return out;
  });
}

absl::StatusOr<QueueTotals> PostgresStatisticsStore::Queue(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<QueueTotals> {
    const pqxx::row row = tx.Exec(kQueue)[0];
    QueueTotals totals;
    totals.pending_count = row[0].as<std::int64_t>();
    if (!row[1].is_null()) totals.oldest_at = TimeAt(row[1]);
    return totals;
  });
}

}  // namespace replyguard::storage
