// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Decisions of people: take them, take them back, read the audit trail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/decision_store.h"
#include "storage/review_store.h"

namespace replyguard::service {

class Observer;
class SiteDirectory;

struct ModerationAction {
  std::string site;
  storage::CommentId comment_id;
  storage::DecisionAction action = storage::DecisionAction::kApprove;  // not kUndo
  std::string etag;                                                    // empty: whatever it is
  std::string lease_token;                                             // empty: none
  // Nothing: yes for kApprove and kSpam. The others never teach.
  std::optional<bool> teach;
  std::string reason_code;  // at most 64 bytes of [A-Z0-9_]
  std::string note;         // plain, at most 2,000 bytes; masked here
};

struct ModerationItemResult {
  // OK, or why not: PERMISSION_DENIED, SITE_NOT_FOUND, COMMENT_NOT_FOUND, INVALID_ARGUMENT,
  // STALE_ETAG, LEASED, or UNAVAILABLE and the like for a site whose transaction failed.
  absl::Status status;
  std::optional<storage::Decision> decision;
  std::optional<storage::CommentRecord> comment;
  // For STALE_ETAG and LEASED: the newest decision of the comment, if there is one.
  std::optional<storage::Decision> other_decision;
  // When OK: what keeps the decision from teaching.
  storage::LabelCap cap = storage::LabelCap::kNone;
};

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
class Moderate {
 public:
  struct UndoResult {
    storage::Decision decision;
    storage::CommentRecord comment;
  };
  struct ListRequest {
    // Nothing: every site that the key covers.
    std::optional<std::string> site;
    std::optional<storage::CommentId> comment_id;
    std::string actor_key_id;
    std::string actor;  // display name; empty: any
    std::optional<storage::BulkId> bulk_id;
    std::optional<storage::Timestamp> decided_from;
    std::optional<storage::Timestamp> decided_until;
    std::optional<storage::DecisionAction> action;
    // The last decision of the page before.
    std::optional<storage::DecisionId> before;
    std::int32_t limit = 50;  // 1 to storage::kDecisionPageMax
  };

  Moderate(const SiteDirectory& sites, storage::DecisionStore& decisions,
           storage::ReviewStore& review, const Clock& clock, Observer* observer = nullptr);

  // Each succeeds or fails by itself, in the order given; those of a site that succeed commit
  // together. The outer status: INVALID_ARGUMENT for their number (1 to storage::kDecisionBatchMax)
  // or a comment named twice; PERMISSION_DENIED when the key's role may not moderate at all;
  // UNAVAILABLE and the like when nothing was done.
  absl::StatusOr<std::vector<ModerationItemResult>> Run(const Principal& principal,
                                                        std::vector<ModerationAction> actions,
                                                        storage::Deadline deadline) const;

  // DECISION_NOT_FOUND; ABORTED (DECIDED_AGAIN, ALREADY_UNDONE) with the newest decision's id in
  // the metadata as "decision".
  absl::StatusOr<UndoResult> Undo(const Principal& principal, const std::string& site,
                                  const storage::DecisionId& id, storage::Deadline deadline) const;

  // A decision and whose it is.
  struct SiteDecision {
    std::string site;
    storage::Decision decision;
  };
  // Newest first. A page shorter than the limit is the last. A statement a site.
  absl::StatusOr<std::vector<SiteDecision>> List(const Principal& principal,
                                                 const ListRequest& request,
                                                 storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::DecisionStore& decisions_;
  storage::ReviewStore& review_;
  const Clock& clock_;
  Observer* const observer_;  // null: nobody
};

}  // namespace replyguard::service
