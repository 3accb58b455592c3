// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/shadow_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/site_store.h"

// When the first of the last so many days began, today by $now among them.
#define RG_DAY_OF(now, days) \
  "((" now "::timestamptz AT TIME ZONE 'UTC')::date - (" days "::integer - 1))"

namespace replyguard::storage {
namespace {

constexpr Statement kNewest{"shadow_newest",
                            "SELECT s.change, s.generation, s.set_by, " RG_US(
                                "s.set_at") " FROM replyguard.shadow_changes s "
                                            "ORDER BY s.change DESC LIMIT 1"};

constexpr Statement kLatest{"shadow_latest",
                            "SELECT s.generation FROM replyguard.shadow_changes s "
                            "WHERE s.generation IS NOT NULL ORDER BY s.change DESC LIMIT 1"};

constexpr Statement kExists{
    "shadow_exists",
    "SELECT g.generation = (SELECT a.generation FROM replyguard.activations a "
    "ORDER BY a.activation DESC LIMIT 1) FROM replyguard.generations g "
    "WHERE g.generation = $1::bigint"};

constexpr Statement kAdd{"shadow_add",
                         "INSERT INTO replyguard.shadow_changes (change, generation, set_by, "
                         "set_at) VALUES ($1::bigint, $2::bigint, $3::text, $4::timestamptz)"};

constexpr Statement kList{
    "shadow_list",
    "SELECT " RG_COMMENT_COLUMNS
    ", v.generation, v.verdict, v.probability, v.score, v.model_id, v.shadow_verdict, "
    "v.shadow_probability, v.shadow_score, v.shadow_model_id, " RG_US(
        "v.assessed_at") " FROM replyguard.shadow_verdicts v "
                         "JOIN replyguard.comments c ON c.site_id = v.site_id "
                         "AND c.comment_id = v.comment_id "
                         "LEFT JOIN replyguard.threads t ON t.site_id = c.site_id "
                         "AND t.thread_id = c.thread_id "
                         "WHERE v.site_id = $1::bigint "
                         "AND ($2::bigint IS NULL OR v.generation = $2::bigint) "
                         "AND NOT ($3::boolean AND c.status_source = 2 AND c.status IN (2, 3)) "
                         "AND ($4::uuid IS NULL OR v.comment_id < $4::uuid) "
                         "ORDER BY v.comment_id DESC LIMIT $5::bigint"};

constexpr Statement kCounts{"shadow_counts",
                            "SELECT s.day::text, s.verdict, s.shadow_verdict, "
                            "sum(s.count)::bigint FROM replyguard.shadow_counts s "
                            "WHERE s.site_id = $1::bigint AND s.generation = $2::bigint "
                            "AND s.day >= " RG_DAY_OF("$3",
                                                      "$4") " GROUP BY s.day, s.verdict, "
                                                            "s.shadow_verdict ORDER BY s.day, "
                                                            "s.verdict, s.shadow_verdict"};

constexpr Statement kSettled{
    "shadow_settled",
    "SELECT v.verdict, v.shadow_verdict, count(*) FILTER (WHERE c.status = 2), "
    "count(*) FILTER (WHERE c.status = 3) FROM replyguard.shadow_verdicts v "
    "JOIN replyguard.comments c ON c.site_id = v.site_id AND c.comment_id = v.comment_id "
    "WHERE v.site_id = $1::bigint AND v.generation = $2::bigint "
    "AND (v.assessed_at AT TIME ZONE 'UTC')::date >= " RG_DAY_OF(
        "$3", "$4") " AND c.status_source = 2 AND c.status IN (2, 3) "
                    "GROUP BY v.verdict, v.shadow_verdict ORDER BY v.verdict, v.shadow_verdict"};

ShadowChange Newest(Tx& tx) {
  ShadowChange change;
  const pqxx::result rows = tx.Exec(kNewest);
  if (rows.empty()) return change;
  change.change = rows[0][0].as<std::int64_t>();
  change.generation = OptInt64At(rows[0][1]);
  change.set_by = TextAt(rows[0][2]);
  change.set_at = TimeAt(rows[0][3]);
  return change;
}

// From five columns and the time.
Assessment ReadSide(const pqxx::row& row, pqxx::row::size_type at, const pqxx::field& time) {
  Assessment side;
  side.verdict = EnumAt<Verdict>(row[at]);
  side.probability = OptDoubleAt(row[at + 1]);
  side.score = OptInt64At(row[at + 2]);
  side.model_id = TextAt(row[at + 3]);
  side.assessed_at = TimeAt(time);
  return side;
}

ShadowDisagreement ReadDisagreement(const pqxx::row& row) {
  constexpr auto kFirst = static_cast<pqxx::row::size_type>(kCommentColumns);
  ShadowDisagreement one;
  one.comment = ReadComment(row);
  one.generation = row[kFirst].as<std::int64_t>();
  one.active = ReadSide(row, kFirst + 1, row[kFirst + 9]);
  one.shadow = ReadSide(row, kFirst + 5, row[kFirst + 9]);
  return one;
}

}  // namespace

absl::StatusOr<ShadowChange> PostgresShadowStore::Set(std::optional<std::int64_t> generation,
                                                      const std::string& by, Timestamp now,
                                                      Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<ShadowChange> {
    BumpConfigRevision(tx);  // first: its row orders those who set and activate
    ShadowChange newest = Newest(tx);
    if (newest.generation == generation) return newest;
    if (generation) {
      const pqxx::result found = tx.Exec(kExists, *generation);
      if (found.empty()) return absl::NotFoundError("there is no such generation");
      if (found[0][0].as<bool>()) {
        return absl::FailedPreconditionError("this generation is the active one");
      }
    }
    ShadowChange next{newest.change + 1, generation, by, now};
    tx.Exec(kAdd, next.change, generation, Text(by), Time(now));
    return next;
  });
}

absl::StatusOr<ShadowChange> PostgresShadowStore::InForce(Deadline deadline) {
  return RunTransaction(pool_, deadline,
                        [](Tx& tx) -> absl::StatusOr<ShadowChange> { return Newest(tx); });
}

absl::StatusOr<std::optional<std::int64_t>> PostgresShadowStore::Latest(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::optional<std::int64_t>> {
    const pqxx::result rows = tx.Exec(kLatest);
    if (rows.empty()) return std::optional<std::int64_t>();
    return OptInt64At(rows[0][0]);
  });
}

absl::StatusOr<std::vector<ShadowDisagreement>> PostgresShadowStore::List(const ShadowQuery& query,
                                                                          Deadline deadline) {
  return RunTransaction(
      pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<ShadowDisagreement>> {
        std::vector<ShadowDisagreement> out;
        for (const auto& row :
             tx.Exec(kList, query.site_id, query.generation, query.unsettled_only,
                     OptId(query.before), std::clamp(query.limit, 1, kShadowPageMax))) {
          out.push_back(ReadDisagreement(row));
        }
        return out;
      });
}

absl::StatusOr<std::vector<ShadowDayCount>> PostgresShadowStore::Counts(
    SiteId site_id, std::int64_t generation, Timestamp now, std::int32_t days, Deadline deadline) {
  return RunTransaction(
      pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<ShadowDayCount>> {
        std::vector<ShadowDayCount> out;
        for (const auto& row : tx.Exec(kCounts, site_id, generation, Time(now), days)) {
          out.push_back({TextAt(row[0]), EnumAt<Verdict>(row[1]), EnumAt<Verdict>(row[2]),
                         row[3].as<std::int64_t>()});
        }
        return out;
      });
}

absl::StatusOr<std::vector<ShadowSettledCount>> PostgresShadowStore::Settled(
    SiteId site_id, std::int64_t generation, Timestamp now, std::int32_t days, Deadline deadline) {
  return RunTransaction(
      pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<ShadowSettledCount>> {
        std::vector<ShadowSettledCount> out;
        for (const auto& row : tx.Exec(kSettled, site_id, generation, Time(now), days)) {
          out.push_back({EnumAt<Verdict>(row[0]), EnumAt<Verdict>(row[1]),
                         row[2].as<std::int64_t>(), row[3].as<std::int64_t>()});
        }
        return out;
      });
}

}  // namespace replyguard::storage
