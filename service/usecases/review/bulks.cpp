// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/bulks.h"

#include <algorithm>
#include <set>
#include <utility>

#include "service/usecases/errors.h"
#include "service/validation/limits.h"
#include "storage/lease_owner.h"
#include "storage/masking.h"
#include "storage/queue_store.h"
#include "usecases/audit.h"
#include "usecases/fields.h"
#include "usecases/review/reason_codes.h"
#include "usecases/review/refusals.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// Decisions that one transaction takes, and takes back: the latter hold the label log's head, for
// which every other decision waits, for as long.
constexpr std::size_t kPartMax = 100;
constexpr std::int32_t kUndoPartMax = 25;
// A part is not begun with less time left.
constexpr std::chrono::milliseconds kPartTime{500};

constexpr ErrorMeaning kMeaning{.not_found = reasons::kBulkNotFound,
                                .aborted = reasons::kBulkChanged,
                                .failed_precondition = reasons::kBulkNotApplied};

bool TimeIsUp(storage::Deadline deadline) {
  return std::chrono::steady_clock::now() + kPartTime >= deadline;
}

}  // namespace

Bulks::Bulks(const SiteDirectory& sites, storage::BulkStore& bulks, storage::CommentSearch& search,
             storage::DecisionStore& decisions, storage::ReviewStore& review,
             storage::ThreadStore& threads, const Clock& clock, RandomSource& random,
             Observer* observer)
    : sites_(sites),
      bulks_(bulks),
      search_(search),
      decisions_(decisions),
      review_(review),
      filters_(search, threads),
      clock_(clock),
      random_(random),
      observer_(observer) {}

absl::StatusOr<storage::FoundComments> Bulks::Selected(const SiteView& site,
                                                       const PreviewRequest& request,
                                                       storage::Deadline deadline) const {
  const storage::SiteId site_id = site.record.site_id;
  if (!request.comments.empty()) {
    auto found = search_.Look(site_id, request.comments, deadline);
    if (!found.ok()) return FromStorage(found.status());
    return found;
  }
  auto condition = filters_.For(site, request.filter, deadline);
  if (!condition.ok()) return condition.status();
  if (!*condition) return storage::FoundComments();
  storage::SearchQuery query;
  query.site_id = site_id;
  query.statuses = request.statuses;
  if (query.statuses.empty()) query.statuses = {storage::CommentStatus::kPending};
  query.condition = **std::move(condition);
  query.limit = storage::kBulkCommentsMax;
  auto found = search_.Find(query, deadline);
  if (!found.ok()) return FromStorage(found.status());
  return found;
}

absl::StatusOr<BulkPreview> Bulks::Preview(const Principal& principal,
                                           const PreviewRequest& request,
                                           storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kReview, request.site);
  if (!site.ok()) return site.status();
  validation::Violations violations;
  if (request.comments.empty()) {
    filters_.Check(request.filter, {*site}, violations);
    if (!request.filter.IsNarrow()) {
      violations.Add("selection", validation::reason::kRequired,
                     "Name comments, or a filter that narrows them down.");
    }
  } else {
    CheckRange(static_cast<std::int64_t>(request.comments.size()), 1, storage::kBulkCommentsMax,
               "selection.comments", violations, "comments");
    if (std::set(request.comments.begin(), request.comments.end()).size() !=
        request.comments.size()) {
      violations.Add("selection.comments", validation::reason::kDuplicate,
                     "A comment is named once.");
    }
  }
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  const auto found = Selected(**site, request, deadline);
  if (!found.ok()) return found.status();
  BulkPreview preview;
  preview.more = found->more;
  preview.group = GroupOf(found->comments);
  const storage::Timestamp now = clock_.Now();
  preview.expires_at = now + kBulkPreviewKept;
  storage::BulkRecord& bulk = preview.bulk;
  bulk.site_id = (*site)->record.site_id;
  bulk.bulk_id = NewId(clock_, random_);
  bulk.actor = ActorName(principal);
  bulk.actor_key_id = principal.key_id;
  bulk.created_at = now;
  std::vector<storage::CommentId> sample;
  for (const storage::FoundComment& comment : found->comments) {
    if (!comment.lease_token.empty() &&
        !storage::IsOwnLease(comment.lease_token, principal.key_id)) {
      ++preview.leased_count;
    }
    if (sample.size() < kBulkSampleMax) sample.push_back(comment.comment_id);
    bulk.targets.push_back({comment.comment_id, comment.revision});
  }
  bulk.total_count = static_cast<std::int32_t>(bulk.targets.size());
  auto comments = search_.Read(bulk.site_id, sample, deadline);
  if (!comments.ok()) return FromStorage(comments.status());
  preview.sample = *std::move(comments);
  const absl::Status stored = bulks_.Create(bulk, now - kBulkPreviewKept, deadline);
  if (!stored.ok()) return FromStorage(stored);
  return preview;
}

storage::AuditEvent Bulks::AuditOf(const Principal& principal, const std::string& site,
                                   const storage::BulkRecord& bulk, std::string_view act) const {
  return AuditBy(principal, clock_, bulk.site_id, storage::AuditKind::kBulk, act,
                 "sites/" + site + "/bulks/" + bulk.bulk_id.ToHex(),
                 std::to_string(bulk.total_count) + " comments");
}

absl::Status Bulks::Begin(const Principal& principal, const ApplyRequest& request,
                          storage::BulkRecord* bulk, storage::Deadline deadline) const {
  if (bulk->actor_key_id != principal.key_id) {
    return MakeError(absl::StatusCode::kPermissionDenied, reasons::kPermissionDenied,
                     "another key made this preview");
  }
  if (!bulk->action && clock_.Now() > bulk->created_at + kBulkPreviewKept) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kBulkExpired,
                     "the preview is too old; make a new one");
  }
  bulk->action = request.action;
  bulk->teaches = Teaches(request.action, request.teach);
  bulk->reason_code = request.reason_code;
  bulk->actor = ActorName(principal);
  return FromStorage(bulks_.Begin(*bulk, clock_.Now(),
                                  AuditOf(principal, request.site, *bulk, "APPLIED"), deadline),
                     kMeaning);
}

absl::Status Bulks::DecidePart(const Principal& principal, const ApplyRequest& request,
                               const std::vector<storage::BulkTarget>& part, BulkProgress* progress,
                               storage::Deadline deadline) const {
  storage::BulkRecord& bulk = progress->bulk;
  std::vector<storage::CommentId> ids;
  ids.reserve(part.size());
  for (const storage::BulkTarget& target : part) ids.push_back(target.comment_id);
  // By an earlier call that did not come to say so.
  const auto before = bulks_.Decided(bulk.site_id, bulk.bulk_id, ids, deadline);
  if (!before.ok()) return FromStorage(before.status());
  const std::set<storage::CommentId> done(before->begin(), before->end());

  std::vector<storage::DecisionRequest> requests;
  for (const storage::BulkTarget& target : part) {
    if (done.contains(target.comment_id)) continue;
    storage::DecisionRequest one;
    one.comment_id = target.comment_id;
    one.action = request.action;
    one.expected_revision = target.revision;
    one.teaches = bulk.teaches;
    one.reason_code = request.reason_code;
    one.note = storage::MaskText(request.note).text();
    requests.push_back(std::move(one));
  }
  if (requests.empty()) return absl::OkStatus();
  storage::Actor actor = ActorOf(principal);
  actor.bulk_id = bulk.bulk_id;
  actor.lease_tokens = request.lease_tokens;
  auto results = decisions_.Decide(bulk.site_id, actor, requests, clock_.Now(), deadline);
  if (!results.ok()) return FromStorage(results.status(), kMeaning);
  for (std::size_t i = 0; i < results->size(); ++i) {
    storage::DecisionResult& result = (*results)[i];
    if (result.status.ok()) {
      if (result.cap != storage::LabelCap::kNone) ++progress->label_capped_count;
      if (result.comment) TellDecision(observer_, *result.decision, *result.comment);
      continue;
    }
    // Another call of the same was faster.
    if (result.other_decision && result.other_decision->bulk_id == bulk.bulk_id) continue;
    progress->skips.push_back({requests[i].comment_id, RefusalOf(result, reasons::kCommentNotFound),
                               std::move(result.other_decision)});
  }
  return absl::OkStatus();
}

absl::StatusOr<BulkProgress> Bulks::Apply(const Principal& principal, ApplyRequest request,
                                          storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kReview, request.site);
  if (!site.ok()) return site.status();
  const storage::SiteId site_id = (*site)->record.site_id;
  const auto own_codes = review_.ReasonCodes(site_id, deadline);
  if (!own_codes.ok()) return FromStorage(own_codes.status());
  validation::Violations violations;
  if (request.action == storage::DecisionAction::kUndo) {
    violations.Add("action", validation::reason::kValueInvalid, "Use UndoBulk to undo.");
  }
  CheckListedReason(*own_codes, request.reason_code, request.action, "reason_code", violations);
  CheckNote(request.note, validation::kDecisionNoteBytesMax, "note", violations);
  CheckRange(static_cast<std::int64_t>(request.lease_tokens.size()), 0, storage::kLeaseCountMax,
             "lease_tokens", violations, "tokens");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  auto bulk = bulks_.Get(site_id, request.bulk_id, deadline);
  if (!bulk.ok()) return FromStorage(bulk.status(), kMeaning);
  BulkProgress progress{*std::move(bulk), {}, 0};
  if (absl::Status status = Begin(principal, request, &progress.bulk, deadline); !status.ok()) {
    return status;
  }
  const auto& targets = progress.bulk.targets;
  const auto begin = static_cast<std::size_t>(progress.bulk.tried_count);
  const std::size_t end = std::min(targets.size(), begin + kBulkStepMax);
  for (std::size_t at = begin; at < end && (at == begin || !TimeIsUp(deadline));) {
    const std::size_t until = std::min(end, at + kPartMax);
    const std::vector<storage::BulkTarget> part(
        targets.begin() + static_cast<std::ptrdiff_t>(at),
        targets.begin() + static_cast<std::ptrdiff_t>(until));
    const std::size_t skipped = progress.skips.size();
    absl::Status status = DecidePart(principal, request, part, &progress, deadline);
    if (status.ok()) {
      status = FromStorage(bulks_.MoveOn(
          site_id, request.bulk_id, static_cast<std::int32_t>(at), static_cast<std::int32_t>(until),
          static_cast<std::int32_t>(progress.skips.size() - skipped), deadline));
    }
    // What went before is told of; the rest remains.
    if (!status.ok() && at == begin) return status;
    if (!status.ok()) break;
    at = until;
  }
  bulk = bulks_.Get(site_id, request.bulk_id, deadline);
  if (!bulk.ok()) return FromStorage(bulk.status(), kMeaning);
  progress.bulk = *std::move(bulk);
  return progress;
}

absl::StatusOr<BulkProgress> Bulks::Undo(const Principal& principal, const std::string& site,
                                         const storage::BulkId& bulk_id,
                                         storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  const storage::SiteId site_id = (*view)->record.site_id;
  auto bulk = bulks_.Get(site_id, bulk_id, deadline);
  if (!bulk.ok()) return FromStorage(bulk.status(), kMeaning);
  BulkProgress progress{*std::move(bulk), {}, 0};
  const storage::AuditEvent audit = AuditOf(principal, site, progress.bulk, "UNDONE");
  for (std::int32_t tried = 0; tried < kBulkStepMax && (tried == 0 || !TimeIsUp(deadline));) {
    auto part = bulks_.UndoSome(site_id, bulk_id, ActorOf(principal), kUndoPartMax, clock_.Now(),
                                audit, deadline);
    if (!part.ok() && tried == 0) return FromStorage(part.status(), kMeaning);
    if (!part.ok() || part->empty()) break;
    for (storage::BulkUndo& one : *part) {
      if (one.result.status.ok()) {
        TellDecision(observer_, *one.result.decision, *one.result.comment);
      } else {
        progress.skips.push_back({one.comment_id, RefusalOf(one.result, reasons::kDecisionNotFound),
                                  std::move(one.result.other_decision)});
      }
    }
    tried += static_cast<std::int32_t>(part->size());
  }
  bulk = bulks_.Get(site_id, bulk_id, deadline);
  if (!bulk.ok()) return FromStorage(bulk.status(), kMeaning);
  progress.bulk = *std::move(bulk);
  return progress;
}

absl::StatusOr<std::vector<storage::BulkRecord>> Bulks::List(const Principal& principal,
                                                             const std::string& site,
                                                             std::optional<storage::BulkId> before,
                                                             std::int32_t limit,
                                                             storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(limit, 1, storage::kBulkPageMax, "page_size", violations, "bulk decisions");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  auto bulks = bulks_.List((*view)->record.site_id, before, limit, deadline);
  if (!bulks.ok()) return FromStorage(bulks.status());
  return bulks;
}

}  // namespace replyguard::service
