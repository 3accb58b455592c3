// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What moderators see and leave beside one comment: its surroundings, notes, escalation, and a rule
// against its author.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/review/queue.h"
#include "storage/comment_store.h"
#include "storage/decision_store.h"
#include "storage/review_store.h"
#include "storage/site_store.h"

namespace replyguard::service {

class Sites;

inline constexpr std::size_t kAncestorsMax = 10;
inline constexpr std::int32_t kReviewDecisionsMax = 50;
inline constexpr std::size_t kEscalationBytesMax = 500;

struct CommentReview {
  // Blind while it waits as one that was drawn.
  storage::CommentRecord comment;
  std::optional<ReviewItem> item;
  std::string thread_title;
  std::string thread_uri;
  std::vector<storage::CommentRecord> ancestors;  // nearest first
  std::vector<storage::CommentNote> notes;        // oldest first
  std::vector<storage::Decision> decisions;       // newest first; none while it is blind
};

enum class BlockTarget { kAuthor, kNetwork, kWebsite };

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
// Common errors: PERMISSION_DENIED; SITE_NOT_FOUND; COMMENT_NOT_FOUND; INVALID_ARGUMENT;
// UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED.
class Desk {
 public:
  struct NoteRequest {
    std::string site;
    storage::CommentId comment_id;
    std::string text;  // plain; masked here
    std::string request_id;
  };
  struct BlockRequest {
    std::string site;
    storage::CommentId comment_id;
    BlockTarget target = BlockTarget::kAuthor;
    storage::RuleAction action = storage::RuleAction::kSpam;  // not kApprove
    std::string reason;
    std::optional<storage::Timestamp> expires_at;
  };

  Desk(const SiteDirectory& sites, storage::CommentStore& comments, storage::ReviewStore& review,
       storage::QueueStore& queue, storage::ThreadStore& threads, storage::DecisionStore& decisions,
       const Sites& rules, const Clock& clock, RandomSource& random);

  absl::StatusOr<CommentReview> Review(const Principal& principal, const std::string& site,
                                       const storage::CommentId& comment_id,
                                       storage::Deadline deadline) const;

  // NOTE_LIMIT.
  absl::StatusOr<storage::CommentNote> AddNote(const Principal& principal, NoteRequest request,
                                               storage::Deadline deadline) const;
  absl::StatusOr<std::vector<storage::CommentNote>> Notes(const Principal& principal,
                                                          const std::string& site,
                                                          const storage::CommentId& comment_id,
                                                          storage::Deadline deadline) const;

  // NOT_WAITING. The escalation that stands.
  absl::StatusOr<storage::Escalation> Escalate(const Principal& principal, const std::string& site,
                                               const storage::CommentId& comment_id,
                                               std::string reason,
                                               storage::Deadline deadline) const;
  absl::Status Deescalate(const Principal& principal, const std::string& site,
                          const storage::CommentId& comment_id, storage::Deadline deadline) const;

  // NOTHING_TO_BLOCK; BLOCKS_OTHERS; RULE_LIMIT. The rule, a new one or one that says the same.
  absl::StatusOr<storage::RuleRecord> Block(const Principal& principal, BlockRequest request,
                                            storage::Deadline deadline) const;

 private:
  // Those of the comments that wait to be judged blind, without the verdict.
  absl::Status BlindEach(storage::SiteId site, std::vector<storage::CommentRecord>& comments,
                         storage::Deadline deadline) const;
  absl::StatusOr<storage::CommentRecord> Read(storage::SiteId site,
                                              const storage::CommentId& comment_id,
                                              storage::Deadline deadline) const;

  const SiteDirectory& sites_;
  storage::CommentStore& comments_;
  storage::ReviewStore& review_;
  storage::QueueStore& queue_;
  storage::ThreadStore& threads_;
  storage::DecisionStore& decisions_;
  const Sites& rules_;
  const Clock& clock_;
  RandomSource& random_;
};

}  // namespace replyguard::service
