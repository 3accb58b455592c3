// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/comment_search.h"

namespace replyguard::storage {

class PostgresCommentSearch final : public CommentSearch {
 public:
  explicit PostgresCommentSearch(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::int32_t> IndexSome(std::int32_t limit, const MakeTerms& make,
                                         Deadline deadline) override;
  absl::StatusOr<SearchPage> Search(const SearchQuery& query, Deadline deadline) override;
  absl::StatusOr<FoundComments> Find(const SearchQuery& query, Deadline deadline) override;
  absl::StatusOr<FoundComments> Look(SiteId site_id, const std::vector<CommentId>& ids,
                                     Deadline deadline) override;
  absl::StatusOr<std::vector<CommentRecord>> Read(SiteId site_id, const std::vector<CommentId>& ids,
                                                  Deadline deadline) override;
  absl::StatusOr<std::optional<Likeness>> LikenessOf(SiteId site_id, const CommentId& comment_id,
                                                     Deadline deadline) override;
  absl::StatusOr<std::vector<AlikeCount>> CountAlike(SiteId site_id,
                                                     const std::vector<CommentId>& ids,
                                                     Timestamp since, Deadline deadline) override;
  absl::StatusOr<FoundComments> Alike(SiteId site_id, const Likeness& likeness, Timestamp since,
                                      Deadline deadline) override;
  absl::StatusOr<std::vector<std::pair<CommentId, std::int64_t>>> WaitingSketches(
      SiteId site_id, Deadline deadline) override;
  absl::StatusOr<FoundComments> OfAuthor(SiteId site_id, const std::string& author_hash,
                                         Deadline deadline) override;
  absl::StatusOr<FoundComments> WithTermOfOthers(SiteId site_id, std::int64_t term,
                                                 const std::string& author_hash, Timestamp since,
                                                 Deadline deadline) override;

 private:
  // What `read` makes of the transaction and of what was found, of one moment.
  template <typename Result, typename Reader>
  absl::StatusOr<Result> InWalk(const SearchQuery& query, Deadline deadline, Reader read);

  Pool& pool_;
};

}  // namespace replyguard::storage
