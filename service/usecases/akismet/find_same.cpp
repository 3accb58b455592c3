// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/akismet/find_same.h"

#include "service/usecases/akismet/check.h"

namespace replyguard::service {

absl::StatusOr<std::optional<storage::CommentId>> FindSame(storage::AkismetStore& store,
                                                           const storage::SubmissionHashes& hashes,
                                                           const storage::Submission& submission,
                                                           storage::Timestamp now,
                                                           storage::Deadline deadline) {
  if (hashes.body.empty()) return std::optional<storage::CommentId>();
  storage::SameCommentQuery query;
  query.site_id = submission.site_id;
  query.thread_key = submission.thread_key;
  query.author_hashes = hashes.author;
  query.body_hashes = hashes.body;
  query.received_since = now - kAkismetMatchWindow;
  return store.FindSame(query, deadline);
}

}  // namespace replyguard::service
