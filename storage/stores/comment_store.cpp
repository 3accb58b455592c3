// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/comment_store.h"

#include <algorithm>

#include "postgres/params.h"
#include "stores/comment_changes.h"
#include "stores/decision_rows.h"
#include "writer/lookup.h"

namespace replyguard::storage {
namespace {

constexpr Statement kListByThread{
    "comments_by_thread",
    "SELECT " RG_COMMENT_COLUMNS " FROM " RG_COMMENT_FROM
    " WHERE c.site_id = $1::bigint AND c.thread_id = $2::uuid "
    "AND ($3::uuid IS NULL OR (c.received_at, c.comment_id) > ($6::timestamptz, $3::uuid)) "
    "AND c.status = ANY ($4::smallint[]) ORDER BY c.received_at, c.comment_id LIMIT $5::bigint"};

constexpr Statement kListNewest{"comments_newest",
                                "SELECT " RG_COMMENT_COLUMNS " FROM " RG_COMMENT_FROM
                                " WHERE c.site_id = $1::bigint AND ($2::uuid IS NULL OR "
                                "c.comment_id < $2::uuid) AND c.status <> 5 "
                                "ORDER BY c.comment_id DESC LIMIT $3::bigint"};

constexpr Statement kBeforeNewest{"comments_before_newest",
                                  "SELECT c.comment_id FROM replyguard.comments c "
                                  "WHERE c.site_id = $1::bigint AND c.comment_id > $2::uuid "
                                  "AND c.status <> 5 ORDER BY c.comment_id DESC "
                                  "OFFSET $3::bigint LIMIT 1"};

constexpr Statement kListReceived{"comments_received",
                                  "SELECT " RG_COMMENT_COLUMNS " FROM " RG_COMMENT_FROM
                                  " WHERE c.site_id = $1::bigint AND c.comment_id > $2::uuid "
                                  "AND c.status <> 5 ORDER BY c.comment_id LIMIT $3::bigint"};

using Comments = std::vector<CommentRecord>;

Comments ReadAll(const pqxx::result& rows) {
  Comments out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(ReadComment(row));
  return out;
}

}  // namespace

absl::StatusOr<HistoryContext> PostgresCommentStore::Consult(const HistoryQuery& query,
                                                             Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<HistoryContext> {
    return std::move(LookUp(tx, {LookupMember{&query, {}}}).front().context);
  });
}

absl::StatusOr<CommentRecord> PostgresCommentStore::Get(SiteId site_id, const CommentId& comment_id,
                                                        Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<CommentRecord> {
    Comments found = ReadComments(tx, site_id, {comment_id});
    if (found.empty()) return absl::NotFoundError("there is no such comment");
    return std::move(found.front());
  });
}

absl::StatusOr<Comments> PostgresCommentStore::ListByThread(const ThreadCommentsQuery& query,
                                                            Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Comments> {
    const Timestamp after = query.after ? TimeOfUuidV7(*query.after) : Timestamp{};
    ArrayParam statuses(ArrayParam::Element::kInt2);
    for (const CommentStatus status : query.statuses) statuses.AddInt2(static_cast<int>(status));
    if (query.statuses.empty()) statuses.AddInt2(static_cast<int>(CommentStatus::kApproved));
    return ReadAll(tx.Exec(kListByThread, query.site_id, Id(query.thread_id), OptId(query.after),
                           statuses.Done(), std::clamp(query.limit, 1, kCommentPageMax),
                           Time(after)));
  });
}

absl::StatusOr<Comments> PostgresCommentStore::ListNewest(SiteId site_id,
                                                          std::optional<CommentId> before,
                                                          std::int32_t limit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Comments> {
    return ReadAll(
        tx.Exec(kListNewest, site_id, OptId(before), std::clamp(limit, 1, kCommentPageMax)));
  });
}

absl::StatusOr<std::optional<CommentId>> PostgresCommentStore::BeforeNewest(SiteId site_id,
                                                                            const CommentId& after,
                                                                            std::int32_t count,
                                                                            Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::optional<CommentId>> {
    const pqxx::result rows = tx.Exec(kBeforeNewest, site_id, Id(after), std::max(count, 1));
    if (rows.empty()) return std::optional<CommentId>();
    return OptUuidAt(rows[0][0]);
  });
}

absl::StatusOr<Comments> PostgresCommentStore::ListReceived(SiteId site_id, const CommentId& after,
                                                            std::int32_t limit, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<Comments> {
    return ReadAll(
        tx.Exec(kListReceived, site_id, Id(after), std::clamp(limit, 1, kCommentPageMax)));
  });
}

absl::StatusOr<CommentRecord> PostgresCommentStore::Edit(const CommentEdit& edit,
                                                         Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return EditComment(tx, edit); });
}

absl::Status PostgresCommentStore::Erase(const EraseRequest& request, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return EraseComment(tx, request); });
}

absl::StatusOr<ReportResult> PostgresCommentStore::Report(const CommentReport& report,
                                                          Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) { return ReportComment(tx, report); });
}

}  // namespace replyguard::storage
