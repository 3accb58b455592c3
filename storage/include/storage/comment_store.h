// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Stored comments: reading them, editing, erasing, reporting. Decisions are in decision_store.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/submission_writer.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kCommentPageMax = 500;

// Where a page of a thread ended: the last comment of it.
struct ThreadCommentsQuery {
  SiteId site_id = 0;
  ThreadId thread_id{};
  // Empty means kApproved only.
  std::vector<CommentStatus> statuses{};
  // Comments after this one, in the order of their ids (that of receipt).
  std::optional<CommentId> after{};
  // 1 to kCommentPageMax.
  std::int32_t limit = 50;
};

// An edit, judged already.
struct CommentEdit {
  SiteId site_id = 0;
  CommentId comment_id{};
  // Required: the revision that was read and judged. An edit is never blind.
  std::int64_t expected_revision = 0;
  // The reports that were counted then: one that came since gave the comment a place in the queue
  // of which the judgement does not know.
  std::int32_t expected_report_count = 0;
  // The new texts, masked; what is absent stays. Not null.
  std::shared_ptr<const MaskedEdit> changes;
  // The new status, assessment and, when held, the place in the queue (cause kEdited). Without a
  // place the comment leaves the queue; one that was passed to the operators leaves it as SPAM or
  // TRASHED only, and keeps its escalation.
  SubmissionOutcome outcome;
  // Stored as CommentRecord::edit_floor.
  CommentStatus edit_floor = CommentStatus::kApproved;
  // True: who set the status, and when, stays. REQUIRES: outcome.status is the present one.
  bool keeps_status = false;
  std::string actor{};         // display name; at most 100 bytes
  std::string actor_key_id{};  // public id of the key
  Timestamp now{};
};

struct CommentReport {
  SiteId site_id = 0;
  CommentId comment_id{};
  std::string reporter_hash{};  // raw bytes of an HMAC
  std::string reason_code{};
  std::string note{};  // masked
  // Reports by this reporter on this site in the last hour before now beyond which
  // RESOURCE_EXHAUSTED; from 1.
  std::int32_t hourly_limit = 10;
  Timestamp now{};
};

struct ReportResult {
  // False when this reader had reported this comment before; nothing was stored.
  bool counted = false;
  // True when the report put the comment into the queue (it was not there).
  bool queued = false;
};

struct EraseRequest {
  SiteId site_id = 0;
  CommentId comment_id{};
  std::string actor{};
  std::string actor_key_id{};
  Timestamp now{};
};

// Thread-safe. All: UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED as in the whole room.
class CommentStore {
 public:
  virtual ~CommentStore() = default;

  // NOT_FOUND. A tombstone is found.
  virtual absl::StatusOr<CommentRecord> Get(SiteId site_id, const CommentId& comment_id,
                                            Deadline deadline) = 0;

  // A page in order of receipt, oldest first. A page shorter than the limit is the last. Comments
  // that are stored between two calls do not shift pages.
  virtual absl::StatusOr<std::vector<CommentRecord>> ListByThread(const ThreadCommentsQuery& query,
                                                                  Deadline deadline) = 0;

  // The newest comments of the site with any status but kDeleted, newest first, for dry runs;
  // before as keyset cursor. 1 to kCommentPageMax a page.
  virtual absl::StatusOr<std::vector<CommentRecord>> ListNewest(SiteId site_id,
                                                                std::optional<CommentId> before,
                                                                std::int32_t limit,
                                                                Deadline deadline) = 0;

  // Where the newest `count` comments begin: the id of the one before them, as ListReceived takes
  // it; nothing when there are no more than `count` received after `after`. From 1.
  virtual absl::StatusOr<std::optional<CommentId>> BeforeNewest(SiteId site_id,
                                                                const CommentId& after,
                                                                std::int32_t count,
                                                                Deadline deadline) = 0;

  // Comments of the site with any status but kDeleted, received after the one of this id, in order
  // of receipt. 1 to kCommentPageMax a page; a shorter one is the last.
  virtual absl::StatusOr<std::vector<CommentRecord>> ListReceived(SiteId site_id,
                                                                  const CommentId& after,
                                                                  std::int32_t limit,
                                                                  Deadline deadline) = 0;

  // One transaction: texts, assessment, status, revision, queue, EDITED event. What was labelled
  // stays so, with the text that was seen then: an author cannot take back what somebody taught of
  // him. (A label given later holds the new text, and takes the place of that one.) NOT_FOUND (also
  // for a tombstone); ABORTED when expected_revision or expected_report_count is not the present
  // one. Answers the comment after it.
  virtual absl::StatusOr<CommentRecord> Edit(const CommentEdit& edit, Deadline deadline) = 0;

  // Leaves a tombstone: every text and author column blanked, out of the queue, the label taken
  // back (its text is blanked by maintenance once no stored model needs it), reports and the notes
  // of its decisions gone, ERASED event. The request_id stays, so that a replay is answered
  // honestly. NOT_FOUND when there is no such comment or it is a tombstone already.
  virtual absl::Status Erase(const EraseRequest& request, Deadline deadline) = 0;

  // Counts a reader once a comment. The first report of a comment that is not in the queue puts it
  // there (cause kReported, QUEUED event) without changing its status. NOT_FOUND (also for a
  // tombstone); FAILED_PRECONDITION for a comment that readers do not see (neither approved nor
  // pending); LimitReached beyond the hourly limit.
  virtual absl::StatusOr<ReportResult> Report(const CommentReport& report, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
