// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/comment_search.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/decision_rows.h"
#include "stores/queue_rows.h"
#include "stores/search_rows.h"
#include "stores/search_walk.h"

namespace replyguard::storage {
namespace {

// Whoever else indexes takes others. The lock is held until the terms are there, so that an edit of
// the meantime marks the comment again.
constexpr Statement kTakeUnindexed{
    "index_take",
    "SELECT m.site_id, m.comment_id FROM replyguard.comments_to_index m "
    "LIMIT $1::bigint FOR UPDATE SKIP LOCKED"};

constexpr Statement kReadUnindexed{
    "index_read",
    "SELECT c.site_id, c.comment_id, c.author_name, c.body, c.ip_masked, c.language, "
    "c.assessment_details "
    "FROM unnest($1::bigint[], $2::uuid[]) AS i(site_id, comment_id) "
    "JOIN replyguard.comments c ON c.site_id = i.site_id AND c.comment_id = i.comment_id "
    "WHERE c.status <> 5"};

// Whoever looks for terms reads what is not sorted into their index yet from end to end, for each
// comment of a queue's page anew. PostgreSQL lets it grow to 4 MB.
constexpr Statement kSortInSoon{"index_sort_in_soon",
                                "SELECT set_config('gin_pending_list_limit', '64kB', true)"};

// Arrays of arrays would be flattened: each row's terms come as text.
constexpr Statement kStoreTerms{
    "index_store",
    "INSERT INTO replyguard.comment_terms (site_id, comment_id, terms, sketch) "
    "SELECT d.site_id, d.comment_id, d.terms::bigint[], d.sketch FROM unnest($1::bigint[], "
    "$2::uuid[], $3::text[], $4::bigint[]) AS d(site_id, comment_id, terms, sketch) "
    "ON CONFLICT (site_id, comment_id) DO UPDATE SET terms = excluded.terms, sketch = "
    "excluded.sketch"};

constexpr Statement kIndexed{
    "index_done",
    "DELETE FROM replyguard.comments_to_index m USING unnest($1::bigint[], $2::uuid[]) "
    "AS d(site_id, comment_id) WHERE m.site_id = d.site_id AND m.comment_id = d.comment_id"};

constexpr Statement kLook{"search_look",
                          "SELECT " RG_FOUND_COLUMNS
                          " FROM unnest($2::uuid[]) AS i(id) JOIN replyguard.comments c "
                          "ON c.site_id = $1::bigint AND c.comment_id = i.id WHERE c.status <> 5 "
                          "ORDER BY c.comment_id DESC"};

// $2 is a condition of the statements below.
#define RG_BANDS_OF(t) "ARRAY(SELECT b FROM unnest(" t ".terms) AS b WHERE b < 0)"

constexpr Statement kLikeness{"search_likeness",
                              "SELECT t.sketch, b FROM replyguard.comment_terms t, "
                              "unnest(t.terms) AS b WHERE t.site_id = $1::bigint AND "
                              "t.comment_id = $2::uuid AND t.sketch IS NOT NULL AND b < 0"};

// Copies have one sketch: they are counted once.
constexpr Statement kCountAlike{
    "search_count_alike",
    "WITH wanted AS (SELECT t.comment_id, t.sketch, " RG_BANDS_OF(
        "t") " AS bands FROM unnest($2::uuid[]) AS i(id) JOIN replyguard.comment_terms t ON "
             "t.site_id = $1::bigint AND t.comment_id = i.id WHERE t.sketch IS NOT NULL), "
             "texts AS (SELECT DISTINCT ON (w.sketch) w.sketch, w.bands FROM wanted w ORDER BY "
             "w.sketch, w.comment_id), "
             "counted AS (SELECT s.sketch, a.count, a.oldest FROM texts s CROSS JOIN LATERAL "
             "(SELECT count(*)::integer AS count, (array_agg(o.comment_id ORDER BY "
             "o.comment_id))[1] AS oldest FROM (SELECT o.comment_id FROM "
             "replyguard.comment_terms o WHERE " RG_CANDIDATE_ALIKE(
                 "o", "s.sketch",
                 "s.bands") " AND o.site_id = $1::bigint AND o.comment_id >= $3::uuid LIMIT "
                            "200) o) a) "
                            "SELECT w.comment_id, c.count, c.oldest FROM wanted w JOIN counted c "
                            "ON c.sketch = w.sketch WHERE c.count > 0"};

constexpr Statement kAlike{
    "search_alike",
    "SELECT " RG_FOUND_COLUMNS
    " FROM (SELECT t.comment_id FROM replyguard.comment_terms t WHERE " RG_CANDIDATE_ALIKE(
        "t", "$2::bigint",
        "$3::bigint[]") " AND t.site_id = $1::bigint AND t.comment_id >= $4::uuid LIMIT 1000) i "
                        "JOIN replyguard.comments c ON c.site_id = $1::bigint AND c.comment_id = "
                        "i.comment_id WHERE c.status <> 5 ORDER BY c.comment_id DESC"};

constexpr Statement kWaitingSketches{
    "search_waiting_sketches",
    "SELECT q.comment_id, t.sketch FROM (SELECT q.site_id, q.comment_id FROM "
    "replyguard.queue_items q WHERE q.site_id = $1::bigint AND q.cause <> 5 AND q.cause <> 6 "
    "ORDER BY q.entered_at DESC, q.comment_id DESC LIMIT 1000) q JOIN replyguard.comment_terms t "
    "ON t.site_id = q.site_id AND t.comment_id = q.comment_id WHERE t.sketch IS NOT NULL "
    "ORDER BY q.comment_id DESC"};

constexpr Statement kOfAuthor{
    "search_of_author",
    "SELECT " RG_FOUND_COLUMNS
    " FROM replyguard.comments c WHERE c.site_id = $1::bigint AND c.author_hash = $2::bytea AND "
    "c.status <> 5 ORDER BY c.received_at DESC, c.comment_id DESC LIMIT 1001"};

constexpr Statement kOfOthers{
    "search_of_others",
    "SELECT " RG_FOUND_COLUMNS
    " FROM (SELECT t.comment_id FROM replyguard.comment_terms t WHERE " RG_BY_TERMS("t", "@> ARRAY[$2::bigint]")
    " AND t.site_id = $1::bigint AND t.comment_id >= $4::uuid LIMIT 5000) i JOIN "
    "replyguard.comments c ON c.site_id = $1::bigint AND c.comment_id = i.comment_id WHERE "
    "c.status <> 5 AND c.author_hash IS DISTINCT FROM nullif($3::bytea, '') ORDER BY c.comment_id "
    "DESC LIMIT 1001"};

static_assert(static_cast<int>(QueueCause::kSampled) == 5 &&
              static_cast<int>(CommentStatus::kPending) == 1 &&
              static_cast<int>(StatusSource::kMachine) == 1);
static_assert(kAlikeCountMax == 200 && kCampaignCountMax == 1000 && kAuthorCommentsMax == 1000);

// From a row of kReadUnindexed.
IndexedComment ReadIndexed(const pqxx::row& row) {
  IndexedComment comment;
  comment.site_id = row[0].as<std::int64_t>();
  comment.comment_id = UuidAt(row[1]);
  comment.author_name = TextAt(row[2]);
  comment.body = TextAt(row[3]);
  comment.ip_masked = TextAt(row[4]);
  comment.language = TextAt(row[5]);
  comment.details_json = TextAt(row[6]);
  return comment;
}

// As people may see them.
std::vector<CommentRecord> ReadSeen(Tx& tx, SiteId site_id, const std::vector<CommentId>& ids) {
  std::vector<CommentRecord> comments = ReadComments(tx, site_id, ids);
  if (comments.empty()) return comments;
  const std::set<CommentId> blind = BlindOnes(tx, site_id, ids);
  for (CommentRecord& comment : comments) {
    if (blind.contains(comment.comment_id)) comment = Blind(std::move(comment));
  }
  return comments;
}

// Rows of RG_FOUND_COLUMNS, at most `most` of them.
FoundComments ReadAll(const pqxx::result& rows, std::int32_t most) {
  FoundComments found;
  for (const auto& row : rows) {
    if (found.comments.size() == static_cast<std::size_t>(most)) {
      found.more = true;
      break;
    }
    found.comments.push_back(ReadFound(row));
  }
  return found;
}

}  // namespace

absl::StatusOr<std::int32_t> PostgresCommentSearch::IndexSome(std::int32_t limit,
                                                              const MakeTerms& make,
                                                              Deadline deadline) {
  using E = ArrayParam::Element;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int32_t> {
    const pqxx::result taken = tx.Exec(kTakeUnindexed, std::clamp(limit, 1, kIndexBatchMax));
    if (taken.empty()) return 0;
    ArrayParam sites(E::kInt8), ids(E::kUuid);
    for (const auto& row : taken) {
      sites.AddInt8(row[0].as<std::int64_t>());
      ids.AddUuid(UuidAt(row[1]));
    }
    const auto taken_sites = sites.Done();
    const auto taken_ids = ids.Done();
    ArrayParam site(E::kInt8), id(E::kUuid), terms(E::kText), sketch(E::kInt8);
    for (const auto& row : tx.Exec(kReadUnindexed, taken_sites, taken_ids)) {
      const IndexedComment comment = ReadIndexed(row);
      const SearchTerms made = make(comment);
      site.AddInt8(comment.site_id);
      id.AddUuid(comment.comment_id);
      terms.AddBytes(absl::StrCat("{", absl::StrJoin(made.terms, ","), "}"));
      sketch.AddOptInt8(made.sketch);
    }
    tx.Exec(kSortInSoon);
    tx.Exec(kStoreTerms, site.Done(), id.Done(), terms.Done(), sketch.Done());
    tx.Exec(kIndexed, taken_sites, taken_ids);
    return static_cast<std::int32_t>(taken.size());
  });
}

template <typename Result, typename Reader>
absl::StatusOr<Result> PostgresCommentSearch::InWalk(const SearchQuery& query, Deadline deadline,
                                                     Reader read) {
  using Candidates = std::optional<std::vector<CommentId>>;
  Candidates candidates;
  if (MayHaveCandidates(query.condition)) {
    auto found = RunTransaction(
        pool_, deadline,
        [&](Tx& tx) -> absl::StatusOr<Candidates> { return FindCandidates(tx, query); },
        TxMode::kByTerms);
    if (!found.ok()) return found.status();
    candidates = *std::move(found);
  }
  return RunTransaction(
      pool_, deadline,
      [&](Tx& tx) -> absl::StatusOr<Result> {
        return read(tx, WalkComments(tx, query, candidates));
      },
      TxMode::kSnapshot);
}

absl::StatusOr<SearchPage> PostgresCommentSearch::Search(const SearchQuery& query,
                                                         Deadline deadline) {
  return InWalk<SearchPage>(query, deadline, [&](Tx& tx, const Walked& walked) {
    return SearchPage{ReadSeen(tx, query.site_id, walked.ids), walked.looked_until};
  });
}

absl::StatusOr<FoundComments> PostgresCommentSearch::Find(const SearchQuery& query,
                                                          Deadline deadline) {
  return InWalk<FoundComments>(query, deadline, [&](Tx& tx, const Walked& walked) {
    FoundComments found = ReadAll(tx.Exec(kLook, query.site_id, Ids(walked.ids)), query.limit);
    found.more = walked.looked_until || walked.ids.size() >= static_cast<std::size_t>(query.limit);
    return found;
  });
}

absl::StatusOr<FoundComments> PostgresCommentSearch::Look(SiteId site_id,
                                                          const std::vector<CommentId>& ids,
                                                          Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<FoundComments> {
    return ReadAll(tx.Exec(kLook, site_id, Ids(ids)), kSearchLookMax);
  });
}

absl::StatusOr<std::vector<CommentRecord>> PostgresCommentSearch::Read(
    SiteId site_id, const std::vector<CommentId>& ids, Deadline deadline) {
  using Comments = std::vector<CommentRecord>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Comments> {
    return ReadSeen(tx, site_id, ids);
  });
}

absl::StatusOr<std::optional<Likeness>> PostgresCommentSearch::LikenessOf(
    SiteId site_id, const CommentId& comment_id, Deadline deadline) {
  using Result = std::optional<Likeness>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Result> {
    Result likeness;
    for (const auto& row : tx.Exec(kLikeness, site_id, Id(comment_id))) {
      if (!likeness) likeness = Likeness{row[0].as<std::int64_t>(), {}};
      likeness->bands.push_back(row[1].as<std::int64_t>());
    }
    return likeness;
  });
}

absl::StatusOr<std::vector<AlikeCount>> PostgresCommentSearch::CountAlike(
    SiteId site_id, const std::vector<CommentId>& ids, Timestamp since, Deadline deadline) {
  using Counts = std::vector<AlikeCount>;
  if (ids.empty()) return Counts();
  return RunTransaction(
      pool_, deadline,
      [&](Tx& tx) -> absl::StatusOr<Counts> {
        Counts counts;
        for (const auto& row :
             tx.Exec(kCountAlike, site_id, Ids(ids), Id(UuidV7LowerBound(since)))) {
          counts.push_back({UuidAt(row[0]), row[1].as<std::int32_t>(), UuidAt(row[2])});
        }
        return counts;
      },
      TxMode::kByTerms);
}

absl::StatusOr<FoundComments> PostgresCommentSearch::Alike(SiteId site_id, const Likeness& likeness,
                                                           Timestamp since, Deadline deadline) {
  return RunTransaction(
      pool_, deadline,
      [&](Tx& tx) -> absl::StatusOr<FoundComments> {
        return ReadAll(tx.Exec(kAlike, site_id, likeness.sketch, Ids(likeness.bands),
                               Id(UuidV7LowerBound(since))),
                       kCampaignCountMax);
      },
      TxMode::kByTerms);
}

absl::StatusOr<std::vector<std::pair<CommentId, std::int64_t>>>
PostgresCommentSearch::WaitingSketches(SiteId site_id, Deadline deadline) {
  using Sketches = std::vector<std::pair<CommentId, std::int64_t>>;
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Sketches> {
    Sketches sketches;
    for (const auto& row : tx.Exec(kWaitingSketches, site_id)) {
      sketches.emplace_back(UuidAt(row[0]), row[1].as<std::int64_t>());
    }
    return sketches;
  });
}

absl::StatusOr<FoundComments> PostgresCommentSearch::OfAuthor(SiteId site_id,
                                                              const std::string& author_hash,
                                                              Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<FoundComments> {
    return ReadAll(tx.Exec(kOfAuthor, site_id, Bytes(author_hash)), kAuthorCommentsMax);
  });
}

absl::StatusOr<FoundComments> PostgresCommentSearch::WithTermOfOthers(
    SiteId site_id, std::int64_t term, const std::string& author_hash, Timestamp since,
    Deadline deadline) {
  return RunTransaction(
      pool_, deadline,
      [&](Tx& tx) -> absl::StatusOr<FoundComments> {
        return ReadAll(
            tx.Exec(kOfOthers, site_id, term, Bytes(author_hash), Id(UuidV7LowerBound(since))),
            kAuthorCommentsMax);
      },
      TxMode::kByTerms);
}

}  // namespace replyguard::storage
