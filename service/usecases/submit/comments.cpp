// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/submit/comments.h"

#include <utility>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/validation/formats.h"
#include "service/validation/limits.h"
#include "service/validation/text.h"
#include "storage/limit.h"
#include "storage/masking.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// Of storage's count of reports: after so long one surely counts again.
constexpr std::chrono::hours kReportWindow{1};

constexpr ErrorMeaning kMeaning{.not_found = reasons::kCommentNotFound,
                                .aborted = reasons::kStaleEtag,
                                .failed_precondition = reasons::kCommentNotVisible};

absl::Status NotFound() {
  return MakeError(absl::StatusCode::kNotFound, reasons::kCommentNotFound,
                   "there is no such comment");
}

absl::Status CheckReport(Comments::ReportRequest& request) {
  validation::Violations violations;
  validation::TextRule rule;
  rule.required = true;
  rule.bytes_max = validation::kReporterBytesMax;
  validation::CheckText(request.reporter, rule, "reporter", "The reporter", violations);
  CheckReasonCode(request.reason_code, "reason_code", violations);
  CheckNote(request.note, validation::kReportNoteBytesMax, "note", violations);
  return InvalidFields(violations);
}

}  // namespace

Comments::Comments(const SiteDirectory& sites, storage::CommentStore& comments,
                   storage::ThreadStore& threads, storage::DecisionStore& decisions,
                   const storage::AuthorKeyring& keyring, const Clock& clock)
    : sites_(sites),
      comments_(comments),
      threads_(threads),
      decisions_(decisions),
      keyring_(keyring),
      clock_(clock) {}

absl::StatusOr<storage::CommentRecord> Comments::Get(const Principal& principal,
                                                     const std::string& site,
                                                     const storage::CommentId& id,
                                                     storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kComments, site);
  if (!view.ok()) return view.status();
  auto comment = comments_.Get((*view)->record.site_id, id, deadline);
  if (!comment.ok()) return FromStorage(comment.status(), kMeaning);
  if (comment->status == storage::CommentStatus::kDeleted) return NotFound();
  return comment;
}

absl::StatusOr<std::vector<storage::CommentRecord>> Comments::List(
    const Principal& principal, const ListRequest& request, storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kComments, request.site);
  if (!site.ok()) return site.status();
  validation::Violations violations;
  CheckRange(request.limit, 1, storage::kCommentPageMax, "page_size", violations, "comments");
  for (const storage::CommentStatus status : request.statuses) {
    if (status != storage::CommentStatus::kDeleted) continue;
    violations.Add("statuses", validation::reason::kValueInvalid,
                   "Deleted comments cannot be listed.");
  }
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  const auto thread = threads_.Get((*site)->record.site_id, request.thread_key, deadline);
  if (absl::IsNotFound(thread.status())) return std::vector<storage::CommentRecord>();
  if (!thread.ok()) return FromStorage(thread.status());
  storage::ThreadCommentsQuery query;
  query.site_id = (*site)->record.site_id;
  query.thread_id = thread->thread_id;
  query.statuses = request.statuses;
  query.after = request.after;
  query.limit = request.limit;
  auto page = comments_.ListByThread(query, deadline);
  if (!page.ok()) return FromStorage(page.status());
  return page;
}

absl::StatusOr<storage::CommentRecord> Comments::Trash(const Principal& principal,
                                                       const TrashRequest& request,
                                                       storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kComments, request.site);
  if (!site.ok()) return site.status();
  validation::Violations violations;
  CheckEtag(request.etag, "etag", violations);
  CheckReasonCode(request.reason_code, "reason_code", violations);
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;

  storage::DecisionRequest decision;
  decision.comment_id = request.comment_id;
  decision.action = storage::DecisionAction::kTrash;
  decision.expected_revision = ExpectedRevision(request.etag);
  decision.respect_lease = false;
  decision.teaches = false;
  decision.reason_code = request.reason_code;
  const storage::Actor actor{ActorName(principal), principal.key_id,
                             storage::StatusSource::kBackend};
  auto results = decisions_.Decide((*site)->record.site_id, actor, {std::move(decision)},
                                   clock_.Now(), deadline);
  if (!results.ok()) return FromStorage(results.status(), kMeaning);
  storage::DecisionResult& result = results->front();
  if (!result.status.ok()) return FromStorage(result.status, kMeaning);
  return *std::move(result.comment);
}

absl::Status Comments::Delete(const Principal& principal, const std::string& site,
                              const storage::CommentId& id, bool allow_missing,
                              storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kComments, site);
  if (!view.ok()) return view.status();
  storage::EraseRequest erase;
  erase.site_id = (*view)->record.site_id;
  erase.comment_id = id;
  erase.actor = ActorName(principal);
  erase.actor_key_id = principal.key_id;
  erase.now = clock_.Now();
  const absl::Status status = comments_.Erase(erase, deadline);
  if (absl::IsNotFound(status) && allow_missing) return absl::OkStatus();
  return FromStorage(status, kMeaning);
}

absl::StatusOr<bool> Comments::Report(const Principal& principal, const ReportRequest& request,
                                      storage::Deadline deadline) const {
  const auto site = sites_.Enter(principal, Permission::kComments, request.site);
  if (!site.ok()) return site.status();
  ReportRequest checked = request;
  if (absl::Status status = CheckReport(checked); !status.ok()) return status;

  storage::CommentReport report;
  report.site_id = (*site)->record.site_id;
  report.comment_id = checked.comment_id;
  const storage::KeyedHash hash =
      keyring_.Hash(storage::HashPurpose::kReporter, report.site_id, checked.reporter);
  report.reporter_hash.assign(hash.mac.begin(), hash.mac.end());
  report.reason_code = checked.reason_code;
  report.note = storage::MaskText(checked.note).text();
  report.hourly_limit = kReportsPerHourMax;
  report.now = clock_.Now();
  storage::WipeString(checked.reporter);
  auto result = comments_.Report(report, deadline);
  if (result.ok()) return result->counted;
  if (!storage::IsLimitReached(result.status())) return FromStorage(result.status(), kMeaning);
  ErrorDetail detail;
  detail.reason = reasons::kReporterLimit;
  detail.retry_delay = kReportWindow;
  return MakeError(absl::StatusCode::kResourceExhausted,
                   "this reader has sent too many reports; try again later", detail);
}

}  // namespace replyguard::service
