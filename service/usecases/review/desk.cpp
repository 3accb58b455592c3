// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/review/desk.h"

#include <utility>

#include "service/policy/public_suffix.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/administer/sites.h"
#include "service/usecases/errors.h"
#include "service/validation/limits.h"
#include "storage/masking.h"
#include "usecases/audit.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kAuthorIdBytes = 16;

absl::Status NotFound() {
  return MakeError(absl::StatusCode::kNotFound, reasons::kCommentNotFound,
                   "there is no such comment");
}

absl::Status Failed(std::string_view reason, std::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message);
}

std::string CommentSubject(const std::string& site, const storage::CommentId& id) {
  return "sites/" + site + "/comments/" + id.ToHex();
}

// "https://www.example.org:8080/x" -> "www.example.org". Empty when there is none.
std::string HostOf(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
  return std::string(host);
}

// What a rule against the author of this comment looks for; empty when there is nothing.
Sites::RuleRequest RuleOf(const storage::CommentRecord& comment, BlockTarget target) {
  Sites::RuleRequest rule;
  switch (target) {
    case BlockTarget::kAuthor:
      rule.kind = storage::RuleKind::kAuthor;
      if (comment.author_hash.size() >= kAuthorIdBytes) {
        storage::Uuid id;
        std::copy_n(comment.author_hash.begin(), kAuthorIdBytes, id.bytes.begin());
        rule.pattern = id.ToHex();
      }
      break;
    case BlockTarget::kNetwork:
      rule.kind = storage::RuleKind::kCidr;
      rule.pattern = comment.ip_masked;
      break;
    case BlockTarget::kWebsite:
      rule.kind = storage::RuleKind::kDomain;
      rule.pattern = HostOf(comment.author_url);
      break;
  }
  return rule;
}

}  // namespace

Desk::Desk(const SiteDirectory& sites, storage::CommentStore& comments,
           storage::ReviewStore& review, storage::QueueStore& queue, storage::ThreadStore& threads,
           storage::DecisionStore& decisions, const Sites& rules, const Clock& clock,
           RandomSource& random)
    : sites_(sites),
      comments_(comments),
      review_(review),
      queue_(queue),
      threads_(threads),
      decisions_(decisions),
      rules_(rules),
      clock_(clock),
      random_(random) {}

absl::StatusOr<storage::CommentRecord> Desk::Read(storage::SiteId site,
                                                  const storage::CommentId& comment_id,
                                                  storage::Deadline deadline) const {
  auto comment = comments_.Get(site, comment_id, deadline);
  if (!comment.ok()) {
    return FromStorage(comment.status(), {.not_found = reasons::kCommentNotFound});
  }
  if (comment->status == storage::CommentStatus::kDeleted) return NotFound();
  return comment;
}

absl::Status Desk::BlindEach(storage::SiteId site, std::vector<storage::CommentRecord>& comments,
                             storage::Deadline deadline) const {
  if (comments.empty()) return absl::OkStatus();
  std::vector<storage::CommentId> ids;
  for (const storage::CommentRecord& comment : comments) ids.push_back(comment.comment_id);
  const auto blind = queue_.DrawnBlind(site, ids, deadline);
  if (!blind.ok()) return FromStorage(blind.status());
  for (storage::CommentRecord& comment : comments) {
    if (blind->contains(comment.comment_id)) comment = storage::Blind(std::move(comment));
  }
  return absl::OkStatus();
}

absl::StatusOr<CommentReview> Desk::Review(const Principal& principal, const std::string& site,
                                           const storage::CommentId& comment_id,
                                           storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  const storage::SiteId site_id = (*view)->record.site_id;
  auto comment = Read(site_id, comment_id, deadline);
  if (!comment.ok()) return comment.status();
  CommentReview review;
  review.comment = *comment;
  auto item = queue_.Get(site_id, comment_id, deadline);
  if (item.ok()) {
    review.item = ReviewItem{site, *std::move(item)};
  } else if (!absl::IsNotFound(item.status())) {
    return FromStorage(item.status());
  }
  const bool blind = review.item && review.item->item.cause == storage::QueueCause::kSampled;
  if (const auto thread = threads_.Get(site_id, comment->thread_key, deadline); thread.ok()) {
    review.thread_title = thread->title;
    review.thread_uri = thread->uri;
  } else if (!absl::IsNotFound(thread.status())) {
    return FromStorage(thread.status());
  }
  std::optional<storage::CommentId> above = comment->parent_id;
  while (above && review.ancestors.size() < kAncestorsMax) {
    auto parent = Read(site_id, *above, deadline);
    if (absl::IsNotFound(parent.status())) break;
    if (!parent.ok()) return parent.status();
    above = parent->parent_id;
    review.ancestors.push_back(*std::move(parent));
  }
  if (absl::Status status = BlindEach(site_id, review.ancestors, deadline); !status.ok()) {
    return status;
  }
  auto notes = review_.Notes(site_id, comment_id, deadline);
  if (!notes.ok()) return FromStorage(notes.status());
  review.notes = *std::move(notes);
  if (blind) {
    review.comment = storage::Blind(std::move(review.comment));
    return review;
  }
  storage::DecisionQuery query;
  query.site_id = site_id;
  query.comment_id = comment_id;
  query.limit = kReviewDecisionsMax;
  auto decisions = decisions_.List(query, deadline);
  if (!decisions.ok()) return FromStorage(decisions.status());
  review.decisions = *std::move(decisions);
  return review;
}

absl::StatusOr<storage::CommentNote> Desk::AddNote(const Principal& principal, NoteRequest request,
                                                   storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, request.site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckNote(request.text, validation::kDecisionNoteBytesMax, "text", violations);
  if (request.text.empty()) {
    violations.Add("text", validation::reason::kRequired, "A note has a text.");
  }
  if (!request.request_id.empty()) CheckId(request.request_id, "request_id", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  storage::CommentNote note;
  note.site_id = (*view)->record.site_id;
  note.comment_id = request.comment_id;
  note.note_id = NewId(clock_, random_);
  note.text = storage::MaskText(request.text).text();
  note.actor = ActorName(principal);
  note.actor_key_id = principal.key_id;
  note.request_id = std::move(request.request_id);
  note.written_at = clock_.Now();
  auto added = review_.AddNote(note, deadline);
  if (!added.ok()) {
    return FromStorage(added.status(), {.not_found = reasons::kCommentNotFound,
                                        .already_exists = reasons::kRequestIdReused,
                                        .limit_reached = reasons::kNoteLimit});
  }
  return added;
}

absl::StatusOr<std::vector<storage::CommentNote>> Desk::Notes(const Principal& principal,
                                                              const std::string& site,
                                                              const storage::CommentId& comment_id,
                                                              storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  const auto comment = Read((*view)->record.site_id, comment_id, deadline);
  if (!comment.ok()) return comment.status();
  auto notes = review_.Notes((*view)->record.site_id, comment_id, deadline);
  if (!notes.ok()) return FromStorage(notes.status());
  return notes;
}

absl::StatusOr<storage::Escalation> Desk::Escalate(const Principal& principal,
                                                   const std::string& site,
                                                   const storage::CommentId& comment_id,
                                                   std::string reason,
                                                   storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckNote(reason, kEscalationBytesMax, "reason", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const storage::Escalation escalation{storage::MaskText(reason).text(), ActorName(principal),
                                       clock_.Now()};
  auto standing = review_.Escalate(
      (*view)->record.site_id, comment_id, escalation,
      AuditBy(principal, clock_, (*view)->record.site_id, storage::AuditKind::kEscalation,
              "ESCALATED", CommentSubject(site, comment_id), escalation.reason),
      deadline);
  if (absl::IsNotFound(standing.status())) {
    return Failed(reasons::kNotWaiting, "the comment does not wait for a moderator");
  }
  if (!standing.ok()) return FromStorage(standing.status());
  return standing;
}

absl::Status Desk::Deescalate(const Principal& principal, const std::string& site,
                              const storage::CommentId& comment_id,
                              storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, site);
  if (!view.ok()) return view.status();
  const absl::Status status = review_.Deescalate(
      (*view)->record.site_id, comment_id,
      AuditBy(principal, clock_, (*view)->record.site_id, storage::AuditKind::kEscalation,
              "DEESCALATED", CommentSubject(site, comment_id), {}),
      deadline);
  if (absl::IsNotFound(status)) {
    return Failed(reasons::kNotWaiting, "the comment does not wait for a moderator");
  }
  return FromStorage(status);
}

absl::StatusOr<storage::RuleRecord> Desk::Block(const Principal& principal, BlockRequest request,
                                                storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kReview, request.site);
  if (!view.ok()) return view.status();
  if (request.action == storage::RuleAction::kApprove) {
    return InvalidField("action", validation::reason::kValueInvalid,
                        "Must be SPAM, HOLD or DISCARD.");
  }
  const auto comment = Read((*view)->record.site_id, request.comment_id, deadline);
  if (!comment.ok()) return comment.status();
  Sites::RuleRequest rule = RuleOf(*comment, request.target);
  if (rule.pattern.empty()) {
    return Failed(reasons::kNothingToBlock, "the comment does not tell this of its author");
  }
  // Nobody's own website, whatever the author typed: what a moderator blocks by one click should
  // hit one author.
  if (request.target == BlockTarget::kWebsite && policy::IsPublicSuffix(rule.pattern)) {
    return Failed(reasons::kBlocksOthers,
                  "anybody may have a website under this host: the rule would hit them all");
  }
  rule.site = request.site;
  rule.action = request.action;
  rule.reason = std::move(request.reason);
  rule.expires_at = request.expires_at;
  return rules_.Block(principal, std::move(rule), deadline);
}

}  // namespace replyguard::service
