// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Decisions about many comments: looked at first, applied in parts that each commit by themselves,
// undone as a whole. What a preview pinned is decided only as it was then: whatever somebody else
// decided, edited or holds meanwhile is left alone and told of.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "service/usecases/review/comment_filter.h"
#include "service/usecases/review/search.h"
#include "storage/bulk_store.h"

namespace replyguard::service {

class Observer;

inline constexpr std::chrono::minutes kBulkPreviewKept{60};
// Decisions that one call takes, or takes back.
inline constexpr std::int32_t kBulkStepMax = 500;
inline constexpr std::size_t kBulkSampleMax = 10;

struct BulkPreview {
  storage::BulkRecord bulk;
  CommentGroup group;
  std::int32_t leased_count = 0;
  std::vector<storage::CommentRecord> sample;
  bool more = false;
  storage::Timestamp expires_at{};
};

// A comment that was left alone.
struct BulkSkip {
  storage::CommentId comment_id;
  absl::Status status;  // with a reason
  std::optional<storage::Decision> other_decision;
};

struct BulkProgress {
  storage::BulkRecord bulk;
  std::vector<BulkSkip> skips;  // of this call
  std::int32_t label_capped_count = 0;
};

// Thread-safe. Holds references; they outlive it. Every call BLOCKS: run it on a bounded executor.
// Common errors as of Search; BULK_NOT_FOUND.
class Bulks {
 public:
  struct PreviewRequest {
    std::string site;
    // Either these, at most storage::kBulkCommentsMax, none twice, or what the filter finds.
    std::vector<storage::CommentId> comments;
    CommentFilter filter;
    std::vector<storage::CommentStatus> statuses;  // with a filter; empty: kPending
  };
  struct ApplyRequest {
    std::string site;
    storage::BulkId bulk_id;
    storage::DecisionAction action = storage::DecisionAction::kSpam;  // not kUndo
    std::optional<bool> teach;  // nothing: yes for kApprove and kSpam
    std::string reason_code;
    std::string note;  // plain; masked here
    // Of the caller's own leases; at most storage::kLeaseCountMax.
    std::vector<std::string> lease_tokens;
  };

  Bulks(const SiteDirectory& sites, storage::BulkStore& bulks, storage::CommentSearch& search,
        storage::DecisionStore& decisions, storage::ReviewStore& review,
        storage::ThreadStore& threads, const Clock& clock, RandomSource& random,
        Observer* observer = nullptr);

  absl::StatusOr<BulkPreview> Preview(const Principal& principal, const PreviewRequest& request,
                                      storage::Deadline deadline) const;

  // Decides the next kBulkStepMax, or what the deadline allows. PERMISSION_DENIED for a preview by
  // another key; ABORTED (BULK_CHANGED) when it was begun with something else, or undone;
  // FAILED_PRECONDITION (BULK_EXPIRED).
  absl::StatusOr<BulkProgress> Apply(const Principal& principal, ApplyRequest request,
                                     storage::Deadline deadline) const;

  // Takes the next kBulkStepMax back, or what the deadline allows. FAILED_PRECONDITION
  // (BULK_NOT_APPLIED).
  absl::StatusOr<BulkProgress> Undo(const Principal& principal, const std::string& site,
                                    const storage::BulkId& bulk_id,
                                    storage::Deadline deadline) const;

  // Applied ones, newest first.
  absl::StatusOr<std::vector<storage::BulkRecord>> List(const Principal& principal,
                                                        const std::string& site,
                                                        std::optional<storage::BulkId> before,
                                                        std::int32_t limit,
                                                        storage::Deadline deadline) const;

 private:
  absl::StatusOr<storage::FoundComments> Selected(const SiteView& site,
                                                  const PreviewRequest& request,
                                                  storage::Deadline deadline) const;
  absl::Status Begin(const Principal& principal, const ApplyRequest& request,
                     storage::BulkRecord* bulk, storage::Deadline deadline) const;
  absl::Status DecidePart(const Principal& principal, const ApplyRequest& request,
                          const std::vector<storage::BulkTarget>& part, BulkProgress* progress,
                          storage::Deadline deadline) const;
  storage::AuditEvent AuditOf(const Principal& principal, const std::string& site,
                              const storage::BulkRecord& bulk, std::string_view act) const;

  const SiteDirectory& sites_;
  storage::BulkStore& bulks_;
  storage::CommentSearch& search_;
  storage::DecisionStore& decisions_;
  storage::ReviewStore& review_;
  const FilterReader filters_;
  const Clock& clock_;
  RandomSource& random_;
  Observer* const observer_;  // null: nobody
};

}  // namespace replyguard::service
