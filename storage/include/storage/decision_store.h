// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Decisions of people about comments: status, audit row, label and event in one transaction, or
// nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/comment.h"
#include "storage/enums.h"
#include "storage/teaching_caps.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::size_t kDecisionBatchMax = 500;
inline constexpr std::int32_t kDecisionPageMax = 500;
// Only the newest so many decisions of a comment can be undone.
inline constexpr std::int64_t kUndoReachMax = 1000;

// One line of the audit trail. Never changed, never removed. Within a site, ids and times have the
// order in which the decisions took effect, whatever the clocks of those who asked: where two
// raced, the later one stands on what the earlier one left, and is dated after it.
struct Decision {
  SiteId site_id = 0;
  DecisionId decision_id{};
  CommentId comment_id{};
  DecisionAction action = DecisionAction::kApprove;
  std::string actor{};
  std::string actor_key_id{};
  CommentStatus from_status = CommentStatus::kPending;
  CommentStatus to_status = CommentStatus::kPending;
  // True when a label was asked for (whether or not it changed the log).
  bool teaches = false;
  std::string reason_code{};
  std::string note{};
  // For kUndo: the decision it takes back.
  std::optional<DecisionId> undoes{};
  // The comment's revision after it.
  std::int64_t revision = 0;
  Timestamp decided_at{};
  // The bulk decision that it is part of.
  std::optional<BulkId> bulk_id{};
};

struct DecisionRequest {
  CommentId comment_id{};
  // Not kUndo.
  DecisionAction action = DecisionAction::kApprove;
  // Nothing: whatever the revision is.
  std::optional<std::int64_t> expected_revision{};
  // Needed while a lease runs. A token given must be the item's own still, its time over or not:
  // what it was given for was not decided, edited or leased again since.
  std::string lease_token{};
  // Refuse (ABORTED) as lease_token says. A backend taking down its own comment sets false.
  bool respect_lease = true;
  // kApprove teaches ham and kSpam teaches spam when set; the others never teach.
  bool teaches = true;
  std::string reason_code{};  // at most 64 bytes
  std::string note{};         // masked; at most 2,000 bytes
};

// Who decides, for all requests of a call.
struct Actor {
  std::string name{};    // display name; at most 100 bytes
  std::string key_id{};  // public id of the key
  StatusSource source = StatusSource::kModerator;
  // Set for decisions that are part of a bulk decision.
  std::optional<BulkId> bulk_id{};
  // Of leases that are the actor's own: they stand in no decision's way.
  std::vector<std::string> lease_tokens{};
};

enum class DecisionRefusal {
  kNone = 0,
  kStaleRevision,  // the comment changed since it was read
  kLeased,         // a lease stands in the way, or the one given was lost
  kSuperseded,     // undo: the comment was decided or edited again since
  kUndone,         // undo: it has been undone already
};

// What became of one request.
struct DecisionResult {
  // OK; NOT_FOUND (no such comment, or a tombstone; for an undo also no such decision); ABORTED
  // with refusal.
  absl::Status status;
  DecisionRefusal refusal = DecisionRefusal::kNone;
  // When OK.
  std::optional<Decision> decision{};
  std::optional<CommentRecord> comment{};
  // When ABORTED: the newest decision of the comment, if there is one.
  std::optional<Decision> other_decision{};
  // When OK: what keeps its label from teaching.
  LabelCap cap = LabelCap::kNone;
};

// Where a page ended: its last decision.
struct DecisionQuery {
  SiteId site_id = 0;
  std::optional<CommentId> comment_id{};
  // Empty: any.
  std::string actor_key_id{};
  std::string actor{};  // display name
  std::optional<BulkId> bulk_id{};
  std::optional<DecisionAction> action{};
  std::optional<Timestamp> decided_from{};   // at or after
  std::optional<Timestamp> decided_until{};  // before
  // Only decisions older than this one.
  std::optional<DecisionId> before{};
  // 1 to kDecisionPageMax.
  std::int32_t limit = 50;
};

// Thread-safe.
//
// Labels. A teaching decision gives the comment its label; giving it the label it has already is
// not even a row. A decision that does not teach takes back a label that contradicts it: a spam
// label when the comment is no longer spam, a ham label when it becomes spam or goes back to the
// queue.
//
// Queue. kHold puts the comment into the queue (cause kReturned), every other action takes it out.
// The first decision of what was drawn blind ends the draw unless it labels: what people say of it
// later weighs as what they found by themselves (JudgedComment).
class DecisionStore {
 public:
  virtual ~DecisionStore() = default;

  // Each request is a transaction's part of its own: it succeeds or fails by itself. All that
  // succeed commit together. The outer status is set when nothing at all was done (UNAVAILABLE,
  // DEADLINE_EXCEEDED, ABORTED once the undo of the actor's bulk decision has begun,
  // INVALID_ARGUMENT for a comment named twice or more than kDecisionBatchMax). Answers are in the
  // order of the requests, decision ids too. now is the least time that they are dated by.
  // REQUIRES: comment ids are distinct.
  virtual absl::StatusOr<std::vector<DecisionResult>> Decide(
      SiteId site_id, const Actor& actor, const std::vector<DecisionRequest>& requests,
      Timestamp now, Deadline deadline) = 0;

  // Takes a decision back: the status (and who had set it), the label and the place in the queue
  // are as they were before it, but that what was drawn blind (kSampled) is kReturned, as whoever
  // decided it knows the verdict; the revision still grows. Only the newest decision that is not
  // undone can be, so that decisions are undone one after the other, back to the last edit: ABORTED
  // otherwise. Undoing an undo does the decision again. A report that came in after the decision
  // stays in the queue.
  virtual absl::StatusOr<DecisionResult> Undo(SiteId site_id, const Actor& actor,
                                              const DecisionId& decision_id, Timestamp now,
                                              Deadline deadline) = 0;

  // NOT_FOUND.
  virtual absl::StatusOr<Decision> Get(SiteId site_id, const DecisionId& decision_id,
                                       Deadline deadline) = 0;

  // Newest first.
  virtual absl::StatusOr<std::vector<Decision>> List(const DecisionQuery& query,
                                                     Deadline deadline) = 0;
};

}  // namespace replyguard::storage
