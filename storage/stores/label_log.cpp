// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/label_log.h"

#include <algorithm>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/label_columns.h"
#include "stores/label_rows.h"

// What a row teaches: nothing when a cap says so.
#define RG_TAUGHT(x) "CASE WHEN " x ".cap <> 0 THEN 0 ELSE " x ".label END"
// The same without what $3 names: nothing too when an undo put in force what one of those had said.
#define RG_TAUGHT_WITHOUT(x) \
  "CASE WHEN " x ".cap <> 0 OR " x ".first_by = ANY($3::text[]) THEN 0 ELSE " x ".label END"
// Behind them: how much they count, and the import.
#define RG_WEIGHTS ", l.weight, coalesce(p.weight, 1), l.import_id"
// The mark at position x.
#define RG_MARK_AT(x) "(SELECT b.mark FROM replyguard.labels b WHERE b.position = " x " LIMIT 1)"
// Behind all, for ReadEntries.
#define RG_MARKS ", l.mark, " RG_MARK_AT("$1::bigint")

namespace replyguard::storage {
namespace {

constexpr Statement kRead{
    "labels_read",
    "SELECT l.position, l.site_id, l.sample_id, l.source, " RG_TAUGHT("l") ", " RG_SAMPLE("l") ", " RG_TAUGHT("p") ", " RG_SAMPLE(
        "p") ", l.labelled_by, " RG_US("l.labelled_at") ", l.shares, false, l.cap" RG_WEIGHTS RG_MARKS " FROM replyguard.labels l "
    "LEFT JOIN replyguard.labels p ON p.site_id = l.site_id AND p.position = l.previous_position "
    "WHERE l.position > $1::bigint ORDER BY l.position LIMIT $2::bigint"};

// x.out: left out. p: what the sample held before, by the labels that count; labels_by_sample finds
// it.
#define RG_LEFT_OUT(x)                                                                      \
  x ".label <> 0 AND (" x ".labelled_by = ANY($3::text[]) OR (" x ".import_id <> '' AND " x \
    ".site_id::text || '/' || " x                                                           \
    ".import_id = "                                                                         \
    "ANY($3::text[])))"

constexpr Statement kReadWithout{
    "labels_read_without",
    "SELECT l.position, l.site_id, CASE WHEN x.out THEN '' ELSE l.sample_id END, l.source, CASE WHEN x.out THEN 0 ELSE " RG_TAUGHT_WITHOUT("l") " END, " RG_SAMPLE(
        "l") ", p.label, " RG_SAMPLE("p") ", l.labelled_by, " RG_US("l.labelled_at") ", l.shares, x.out, l.cap" RG_WEIGHTS RG_MARKS " "
    "FROM replyguard.labels l CROSS JOIN LATERAL (SELECT " RG_LEFT_OUT("l") " AS out) x "
    "LEFT JOIN LATERAL (SELECT " RG_TAUGHT_WITHOUT("q") " AS label, q.erased, q.sample, q.weight FROM replyguard.labels q "
    "WHERE NOT x.out AND q.site_id = l.site_id AND q.sample_id = l.sample_id "
    "AND q.position < l.position AND NOT (" RG_LEFT_OUT("q") ") "
    "ORDER BY q.position DESC LIMIT 1) p ON true "
    "WHERE l.position > $1::bigint ORDER BY l.position LIMIT $2::bigint"};

constexpr Statement kKnows{"labels_knows",
                           "SELECT 1 FROM replyguard.labels l WHERE l.site_id = $1::bigint AND "
                           "l.sample_id = $2::text LIMIT 1"};

// p: none, so that the columns are those of kRead.
constexpr Statement kInForce{
    "labels_in_force",
    "SELECT l.position, l.site_id, l.sample_id, l.source, l.label, " RG_SAMPLE("l") ", p.label, " RG_SAMPLE(
        "p") ", l.labelled_by, " RG_US("l.labelled_at") ", l.shares, false, l.cap" RG_WEIGHTS " FROM replyguard.labels l "
    "LEFT JOIN replyguard.labels p ON false "
    "WHERE l.site_id = $1::bigint AND l.position < $2::bigint AND l.label <> 0 AND NOT l.erased "
    "AND l.first_by <> ALL($3::text[]) AND NOT (" RG_LEFT_OUT("l") ") AND NOT EXISTS (SELECT 1 FROM replyguard.labels n "
    "WHERE n.site_id = l.site_id AND n.sample_id = l.sample_id AND n.position > l.position "
    "AND n.position <= $5::bigint AND NOT (" RG_LEFT_OUT("n") ")) "
    "ORDER BY l.position DESC LIMIT $4::bigint"};

constexpr Statement kHead{"labels_head", "SELECT position FROM replyguard.label_head"};

constexpr Statement kLook{
    "labels_look", "SELECT h.position, " RG_MARK_AT("$1::bigint") " FROM replyguard.label_head h"};

constexpr Statement kCounts{
    "labels_counts",
    "SELECT count(*) FILTER (WHERE s.label = 1), count(*) FILTER (WHERE s.label = 2) FROM "
    "(SELECT DISTINCT ON (l.sample_id) " RG_TAUGHT("l") " AS label FROM replyguard.labels l WHERE l.site_id = "
    "$1::bigint "
    "ORDER BY l.sample_id, l.position DESC) s"};

// Verdict 2 is HOLD. Written once: what is judged and what is compared must weigh alike. Of what
// was drawn the first decision alone counts, the one that led to revision 2: it tells the verdict.
// Once retention took it, it was the first if none followed.
#define RG_INCLUSION(decision)                                                       \
  "CASE WHEN c.verdict = 2 THEN 1 WHEN coalesce((SELECT d.revision FROM "            \
  "replyguard.decisions d WHERE d.site_id = c.site_id AND d.decision_id = " decision \
  "), "                                                                              \
  "c.revision) = 2 THEN b.inclusion_probability END"

constexpr Statement kInclusions{
    "labels_inclusions",
    "SELECT " RG_INCLUSION("n.decision_id")
    " FROM unnest($2::uuid[]) WITH ORDINALITY AS i(id, ord) "
    "LEFT JOIN replyguard.comments c ON c.site_id = $1::bigint AND c.comment_id = i.id "
    "AND c.edited_at IS NULL "
    "LEFT JOIN replyguard.blind_samples b ON b.site_id = c.site_id AND b.comment_id = c.comment_id "
    "LEFT JOIN LATERAL (SELECT l.decision_id FROM replyguard.labels l WHERE b.comment_id IS NOT NULL "
    "AND l.site_id = $1::bigint AND l.sample_id = 'c:' || replace(i.id::text, '-', '') "
    "ORDER BY l.position DESC LIMIT 1) n ON true "
    "ORDER BY i.ord"};

#define RG_HOLDS(needles)                 \
  "EXISTS (SELECT 1 FROM unnest(" needles \
  "::text[]) AS d(needle) WHERE strpos(c.assessment_details, d.needle) > 0)"

// Bounded by the labels looked at, whatever becomes of them: OFFSET 0 keeps the planner from
// reading all comments of the site instead of those.
constexpr Statement kJudged{
    "labels_judged",
    "WITH newest AS (SELECT l.position, l.label, l.decision_id, substring(l.sample_id FROM 3) AS comment "
    "FROM replyguard.labels l WHERE l.site_id = $1::bigint AND l.source = 1 AND l.label <> 0 "
    "AND l.sample_id LIKE 'c:%' AND NOT EXISTS (SELECT 1 FROM replyguard.labels n WHERE "
    "n.site_id = l.site_id AND n.sample_id = l.sample_id AND n.position > l.position) "
    "ORDER BY l.position DESC LIMIT $4::bigint) "
    "SELECT c.score, n.label, c.probability, c.inclusion, c.verdict <> 2 AND c.inclusion IS NOT NULL, "
    "c.received_at_us FROM newest n "
    "CROSS JOIN LATERAL (SELECT c.score, c.probability, " RG_US("c.received_at") " AS received_at_us, "
    RG_INCLUSION("n.decision_id") " AS inclusion, c.verdict "
    "FROM replyguard.comments c LEFT JOIN replyguard.blind_samples b ON b.site_id = c.site_id AND "
    "b.comment_id = c.comment_id WHERE c.site_id = $1::bigint AND c.comment_id = n.comment::uuid "
    "AND c.score IS NOT NULL AND c.probability IS NOT NULL AND c.edited_at IS NULL "
    "AND starts_with(c.model_id, $2::text) AND " RG_HOLDS("$3")
    " AND (c.verdict = 2 OR " RG_HOLDS("$5") ") OFFSET 0) c ORDER BY n.position DESC"};

constexpr Statement kDecidedAlone{
    "labels_decided_alone",
    "SELECT EXISTS (SELECT 1 FROM (SELECT c.verdict, c.model_id, c.assessment_details, c.edited_at "
    "FROM replyguard.comments c WHERE c.site_id = $1::bigint ORDER BY c.comment_id DESC "
    "LIMIT $4::bigint) c WHERE c.verdict <> 2 AND c.edited_at IS NULL "
    "AND starts_with(c.model_id, $2::text) AND " RG_HOLDS("$3") " AND " RG_HOLDS("$5") ")"};

pqxx::binarystring Texts(const std::vector<std::string>& texts) {
  ArrayParam array(ArrayParam::Element::kText);
  for (const std::string& text : texts) array.AddBytes(text);
  return array.Done();
}

// From the label's class at "at" and its sample behind it.
std::optional<LabelState> ReadState(const pqxx::row& row, int at) {
  const pqxx::field label = row[static_cast<pqxx::row::size_type>(at)];
  if (label.is_null() || EnumAt<LabelClass>(label) == LabelClass::kNone) return std::nullopt;
  return LabelState{EnumAt<LabelClass>(label), ReadSample(row, at + 1)};
}

LabelEntry ReadEntry(const pqxx::row& row) {
  constexpr int kNewAt = 4;
  constexpr int kOldAt = kNewAt + 1 + kSampleColumns;
  constexpr auto kByAt = static_cast<pqxx::row::size_type>(kOldAt + 1 + kSampleColumns);
  LabelEntry entry;
  entry.position = row[0].as<std::int64_t>();
  entry.site_id = row[1].as<std::int64_t>();
  entry.sample_id = TextAt(row[2]);
  entry.source = EnumAt<LabelSource>(row[3]);
  entry.new_state = ReadState(row, kNewAt);
  entry.old_state = ReadState(row, kOldAt);
  entry.labelled_by = TextAt(row[kByAt]);
  entry.labelled_at = TimeAt(row[kByAt + 1]);
  entry.shares = row[kByAt + 2].as<bool>();
  entry.left_out = row[kByAt + 3].as<bool>();
  entry.cap = EnumAt<LabelCap>(row[kByAt + 4]);
  if (entry.new_state) entry.new_state->weight = row[kByAt + 5].as<std::int32_t>();
  if (entry.old_state) entry.old_state->weight = row[kByAt + 6].as<std::int32_t>();
  entry.import_id = TextAt(row[kByAt + 7]);
  return entry;
}

// Of kRead and kReadWithout.
std::vector<LabelEntry> ReadEntries(const pqxx::result& rows) {
  std::vector<LabelEntry> entries;
  for (const auto& row : rows) {
    LabelEntry entry = ReadEntry(row);
    entry.mark = OptUuidAt(row[row.size() - 2]);
    entry.mark_before = entries.empty() ? OptUuidAt(row[row.size() - 1]) : entries.back().mark;
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Whether the id, as exports write it, is that of a comment which the log knows by itself.
bool IsOwnComment(Tx& tx, SiteId site_id, const std::string& external_id) {
  constexpr std::string_view kComment = "c:";
  return external_id.starts_with(kComment) &&
         Uuid::FromHex(std::string_view(external_id).substr(kComment.size())) &&
         !tx.Exec(kKnows, site_id, Text(external_id)).empty();
}

}  // namespace

std::string ImportExclusion(SiteId site_id, const std::string& import_id) {
  return std::to_string(site_id) + "/" + import_id;
}

std::string RuleExclusion(SiteId site_id, const RuleId& rule_id) {
  return "r:" + std::to_string(site_id) + ":" + rule_id.ToHex();
}

absl::StatusOr<std::vector<ExternalLabelResult>> PostgresLabelLog::Append(
    SiteId site_id, const std::vector<ExternalLabel>& labels, LabelSource source,
    const std::string& labelled_by, Timestamp now, Deadline deadline) {
  if (labels.size() > kLabelBatchMax)
    return absl::InvalidArgumentError("too many labels in one call");
  using Results = std::vector<ExternalLabelResult>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Results> {
    Results results;
    NewLabel meta{site_id, source, labelled_by, std::nullopt, now};
    LabelAppender appender(tx);
    for (const ExternalLabel& label : labels) {
      if (IsOwnComment(tx, site_id, label.external_id)) {
        results.emplace_back();
        continue;
      }
      meta.import_id = label.import_id;
      meta.weight = label.weight;
      const std::string sample_id = "x:" + label.external_id;
      const std::int64_t position =
          appender.FromSample(meta, sample_id, label.label, label.sample).position;
      // Who takes an example back wants its text gone, too.
      if (position != 0 && label.label == LabelClass::kNone) {
        NoteLabelErasure(tx, site_id, sample_id, position, now);
      }
      results.push_back(ExternalLabelResult{position != 0, position});
    }
    return results;
  });
}

absl::StatusOr<std::vector<LabelEntry>> PostgresLabelLog::Read(std::int64_t after,
                                                               std::int32_t limit,
                                                               Deadline deadline) {
  using Entries = std::vector<LabelEntry>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Entries> {
    return ReadEntries(tx.Exec(kRead, after, std::clamp(limit, 1, kLabelReadMax)));
  });
}

absl::StatusOr<std::vector<LabelEntry>> PostgresLabelLog::ReadWithout(
    const std::vector<std::string>& excluded, std::int64_t after, std::int32_t limit,
    Deadline deadline) {
  if (excluded.empty()) return Read(after, limit, deadline);
  using Entries = std::vector<LabelEntry>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Entries> {
    return ReadEntries(
        tx.Exec(kReadWithout, after, std::clamp(limit, 1, kLabelReadMax), Texts(excluded)));
  });
}

absl::StatusOr<std::vector<LabelEntry>> PostgresLabelLog::InForce(const InForceQuery& query,
                                                                  Deadline deadline) {
  using Entries = std::vector<LabelEntry>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Entries> {
    ArrayParam keys(ArrayParam::Element::kText);
    for (const std::string& key : query.excluded) keys.AddBytes(key);
    Entries entries;
    for (const auto& row : tx.Exec(kInForce, query.site_id, query.before, keys.Done(),
                                   std::clamp(query.limit, 1, kLabelReadMax), query.as_of)) {
      entries.push_back(ReadEntry(row));
    }
    return entries;
  });
}

absl::StatusOr<std::int64_t> PostgresLabelLog::HeadPosition(Deadline deadline) {
  return RunTransaction(pool_, deadline, [](Tx& tx) -> absl::StatusOr<std::int64_t> {
    return tx.Exec(kHead)[0][0].as<std::int64_t>();
  });
}

absl::StatusOr<LogPlace> PostgresLabelLog::Look(std::int64_t position, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<LogPlace> {
    const pqxx::row row = tx.Exec(kLook, position)[0];
    return LogPlace{row[0].as<std::int64_t>(), OptUuidAt(row[1])};
  });
}

absl::StatusOr<LabelCounts> PostgresLabelLog::Counts(SiteId site_id, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<LabelCounts> {
    const pqxx::result rows = tx.Exec(kCounts, site_id);
    return LabelCounts{rows[0][0].as<std::int64_t>(), rows[0][1].as<std::int64_t>()};
  });
}

absl::StatusOr<std::vector<JudgedComment>> PostgresLabelLog::Judged(const JudgedQuery& query,
                                                                    Deadline deadline) {
  using Comments = std::vector<JudgedComment>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Comments> {
    Comments judged;
    for (const auto& row :
         tx.Exec(kJudged, query.site_id, Text(query.model_id_prefix), Texts(query.details),
                 std::clamp(query.limit, 1, kJudgedReadMax), Texts(query.decided))) {
      judged.push_back({row[0].as<std::int64_t>(), EnumAt<LabelClass>(row[1]), row[2].as<double>(),
                        OptDoubleAt(row[3]), row[4].as<bool>(), TimeAt(row[5])});
    }
    return judged;
  });
}

absl::StatusOr<std::vector<std::optional<double>>> PostgresLabelLog::Inclusions(
    SiteId site_id, const std::vector<CommentId>& comments, Deadline deadline) {
  using Probabilities = std::vector<std::optional<double>>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Probabilities> {
    Probabilities probabilities;
    for (const auto& row : tx.Exec(kInclusions, site_id, Ids(comments))) {
      probabilities.push_back(OptDoubleAt(row[0]));
    }
    return probabilities;
  });
}

absl::StatusOr<bool> PostgresLabelLog::DecidedAlone(const JudgedQuery& query, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<bool> {
    return tx
        .Exec(kDecidedAlone, query.site_id, Text(query.model_id_prefix), Texts(query.details),
              kJudgedReadMax, Texts(query.decided))[0][0]
        .as<bool>();
  });
}

}  // namespace replyguard::storage
