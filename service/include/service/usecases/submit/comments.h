// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Stored comments for website backends: read, take down, erase, report.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/author_keyring.h"
#include "storage/comment_store.h"
#include "storage/decision_store.h"
#include "storage/thread_store.h"

namespace replyguard::service {

class SiteDirectory;

// Reports of one reader on one site in an hour beyond which REPORTER_LIMIT.
inline constexpr std::int32_t kReportsPerHourMax = 20;
inline constexpr std::size_t kReporterBytesMax = 200;
inline constexpr std::size_t kReportNoteBytesMax = 1000;

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
// Common errors: PERMISSION_DENIED; SITE_NOT_FOUND; UNAVAILABLE (STORAGE_AWAY), RESOURCE_EXHAUSTED
// (OVERLOADED), DEADLINE_EXCEEDED.
class Comments {
 public:
  struct ListRequest {
    std::string site;
    std::string thread_key;
    // Empty means approved only.
    std::vector<storage::CommentStatus> statuses;
    // The last comment of the page before.
    std::optional<storage::CommentId> after;
    std::int32_t limit = 50;  // 1 to storage::kCommentPageMax
  };
  struct TrashRequest {
    std::string site;
    storage::CommentId comment_id;
    std::string etag;         // empty: whatever it is
    std::string reason_code;  // at most 64 bytes of [A-Z0-9_]
  };
  struct ReportRequest {
    std::string site;
    storage::CommentId comment_id;
    std::string reporter;  // 1 to kReporterBytesMax bytes, plain; hashed here
    std::string reason_code;
    std::string note;  // plain; masked here
  };

  Comments(const SiteDirectory& sites, storage::CommentStore& comments,
           storage::ThreadStore& threads, storage::DecisionStore& decisions,
           const storage::AuthorKeyring& keyring, const Clock& clock);

  // COMMENT_NOT_FOUND; a deleted comment is not found.
  absl::StatusOr<storage::CommentRecord> Get(const Principal& principal, const std::string& site,
                                             const storage::CommentId& id,
                                             storage::Deadline deadline) const;

  // Oldest first. A page shorter than the limit is the last. A thread that does not exist has no
  // comments: an article nobody has commented on yet is no error.
  absl::StatusOr<std::vector<storage::CommentRecord>> List(const Principal& principal,
                                                           const ListRequest& request,
                                                           storage::Deadline deadline) const;

  // Answers the comment, now trashed; recorded as a decision of the backend; teaches nothing.
  // COMMENT_NOT_FOUND; STALE_ETAG. A moderator's lease does not stop a website from taking down its
  // own comment.
  absl::StatusOr<storage::CommentRecord> Trash(const Principal& principal,
                                               const TrashRequest& request,
                                               storage::Deadline deadline) const;

  // Erases text, author and lesson. COMMENT_NOT_FOUND for what is not there or deleted already,
  // unless allow_missing.
  absl::Status Delete(const Principal& principal, const std::string& site,
                      const storage::CommentId& id, bool allow_missing,
                      storage::Deadline deadline) const;

  // Whether the report counted. COMMENT_NOT_FOUND; COMMENT_NOT_VISIBLE; REPORTER_LIMIT.
  absl::StatusOr<bool> Report(const Principal& principal, const ReportRequest& request,
                              storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::CommentStore& comments_;
  storage::ThreadStore& threads_;
  storage::DecisionStore& decisions_;
  const storage::AuthorKeyring& keyring_;
  const Clock& clock_;
};

}  // namespace replyguard::service
