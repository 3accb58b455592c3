// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/export_store.h"

#include <algorithm>
#include <utility>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/beside_rows.h"
#include "stores/decision_rows.h"
#include "stores/label_rows.h"
#include "stores/label_step.h"

namespace replyguard::storage {
namespace {

// The newest step and decision of each comment come by labels_by_sample and decisions_by_comment. A
// label that was given before an edit is of another text: it is among the labels, with that.
#define RG_EXPORTED_OF(which)                                                  \
  "SELECT " RG_COMMENT_COLUMNS ", t.uri, " RG_STEP ", " RG_DECISION_COLUMNS    \
  " FROM (SELECT * FROM replyguard.comments c WHERE c.site_id = $1::bigint "   \
  "AND ($2::uuid IS NULL OR c.comment_id > $2::uuid) AND c.status <> 5 " which \
  "ORDER BY c.comment_id LIMIT $3::bigint) c "
#define RG_EXPORTED_REST                                                                        \
  "LEFT JOIN replyguard.threads t ON t.site_id = c.site_id AND t.thread_id = c.thread_id "      \
  "LEFT JOIN LATERAL (SELECT * FROM replyguard.labels l WHERE l.site_id = c.site_id "           \
  "AND l.sample_id = 'c:' || replace(c.comment_id::text, '-', '') "                             \
  "ORDER BY l.position DESC LIMIT 1) l ON c.edited_at IS NULL OR l.sample IS NULL OR "          \
  "(l.sample->>'body' = c.body AND l.sample->>'author_name' = c.author_name "                   \
  "AND l.sample->>'author_url' = c.author_url) "                                                \
  "LEFT JOIN LATERAL (SELECT * FROM replyguard.decisions d WHERE d.site_id = c.site_id "        \
  "AND d.comment_id = c.comment_id ORDER BY d.revision DESC, d.decision_id DESC LIMIT 1) d ON " \
  "true ORDER BY c.comment_id"

constexpr Statement kComments{"export_comments", RG_EXPORTED_OF("") RG_EXPORTED_REST};

// Whose comments they are comes first and alone: each range is one look-up in comments_by_author, a
// join to all comments would be planned as a walk through them.
#define RG_OWN(low, high)                                                                   \
  "FROM unnest(" low "::bytea[], " high                                                     \
  "::bytea[]) AS r(low, high) CROSS JOIN LATERAL (SELECT a.comment_id FROM "                \
  "replyguard.comments a WHERE a.site_id = $1::bigint AND a.author_hash BETWEEN r.low AND " \
  "r.high AND a.status <> 5 OFFSET 0) o "

constexpr Statement kCommentsOfAuthor{
    "export_author",
    "WITH own AS MATERIALIZED (SELECT DISTINCT o.comment_id " RG_OWN("$4", "$5")
    "WHERE $2::uuid IS NULL OR o.comment_id > $2::uuid ORDER BY o.comment_id LIMIT $3::bigint) "
    "SELECT " RG_COMMENT_COLUMNS ", t.uri, " RG_STEP ", " RG_DECISION_COLUMNS
    " FROM own CROSS JOIN LATERAL (SELECT * FROM replyguard.comments c WHERE c.site_id = $1::bigint "
    "AND c.comment_id = own.comment_id LIMIT 1) c " RG_EXPORTED_REST};

// Steps of the log with a text of the author, found by labels_of_author, that no erasure was asked
// of yet.
#define RG_TAUGHT(low, high)                                                                  \
  "FROM unnest(" low "::bytea[], " high                                                       \
  "::bytea[]) AS r(low, high) CROSS JOIN LATERAL (SELECT a.position, a.sample_id FROM "       \
  "replyguard.labels a WHERE a.site_id = $1::bigint AND a.sample->>'author_hash' <> '' AND "  \
  "(a.sample->>'author_hash') COLLATE \"C\" BETWEEN encode(r.low, 'hex') AND "                \
  "encode(r.high, 'hex') AND NOT EXISTS (SELECT 1 FROM replyguard.label_erasures e WHERE "    \
  "e.site_id = a.site_id AND e.sample_id = a.sample_id AND e.position >= a.position) OFFSET " \
  "0) o "

// A look-up for each of them; but the events have no index by comment, as each submission would
// write it: those of the site are read once, 90 days of them.
#define RG_COUNT_OF_OWN(what)                                                                \
  "(SELECT coalesce(sum(x.n), 0)::bigint FROM own CROSS JOIN LATERAL (SELECT count(*) AS n " \
  "FROM " what ") x)"
#define RG_SAME_COMMENT "x.site_id = $1::bigint AND x.comment_id = own.comment_id"

constexpr Statement kCountAuthor{
    "count_author",
    "WITH own AS MATERIALIZED (SELECT DISTINCT o.comment_id " RG_OWN("$2", "$3") "), "
    "taught AS MATERIALIZED (SELECT o.position " RG_TAUGHT("$2", "$3") ") "
    "SELECT (SELECT count(*) FROM own), "
    RG_COUNT_OF_OWN("replyguard.queue_items x WHERE " RG_SAME_COMMENT) ", "
    RG_COUNT_OF_OWN("replyguard.decisions x WHERE " RG_SAME_COMMENT) ", "
    RG_COUNT_OF_OWN("replyguard.decisions x WHERE " RG_SAME_COMMENT " AND x.note <> ''") " + "
    RG_COUNT_OF_OWN("replyguard.comment_notes x WHERE " RG_SAME_COMMENT) ", "
    RG_COUNT_OF_OWN("replyguard.reports x WHERE " RG_SAME_COMMENT) ", "
    "(SELECT count(*) FROM (SELECT x.position FROM own CROSS JOIN LATERAL (SELECT l.position FROM "
    "replyguard.labels l WHERE l.site_id = $1::bigint AND l.sample_id = 'c:' || "
    "replace(own.comment_id::text, '-', '') AND l.label <> 0 AND NOT l.erased) x "
    "UNION SELECT t.position FROM taught t) y), "
    "(SELECT count(*) FROM replyguard.events e WHERE e.site_id = $1::bigint AND e.comment_id "
    "IN (SELECT own.comment_id FROM own)), "
    "(SELECT own.comment_id FROM own ORDER BY own.comment_id DESC LIMIT 1), "
    "(SELECT coalesce(max(t.position), 0) FROM taught t), "
    "(SELECT count(*) FROM replyguard.rules u WHERE u.site_id = $1::bigint AND u.kind = 4 AND EXISTS "
    "(SELECT 1 FROM unnest($2::bytea[]) AS r(low) WHERE u.pattern = "
    "encode(substring(r.low FOR 16), 'hex')))"};

// What labels hold of an author whose comment is not there to tell of them.
constexpr Statement kLabelsOfAuthor{
    "author_labels",
    "SELECT " RG_LABEL " FROM (SELECT DISTINCT o.position " RG_TAUGHT("$2", "$3")
    "WHERE o.position > $4::bigint AND NOT CASE WHEN o.sample_id LIKE 'c:%' THEN coalesce((SELECT "
    "c.status <> 5 FROM replyguard.comments c WHERE c.site_id = $1::bigint AND c.comment_id = "
    "substring(o.sample_id FROM 3)::uuid), false) ELSE false END ORDER BY o.position LIMIT $5::bigint) "
    "o JOIN replyguard.labels l ON l.site_id = $1::bigint AND l.position = o.position "
    "ORDER BY l.position"};

constexpr Statement kTaughtSamples{
    "author_samples",
    "SELECT o.sample_id, max(o.position) " RG_TAUGHT("$2", "$3")
    "WHERE o.position <= $4::bigint GROUP BY o.sample_id ORDER BY o.sample_id LIMIT $5::bigint"};

// With the last before another author's behind position $3, if there is one. The same text of the
// same name and domain is no other author's: a masked address was hashed as one.
#define RG_OF_SAMPLE(x) x ".site_id = $1::bigint AND " x ".sample_id = $2::text"
#define RG_WHOSE(x) \
  "(" x ".sample->>'body', " x ".sample->>'author_name', " x ".sample->>'author_email_domain')"
constexpr Statement kNewestOfSample{
    "label_newest",
    "SELECT l.position, l.label, (SELECT max(b.position) FROM replyguard.labels b WHERE "
    RG_OF_SAMPLE("b") " AND b.position < (SELECT min(a.position) FROM replyguard.labels a WHERE "
    RG_OF_SAMPLE("a") " AND a.position > $3::bigint AND a.sample->>'author_hash' <> '' AND NOT "
    "EXISTS (SELECT 1 FROM replyguard.labels s WHERE " RG_OF_SAMPLE("s") " AND s.position = "
    "$3::bigint AND s.sample->>'author_email_domain' <> '' AND "
    RG_WHOSE("s") " = " RG_WHOSE("a") "))) "
    "FROM replyguard.labels l WHERE " RG_OF_SAMPLE("l") " ORDER BY l.position DESC LIMIT 1"};

// A label does not say under which key its author was hashed: one that wrote then.
constexpr Statement kRetiredKeys{
    "author_retired_keys",
    "SELECT k.key_id FROM replyguard.hmac_keys k WHERE k.retired_at IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM replyguard.labels l WHERE l.site_id = $1::bigint "
    "AND l.sample->>'author_hash' <> '' AND l.labelled_at BETWEEN k.created_at AND k.retired_at) "
    "ORDER BY k.key_id"};

// A sample that a later step speaks of, up to the position that was asked for, is not in force.
constexpr Statement kLabels{
    "export_labels",
    "SELECT " RG_LABEL
    " FROM replyguard.labels l "
    "WHERE l.site_id = $1::bigint AND l.position > $2::bigint AND l.position <= $3::bigint "
    "AND l.sample_id <> '' AND NOT l.erased AND ($4::boolean OR (l.label <> 0 AND l.cap = 0 AND "
    "NOT EXISTS "
    "(SELECT 1 FROM replyguard.labels n WHERE n.site_id = l.site_id "
    "AND n.sample_id = l.sample_id AND n.position > l.position AND n.position <= $3::bigint))) "
    "ORDER BY l.position LIMIT $5::bigint"};

constexpr Statement kImports{
    "export_imports",
    "SELECT l.import_id, count(*), "
    "count(*) FILTER (WHERE l.label = 1 AND n.position IS NULL), "
    "count(*) FILTER (WHERE l.label = 2 AND n.position IS NULL), "
    "(array_agg(l.labelled_by ORDER BY l.position DESC))[1], " RG_US(
        "min(l.labelled_at)") ", " RG_US("max(l.labelled_at)") " FROM replyguard.labels l "
    "LEFT JOIN LATERAL (SELECT n.position FROM replyguard.labels n WHERE n.site_id = l.site_id "
    "AND n.sample_id = l.sample_id AND n.position > l.position LIMIT 1) n ON true "
    "WHERE l.site_id = $1::bigint AND l.import_id <> '' "
    "GROUP BY l.import_id ORDER BY max(l.position) DESC LIMIT $2::bigint"};

constexpr Statement kPiece{
    "export_checkpoint",
    "SELECT substring(c.bytes FROM $2::integer FOR $3::integer) FROM replyguard.checkpoints c "
    "WHERE c.checkpoint_id = $1::bigint"};

struct RangeParams {
  explicit RangeParams(const std::vector<AuthorRange>& author) {
    for (const AuthorRange& range : author) {
      low.AddBytes(range.low);
      high.AddBytes(range.high);
    }
  }
  ArrayParam low{ArrayParam::Element::kBytea};
  ArrayParam high{ArrayParam::Element::kBytea};
};

ExportedComment ReadExported(const pqxx::row& row) {
  constexpr int kUriAt = kCommentColumns;
  constexpr int kStepAt = kUriAt + 1;
  constexpr int kDecisionAt = kStepAt + kStepColumns;
  const auto field = [&row](int i) { return row[static_cast<pqxx::row::size_type>(i)]; };
  ExportedComment out;
  out.comment = ReadComment(row);
  out.thread_uri = TextAt(field(kUriAt));
  if (!field(kStepAt).is_null()) out.label = ReadStep(row, kStepAt);
  if (!field(kDecisionAt).is_null()) out.decision = ReadDecision(row, kDecisionAt);
  return out;
}

}  // namespace

absl::StatusOr<std::vector<ExportedComment>> PostgresExportStore::Comments(
    SiteId site_id, std::optional<CommentId> after, std::int32_t limit, Deadline deadline) {
  using Out = std::vector<ExportedComment>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Out> {
    Out out;
    for (const auto& row :
         tx.Exec(kComments, site_id, OptId(after), std::clamp(limit, 1, kExportPageMax))) {
      out.push_back(ReadExported(row));
    }
    return out;
  });
}

absl::StatusOr<std::vector<ExportedComment>> PostgresExportStore::CommentsOfAuthor(
    SiteId site_id, const std::vector<AuthorRange>& author, std::optional<CommentId> after,
    std::int32_t limit, Deadline deadline) {
  using Out = std::vector<ExportedComment>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Out> {
    Out out;
    RangeParams ranges(author);
    for (const auto& row :
         tx.Exec(kCommentsOfAuthor, site_id, OptId(after), std::clamp(limit, 1, kExportPageMax),
                 ranges.low.Done(), ranges.high.Done())) {
      out.push_back(ReadExported(row));
    }
    std::vector<CommentId> ids;
    for (const ExportedComment& one : out) ids.push_back(one.comment.comment_id);
    std::vector<HeldBeside> beside = ReadBeside(tx, site_id, ids);
    for (std::size_t i = 0; i < out.size(); ++i) out[i].beside = std::move(beside[i]);
    return out;
  });
}

absl::StatusOr<AuthorFootprint> PostgresExportStore::CountAuthor(
    SiteId site_id, const std::vector<AuthorRange>& author, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<AuthorFootprint> {
    RangeParams ranges(author);
    const pqxx::row row = tx.Exec(kCountAuthor, site_id, ranges.low.Done(), ranges.high.Done())[0];
    AuthorFootprint out;
    out.comments = row[0].as<std::int64_t>();
    out.queued = row[1].as<std::int64_t>();
    out.decisions = row[2].as<std::int64_t>();
    out.notes = row[3].as<std::int64_t>();
    out.reports = row[4].as<std::int64_t>();
    out.labels = row[5].as<std::int64_t>();
    out.events = row[6].as<std::int64_t>();
    out.newest = OptUuidAt(row[7]);
    out.newest_label = row[8].as<std::int64_t>();
    out.rules = row[9].as<std::int64_t>();
    return out;
  });
}

absl::StatusOr<std::vector<ExportedLabel>> PostgresExportStore::LabelsOfAuthor(
    SiteId site_id, const std::vector<AuthorRange>& author, std::int64_t after, std::int32_t limit,
    Deadline deadline) {
  using Out = std::vector<ExportedLabel>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Out> {
    Out out;
    RangeParams ranges(author);
    for (const auto& row : tx.Exec(kLabelsOfAuthor, site_id, ranges.low.Done(), ranges.high.Done(),
                                   after, std::clamp(limit, 1, kExportPageMax))) {
      out.push_back(ReadLabel(row));
    }
    return out;
  });
}

absl::StatusOr<std::int64_t> PostgresExportStore::EraseLabels(
    const EraseRequest& by, const std::vector<AuthorRange>& author, std::int64_t up_to,
    std::int32_t limit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
    RangeParams ranges(author);
    const NewLabel meta{by.site_id, LabelSource::kHuman, by.actor_key_id, std::nullopt, by.now};
    // Before the log is locked, for which everybody who labels waits: of an author who taught much
    // it takes a second.
    const pqxx::result rows =
        tx.Exec(kTaughtSamples, by.site_id, ranges.low.Done(), ranges.high.Done(), up_to,
                std::clamp(limit, 1, kExportPageMax));
    LabelAppender appender(tx);
    for (const auto& row : rows) {
      const std::string sample_id = TextAt(row[0]);
      const std::int64_t taught = row[1].as<std::int64_t>();
      const pqxx::row newest = tx.Exec(kNewestOfSample, by.site_id, sample_id, taught)[0];
      const bool labelled = EnumAt<LabelClass>(newest[1]) != LabelClass::kNone;
      // A label with a text of the author, or of nobody who is known, as an example has that came
      // back from an export. A comment has one author, whatever retention left of it.
      const bool mine = newest[2].is_null() || sample_id.starts_with("c:");
      // Up to where the sample's texts go: another author's under the same name stays.
      std::int64_t end = newest[labelled && !mine ? 2 : 0].as<std::int64_t>();
      if (labelled && mine) {
        end = appender.FromSample(meta, sample_id, LabelClass::kNone, {}).position;
      }
      NoteLabelErasure(tx, by.site_id, sample_id, end, by.now);
    }
    return static_cast<std::int64_t>(rows.size());
  });
}

absl::StatusOr<std::vector<std::int32_t>> PostgresExportStore::RetiredKeysOfLabels(
    SiteId site_id, Deadline deadline) {
  using Out = std::vector<std::int32_t>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Out> {
    Out out;
    for (const auto& row : tx.Exec(kRetiredKeys, site_id)) out.push_back(row[0].as<std::int32_t>());
    return out;
  });
}

absl::StatusOr<std::vector<ExportedLabel>> PostgresExportStore::Labels(
    const LabelExportQuery& query, Deadline deadline) {
  using Out = std::vector<ExportedLabel>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Out> {
    Out out;
    for (const auto& row : tx.Exec(kLabels, query.site_id, query.after, query.as_of, query.history,
                                   std::clamp(query.limit, 1, kExportPageMax))) {
      out.push_back(ReadLabel(row));
    }
    return out;
  });
}

absl::StatusOr<std::vector<ImportSummary>> PostgresExportStore::Imports(SiteId site_id,
                                                                        Deadline deadline) {
  using Out = std::vector<ImportSummary>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Out> {
    Out out;
    for (const auto& row : tx.Exec(kImports, site_id, kImportsListedMax)) {
      out.push_back({TextAt(row[0]), row[1].as<std::int64_t>(),
                     LabelCounts{row[2].as<std::int64_t>(), row[3].as<std::int64_t>()},
                     TextAt(row[4]), TimeAt(row[5]), TimeAt(row[6])});
    }
    return out;
  });
}

absl::StatusOr<std::string> PostgresExportStore::CheckpointPiece(std::int64_t checkpoint_id,
                                                                 std::int64_t offset,
                                                                 std::int64_t bytes_max,
                                                                 Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::string> {
    // PostgreSQL counts from 1, and keeps at most 1 GiB in a value.
    const pqxx::result rows = tx.Exec(kPiece, checkpoint_id, offset + 1, bytes_max);
    if (rows.empty()) return absl::NotFoundError("the stored model is gone");
    return BytesAt(rows[0][0]);
  });
}

}  // namespace replyguard::storage
