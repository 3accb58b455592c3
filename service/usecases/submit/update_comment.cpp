// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/submit/update_comment.h"

#include <memory>
#include <utility>

#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/validation/submission.h"
#include "storage/masked_comment.h"
#include "usecases/classify.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"
#include "usecases/submit/edit_outcome.h"

namespace replyguard::service {
namespace {

// How often an edit is judged anew when something else changed the comment, or reported it,
// meanwhile.
constexpr int kAttemptsMax = 4;

constexpr ErrorMeaning kMeaning{.not_found = reasons::kCommentNotFound,
                                .aborted = reasons::kStaleEtag};

storage::LabelSample Edited(storage::LabelSample text, const storage::MaskedEdit& edit) {
  if (edit.body()) text.body = *edit.body();
  if (edit.author_name()) text.author_name = *edit.author_name();
  if (edit.author_url()) text.author_url = *edit.author_url();
  return text;
}

absl::Status NotFound() {
  return MakeError(absl::StatusCode::kNotFound, reasons::kCommentNotFound,
                   "there is no such comment");
}

absl::Status Stale() {
  return MakeError(absl::StatusCode::kAborted, reasons::kStaleEtag,
                   "the comment has changed since it was read");
}

}  // namespace

UpdateComment::UpdateComment(const SiteDirectory& sites, const Judge& judge,
                             storage::CommentStore& comments, storage::HistoryReader& history,
                             const Clock& clock)
    : sites_(sites), judge_(judge), comments_(comments), history_(history), clock_(clock) {}

absl::StatusOr<storage::CommentRecord> UpdateComment::Run(const Principal& principal,
                                                          Request request) const {
  auto site = sites_.Enter(principal, Permission::kComments, request.site);
  if (!site.ok()) return site.status();

  storage::SubmissionEdit raw;
  raw.site_id = (*site)->record.site_id;
  raw.body = std::move(request.body);
  raw.author_name = std::move(request.author_name);
  raw.author_url = std::move(request.author_url);
  validation::Violations violations = validation::Validate(raw, (*site)->policy.required_fields);
  CheckEtag(request.etag, "etag", violations);
  if (!violations.empty()) return InvalidFields(violations);
  const auto changes = std::make_shared<const storage::MaskedEdit>(judge_.MaskEdit(std::move(raw)));

  const std::optional<std::int64_t> expected = ExpectedRevision(request.etag);
  for (int attempt = 1;; ++attempt) {
    auto before = comments_.Get((*site)->record.site_id, request.comment_id, request.deadline);
    if (!before.ok()) return FromStorage(before.status(), kMeaning);
    if (before->status == storage::CommentStatus::kDeleted) return NotFound();
    if (expected && *expected != before->revision) return Stale();

    const storage::LabelSample present = SampleOf(*before);
    const storage::LabelSample text = Edited(present, *changes);
    const bool changed = text != present;
    // An edit without change changes nothing: no etag, no event, no new judgement.
    const bool by_machine = before->status_source == storage::StatusSource::kMachine;
    if (!changed && !(request.judge_again && by_machine)) return before;
    const storage::Timestamp now = clock_.Now();
    const auto prepared = judge_.PrepareStored(*site, *before, text, changes->body_hashes(), now);
    auto context = history_.Consult(prepared->query, request.deadline);
    if (!context.ok()) return FromStorage(context.status());

    storage::CommentEdit edit;
    edit.site_id = (*site)->record.site_id;
    edit.comment_id = request.comment_id;
    edit.expected_revision = before->revision;
    edit.expected_report_count = before->report_count;
    edit.changes = changes;
    SettleEdit(*before, Judge::Finish(*prepared, &*context), edit, changed);
    if (!changed && edit.outcome.status == before->status) return before;
    edit.actor = ActorName(principal);
    edit.actor_key_id = principal.key_id;
    edit.now = now;
    auto after = comments_.Edit(edit, request.deadline);
    if (after.ok()) return after;
    // With an etag the next look tells whether it is still the present one.
    const bool again = absl::IsAborted(after.status()) && attempt < kAttemptsMax;
    if (!again) return FromStorage(after.status(), kMeaning);
  }
}

}  // namespace replyguard::service
