// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Decisions about many comments: what a preview pinned, how far it is, and undoing it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/decision_store.h"
#include "storage/review_store.h"
#include "storage/types.h"

namespace replyguard::storage {

inline constexpr std::int32_t kBulkCommentsMax = 2000;
inline constexpr std::int32_t kBulkPageMax = 200;

struct BulkTarget {
  CommentId comment_id;
  std::int64_t revision = 0;
};

struct BulkRecord {
  SiteId site_id = 0;
  BulkId bulk_id;  // MakeUuidV7
  std::vector<BulkTarget> targets;
  std::string actor;
  std::string actor_key_id;
  Timestamp created_at{};
  // Nothing until it is applied.
  std::optional<Timestamp> applied_at;
  std::optional<DecisionAction> action;
  bool teaches = false;
  std::string reason_code;
  // Of the targets, how many have been tried, in their order.
  std::int32_t tried_count = 0;
  std::int32_t skipped_count = 0;
  bool undo_begun = false;
  // The last of its decisions that was to be undone.
  std::optional<DecisionId> undo_after;
  // From the audit trail.
  std::int32_t decided_count = 0;
  std::int32_t undone_count = 0;
  std::int32_t total_count = 0;    // of targets, also where they are not read
  std::int32_t to_undo_count = 0;  // decisions after undo_after; once undo_begun
};

// One decision that was to be undone.
struct BulkUndo {
  CommentId comment_id;
  DecisionResult result;
};

// Thread-safe.
class BulkStore {
 public:
  virtual ~BulkStore() = default;

  // Previews of the site older than `forget_before` are forgotten on the way.
  virtual absl::Status Create(const BulkRecord& bulk, Timestamp forget_before,
                              Deadline deadline) = 0;
  // NOT_FOUND.
  virtual absl::StatusOr<BulkRecord> Get(SiteId site_id, const BulkId& bulk_id,
                                         Deadline deadline) = 0;
  // Fixes what is done, once: ABORTED when it was fixed to something else, or undone. Writes
  // `audit` the first time.
  virtual absl::Status Begin(const BulkRecord& bulk, Timestamp now, const AuditEvent& audit,
                             Deadline deadline) = 0;
  // Of these comments, those that the bulk has decided already.
  virtual absl::StatusOr<std::vector<CommentId>> Decided(SiteId site_id, const BulkId& bulk_id,
                                                         const std::vector<CommentId>& ids,
                                                         Deadline deadline) = 0;
  // Tried from `from` to `until`; nothing happens when somebody else has moved on from there.
  virtual absl::Status MoveOn(SiteId site_id, const BulkId& bulk_id, std::int32_t from,
                              std::int32_t until, std::int32_t skipped, Deadline deadline) = 0;
  // Takes back its next decisions, at most `limit`, in one transaction, and moves on. Empty when
  // all were tried. The first call ends the applying and writes `audit`.
  virtual absl::StatusOr<std::vector<BulkUndo>> UndoSome(SiteId site_id, const BulkId& bulk_id,
                                                         const Actor& actor, std::int32_t limit,
                                                         Timestamp now, const AuditEvent& audit,
                                                         Deadline deadline) = 0;
  // Applied ones, newest first, without their targets.
  virtual absl::StatusOr<std::vector<BulkRecord>> List(SiteId site_id, std::optional<BulkId> before,
                                                       std::int32_t limit, Deadline deadline) = 0;
};

}  // namespace replyguard::storage
