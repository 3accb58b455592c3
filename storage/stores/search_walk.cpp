// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/search_walk.h"

#include <algorithm>
#include <string>

#include "postgres/params.h"
#include "postgres/rows.h"
#include "stores/search_rows.h"

// $1 site, $2 and $3 the ids between which (before $2, from $3 on), $4 to $10 the condition, $11
// the statuses, $12 how many, $13 whether it asks for what of those drawn blind is not told.
#define RG_PASSES \
  " " RG_IS_FOUND_BY("c", "$4::bigint[]", "$5::bigint", "$6::bigint[]")    \
  "AND ($7::bytea = '' OR substring(c.author_hash FOR 16) = $7::bytea) "   \
  "AND ($8::uuid IS NULL OR c.thread_id = $8::uuid) "                      \
  "AND ($9::float8 IS NULL OR c.probability >= $9::float8) "               \
  "AND ($10::float8 IS NULL OR c.probability <= $10::float8) "             \
  "AND ($11::smallint[] = '{}' OR c.status = ANY ($11::smallint[])) "      \
  "AND (NOT $13::boolean OR NOT " RG_IS_BLIND("c") ") AND "                \
  "c.status <> 5 "

#define RG_BETWEEN(w) \
  " " w ".site_id = $1::bigint AND " w ".comment_id < $2::uuid AND " w ".comment_id >= $3::uuid "

// Candidates, one more than may be looked at where there are too many, in which case some may be
// outside. What is between is said of what is found: of the table it could be read as a range of
// its primary key, which a plan for any site takes for little, and which may be the whole site.
#define RG_CANDIDATES(table, condition)                                                            \
  "WITH hits AS (SELECT w.comment_id FROM " table " w WHERE " condition                            \
  " AND w.site_id = $1::bigint LIMIT 50001) SELECT h.comment_id FROM hits h WHERE "                \
  "(h.comment_id < $2::uuid AND h.comment_id >= $3::uuid) OR (SELECT count(*) FROM hits) > 50000 " \
  "LIMIT 5001"

#define RG_WALK(table, more)                                                                  \
  "SELECT c.comment_id FROM (SELECT w.comment_id FROM " table " w WHERE" RG_BETWEEN("w") more \
      "ORDER BY w.comment_id DESC LIMIT 5000) w JOIN replyguard.comments c ON "               \
      "c.site_id = $1::bigint AND c.comment_id = w.comment_id WHERE" RG_PASSES                \
      "ORDER BY w.comment_id DESC LIMIT $12::bigint"

#define RG_EDGE(table, more)                                        \
  "SELECT w.comment_id FROM " table " w WHERE" RG_BETWEEN("w") more \
      "ORDER BY w.comment_id DESC OFFSET 4999 LIMIT 1"

namespace replyguard::storage {
namespace {

static_assert(kSearchLookMax == 5000);

// Where comments are looked through, and where such a look ends.
struct Source {
  Statement walk;
  Statement edge;
  bool by_status = false;
};
constexpr Source kEverywhere{{"search_walk", RG_WALK("replyguard.comments", "")},
                             {"search_edge", RG_EDGE("replyguard.comments", "")}};
constexpr Source kWaiting{{"search_walk_queue", RG_WALK("replyguard.queue_items", "")},
                          {"search_edge_queue", RG_EDGE("replyguard.queue_items", "")}};
constexpr Source kFolder{{"search_walk_folder", RG_WALK("replyguard.spam_folder", "")},
                         {"search_edge_folder", RG_EDGE("replyguard.spam_folder", "")}};
constexpr Source kOneFolder{
    {"search_walk_one_folder",
     RG_WALK("replyguard.spam_folder", "AND w.status = ($11::smallint[])[1] ")},
    {"search_edge_one_folder", RG_EDGE("replyguard.spam_folder", "AND w.status = $4::smallint ")},
    true};

constexpr Statement kByTerms{"search_by_terms", RG_CANDIDATES("replyguard.comment_terms",
                                                              RG_BY_TERMS("w", "@> $4::bigint[]"))};
constexpr Statement kByLikeness{
    "search_by_likeness", RG_CANDIDATES("replyguard.comment_terms",
                                        RG_CANDIDATE_ALIKE("w", "$4::bigint", "$5::bigint[]"))};
constexpr Statement kByAuthor{
    "search_by_author", RG_CANDIDATES("replyguard.comments",
                                      "w.author_hash >= $4::bytea AND w.author_hash <= $4::bytea "
                                      "|| '\\xffffffffffffffffffffffffffffffffff'::bytea")};
constexpr Statement kByThread{"search_by_thread",
                              RG_CANDIDATES("replyguard.comments", "w.thread_id = $4::uuid")};
// What is between is said of the candidates, as above.
constexpr Statement kPick{
    "search_pick",
    "SELECT c.comment_id FROM unnest($14::uuid[]) AS w(comment_id) JOIN replyguard.comments c ON "
    "c.site_id = $1::bigint AND c.comment_id = w.comment_id WHERE w.comment_id < $2::uuid AND "
    "w.comment_id >= $3::uuid AND" RG_PASSES "ORDER BY c.comment_id DESC LIMIT $12::bigint"};

constexpr Uuid kFirstId{};
constexpr Uuid LastId() {
  Uuid id;
  for (auto& byte : id.bytes) byte = 0xff;
  return id;
}

bool OnlyOf(const std::vector<CommentStatus>& statuses, CommentStatus a, CommentStatus b) {
  return !statuses.empty() && std::all_of(statuses.begin(), statuses.end(),
                                          [&](CommentStatus s) { return s == a || s == b; });
}

const Source& SourceOf(const SearchQuery& query) {
  if (OnlyOf(query.statuses, CommentStatus::kPending, CommentStatus::kPending)) return kWaiting;
  if (!OnlyOf(query.statuses, CommentStatus::kSpam, CommentStatus::kTrashed)) return kEverywhere;
  return query.statuses.size() == 1 ? kOneFolder : kFolder;
}

class Walk {
 public:
  Walk(Tx& tx, const SearchQuery& query)
      : tx_(tx), query_(query), before_(query.before.value_or(LastId())), from_(kFirstId) {
    const SearchCondition& c = query.condition;
    if (c.received_from) from_ = UuidV7LowerBound(*c.received_from);
    if (c.received_until) before_ = std::min(before_, UuidV7LowerBound(*c.received_until));
  }

  std::optional<std::vector<CommentId>> Candidates() {
    const SearchCondition& c = query_.condition;
    const auto few = [](std::vector<CommentId> ids) -> std::optional<std::vector<CommentId>> {
      if (ids.size() > static_cast<std::size_t>(kSearchLookMax)) return std::nullopt;
      return ids;
    };
    std::optional<std::vector<CommentId>> found;
    if (c.alike) {
      found = few(Ids(Between(kByLikeness, c.alike->sketch, storage::Ids(c.alike->bands))));
    }
    if (!found && !c.author_id.empty()) found = few(Ids(Between(kByAuthor, Bytes(c.author_id))));
    if (!found && !c.terms.empty()) found = few(Ids(Between(kByTerms, storage::Ids(c.terms))));
    if (!found && c.thread_id) found = few(Ids(Between(kByThread, Id(*c.thread_id))));
    return found;
  }

  Walked Run(const std::optional<std::vector<CommentId>>& candidates) {
    if (candidates) return {Ids(ExecFull(kPick, storage::Ids(*candidates))), std::nullopt};
    const Source& source = SourceOf(query_);
    Walked walked{Ids(ExecFull(source.walk)), std::nullopt};
    if (walked.ids.size() >= static_cast<std::size_t>(query_.limit)) return walked;
    const std::vector<CommentId> edge =
        source.by_status ? Ids(Between(source.edge, static_cast<int>(query_.statuses.front())))
                         : Ids(Between(source.edge));
    if (!edge.empty()) walked.looked_until = edge.front();
    return walked;
  }

 private:
  template <typename... More>
  pqxx::result Between(const Statement& statement, More&&... more) {
    return tx_.Exec(statement, query_.site_id, Id(before_), Id(from_), std::forward<More>(more)...);
  }

  template <typename... More>
  pqxx::result ExecFull(const Statement& statement, More&&... more) {
    const SearchCondition& c = query_.condition;
    ArrayParam statuses(ArrayParam::Element::kInt2);
    for (const CommentStatus s : query_.statuses) statuses.AddInt2(static_cast<int>(s));
    std::optional<std::int64_t> sketch;
    std::vector<std::int64_t> bands;
    if (c.alike) {
      sketch = c.alike->sketch;
      bands = c.alike->bands;
    }
    const bool by_verdict =
        c.by_verdict || c.probability_min || c.probability_max || !query_.statuses.empty();
    return Between(statement, storage::Ids(c.terms), sketch, storage::Ids(bands),
                   Bytes(c.author_id), OptId(c.thread_id), c.probability_min, c.probability_max,
                   statuses.Done(), query_.limit, by_verdict, std::forward<More>(more)...);
  }

  static std::vector<CommentId> Ids(const pqxx::result& rows) {
    std::vector<CommentId> ids;
    ids.reserve(rows.size());
    for (const auto& row : rows) ids.push_back(UuidAt(row[0]));
    return ids;
  }

  Tx& tx_;
  const SearchQuery& query_;
  CommentId before_;
  CommentId from_;
};

}  // namespace

bool MayHaveCandidates(const SearchCondition& c) {
  return c.alike || !c.author_id.empty() || !c.terms.empty() || c.thread_id;
}

std::optional<std::vector<CommentId>> FindCandidates(Tx& tx, const SearchQuery& query) {
  return Walk(tx, query).Candidates();
}

Walked WalkComments(Tx& tx, const SearchQuery& query,
                    const std::optional<std::vector<CommentId>>& candidates) {
  return Walk(tx, query).Run(candidates);
}

}  // namespace replyguard::storage
