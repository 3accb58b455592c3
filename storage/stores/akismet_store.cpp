// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/akismet_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"

namespace replyguard::storage {
namespace {

#define RG_DAY(time) "(" time "::timestamptz AT TIME ZONE 'UTC')::date"
#define RG_USAGE_SUMS                                                   \
  "sum(u.api_calls)::bigint, sum(u.spam)::bigint, sum(u.ham)::bigint, " \
  "sum(u.missed_spam)::bigint, sum(u.false_positives)::bigint"

// By the index comments_by_request.
constexpr Statement kFindRequested{
    "akismet_find_requested",
    "SELECT c.request_id FROM replyguard.comments c WHERE c.site_id = $1::bigint "
    "AND c.request_id = ANY($2::text[]) AND c.request_id IS NOT NULL "
    "AND c.received_at >= $3::timestamptz ORDER BY c.received_at DESC LIMIT 1"};

// By the index comments_by_body.
constexpr Statement kFindSame{
    "akismet_find_same",
    "SELECT c.comment_id FROM replyguard.comments c "
    "JOIN replyguard.threads t ON t.site_id = c.site_id AND t.thread_id = c.thread_id "
    "WHERE c.site_id = $1::bigint AND c.body_hash = ANY($2::bytea[]) "
    "AND c.received_at >= $3::timestamptz AND c.status <> 5 AND t.thread_key = $4::text "
    "AND CASE WHEN cardinality($5::bytea[]) = 0 THEN c.author_hash IS NULL "
    "ELSE c.author_hash = ANY($5::bytea[]) END "
    "ORDER BY c.received_at DESC, c.comment_id DESC LIMIT 1"};

constexpr Statement kAddUsage{
    "akismet_add_usage",
    "INSERT INTO replyguard.akismet_usage AS u (site_id, key_id, day, blog, api_calls, spam, ham, "
    "missed_spam, false_positives) "
    "SELECT n.site_id, n.key_id, (n.day AT TIME ZONE 'UTC')::date, n.blog, n.api_calls, n.spam, "
    "n.ham, n.missed_spam, n.false_positives FROM unnest($1::bigint[], $2::text[], "
    "$3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], "
    "$9::bigint[]) WITH ORDINALITY AS n(site_id, key_id, day, blog, api_calls, spam, ham, "
    "missed_spam, false_positives, place) ORDER BY n.place "
    "ON CONFLICT (site_id, key_id, day, blog) DO UPDATE SET "
    "api_calls = u.api_calls + EXCLUDED.api_calls, spam = u.spam + EXCLUDED.spam, "
    "ham = u.ham + EXCLUDED.ham, missed_spam = u.missed_spam + EXCLUDED.missed_spam, "
    "false_positives = u.false_positives + EXCLUDED.false_positives"};

constexpr Statement kByDay{
    "akismet_usage_by_day",
    "SELECT (extract(epoch FROM u.day) * 1000000)::bigint, " RG_USAGE_SUMS
    " FROM replyguard.akismet_usage u WHERE u.site_id = $1::bigint AND u.key_id = $2::text "
    "AND u.day >= " RG_DAY("$3") " GROUP BY u.day ORDER BY u.day"};

// The order's column is chosen by a number, so that the text stays one.
constexpr Statement kByBlog{
    "akismet_usage_by_blog",
    "SELECT s.blog, s.api_calls, s.spam, s.ham, s.missed_spam, s.false_positives, s.total FROM ("
    "SELECT u.blog, sum(u.api_calls)::bigint AS api_calls, sum(u.spam)::bigint AS spam, "
    "sum(u.ham)::bigint AS ham, sum(u.missed_spam)::bigint AS missed_spam, "
    "sum(u.false_positives)::bigint AS false_positives, count(*) OVER () AS total "
    "FROM replyguard.akismet_usage u WHERE u.site_id = $1::bigint AND u.key_id = $2::text "
    "AND u.day >= " RG_DAY("$3") " AND u.day < " RG_DAY("$4")
    " AND strpos(u.blog, $5::text) > 0 GROUP BY u.blog) s "
    "ORDER BY CASE $6::integer WHEN 1 THEN s.spam WHEN 2 THEN s.ham WHEN 3 THEN s.missed_spam "
    "WHEN 4 THEN s.false_positives ELSE s.api_calls END DESC, s.blog "
    "OFFSET $7::bigint LIMIT $8::bigint"};

pqxx::binarystring Macs(const std::vector<KeyedHash>& hashes) {
  ArrayParam array(ArrayParam::Element::kBytea);
  for (const KeyedHash& hash : hashes) array.AddBytes(hash.bytes());
  return array.Done();
}

pqxx::binarystring Day(std::chrono::sys_days day) { return Time(Timestamp(day)); }

UsageCounts ReadCounts(const pqxx::row& row, pqxx::row::size_type at) {
  return {row[at].as<std::int64_t>(), row[at + 1].as<std::int64_t>(),
          row[at + 2].as<std::int64_t>(), row[at + 3].as<std::int64_t>(),
          row[at + 4].as<std::int64_t>()};
}

}  // namespace

absl::StatusOr<std::optional<std::string>> PostgresAkismetStore::FindRequested(
    SiteId site_id, const std::vector<std::string>& request_ids, Timestamp received_since,
    Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::optional<std::string>> {
    ArrayParam ids(ArrayParam::Element::kText);
    for (const std::string& id : request_ids) ids.AddBytes(id);
    const pqxx::result rows = tx.Exec(kFindRequested, site_id, ids.Done(), Time(received_since));
    if (rows.empty()) return std::optional<std::string>();
    return std::optional<std::string>(rows[0][0].as<std::string>());
  });
}

absl::StatusOr<std::optional<CommentId>> PostgresAkismetStore::FindSame(
    const SameCommentQuery& query, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::optional<CommentId>> {
    const pqxx::result rows =
        tx.Exec(kFindSame, query.site_id, Macs(query.body_hashes), Time(query.received_since),
                Text(query.thread_key), Macs(query.author_hashes));
    if (rows.empty()) return std::optional<CommentId>();
    return std::optional<CommentId>(UuidAt(rows[0][0]));
  });
}

absl::Status PostgresAkismetStore::AddUsage(const std::vector<UsageDelta>& deltas,
                                            Deadline deadline) {
  using Element = ArrayParam::Element;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::Status {
    ArrayParam sites(Element::kInt8), keys(Element::kText), days(Element::kTimestamptz),
        blogs(Element::kText), calls(Element::kInt8), spam(Element::kInt8), ham(Element::kInt8),
        missed(Element::kInt8), wrong(Element::kInt8);
    for (const UsageDelta& delta : deltas) {
      sites.AddInt8(delta.key.site_id);
      keys.AddBytes(delta.key.key_id);
      days.AddTime(Timestamp(delta.key.day));
      blogs.AddBytes(delta.key.blog);
      calls.AddInt8(delta.counts.api_calls);
      spam.AddInt8(delta.counts.spam);
      ham.AddInt8(delta.counts.ham);
      missed.AddInt8(delta.counts.missed_spam);
      wrong.AddInt8(delta.counts.false_positives);
    }
    tx.Exec(kAddUsage, sites.Done(), keys.Done(), days.Done(), blogs.Done(), calls.Done(),
            spam.Done(), ham.Done(), missed.Done(), wrong.Done());
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<DayUsage>> PostgresAkismetStore::UsageByDay(SiteId site_id,
                                                                       const std::string& key_id,
                                                                       std::chrono::sys_days from,
                                                                       Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::vector<DayUsage>> {
    std::vector<DayUsage> out;
    for (const auto& row : tx.Exec(kByDay, site_id, Text(key_id), Day(from))) {
      out.push_back({std::chrono::floor<std::chrono::days>(TimeAt(row[0])), ReadCounts(row, 1)});
    }
    return out;
  });
}

absl::StatusOr<BlogUsagePage> PostgresAkismetStore::UsageByBlog(const BlogUsageQuery& query,
                                                                Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<BlogUsagePage> {
    constexpr int kCountColumns = 5;
    BlogUsagePage page;
    for (const auto& row : tx.Exec(
             kByBlog, query.site_id, Text(query.key_id), Day(query.from), Day(query.until),
             Text(query.contains), static_cast<int>(query.order),
             std::max<std::int64_t>(query.offset, 0), std::clamp(query.limit, 1, kUsagePageMax))) {
      page.blogs.push_back({TextAt(row[0]), ReadCounts(row, 1)});
      page.total = row[1 + kCountColumns].as<std::int64_t>();
    }
    return page;
  });
}

}  // namespace replyguard::storage
