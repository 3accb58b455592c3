// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/submit/edit_outcome.h"

#include <algorithm>
#include <utility>

#include "service/policy/decision.h"
#include "service/usecases/assessment_details.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::StatusSource;
using storage::Verdict;

// From mild to severe.
int SeverityOf(CommentStatus status) {
  switch (status) {
    case CommentStatus::kApproved:
      return 0;
    case CommentStatus::kPending:
      return 1;
    case CommentStatus::kSpam:
      return 2;
    case CommentStatus::kTrashed:
      return 3;
    case CommentStatus::kDeleted:
      return 4;
  }
  return 4;
}

CommentStatus Severer(CommentStatus a, CommentStatus b) {
  return SeverityOf(a) < SeverityOf(b) ? b : a;
}

bool RuleDecided(const storage::CommentRecord& comment) {
  const AssessmentDetails details = DetailsOf(comment.assessment);
  return std::any_of(
      details.reasons.begin(), details.reasons.end(),
      [](const AssessmentReason& reason) { return reason.rule_id && reason.decisive; });
}

// The mildest status an edit may lead to.
CommentStatus FloorOf(const storage::CommentRecord& before) {
  if (before.status_source != StatusSource::kMachine) return before.status;
  CommentStatus said_now = CommentStatus::kApproved;
  if (RuleDecided(before)) {
    said_now = before.status;
  } else if (before.status == CommentStatus::kSpam) {
    said_now = CommentStatus::kPending;
  }
  return Severer(before.edit_floor, said_now);
}

// Says in the assessment why the status is not what the text alone would have.
void LiftTo(CommentStatus floor, Judgement& judgement) {
  judgement.status = floor;
  // Never milder than what the text deserves: beside TRASHED stands what the machine calls spam.
  Verdict& verdict = judgement.assessment.verdict;
  if (floor == CommentStatus::kSpam) verdict = Verdict::kSpam;
  if (verdict == Verdict::kApprove) verdict = Verdict::kHold;
  std::vector<AssessmentReason>& reasons = judgement.details.reasons;
  for (AssessmentReason& reason : reasons) reason.decisive = false;
  AssessmentReason earlier;
  earlier.code = policy::code::kEarlierRefusal;
  earlier.text = "This comment was refused before; an edit does not undo that, a moderator can.";
  earlier.decisive = true;
  reasons.insert(reasons.begin(), std::move(earlier));
  if (reasons.size() > kReasonsMax) {
    // Never one of the classifier's: their scores add up.
    const auto last_policy = std::find_if(
        reasons.rbegin(), reasons.rend(),
        [](const AssessmentReason& reason) { return reason.kind == ReasonKind::kPolicy; });
    reasons.erase(std::next(last_policy).base());
  }
}

}  // namespace

void SettleEdit(const storage::CommentRecord& before, Judgement judgement,
                storage::CommentEdit& edit, bool changed) {
  edit.edit_floor = changed ? FloorOf(before) : before.edit_floor;
  if (SeverityOf(judgement.status) < SeverityOf(edit.edit_floor)) {
    LiftTo(edit.edit_floor, judgement);
  }
  storage::SubmissionOutcome& outcome = edit.outcome;
  outcome.status = judgement.status;
  edit.keeps_status = before.status_source != StatusSource::kMachine &&
                      outcome.status == before.status && outcome.status != CommentStatus::kApproved;
  const std::int32_t novelty = judgement.novelty_permille;
  outcome.assessment = ToStore(std::move(judgement));
  if (outcome.status == CommentStatus::kPending) {
    outcome.queue = storage::QueueEntry{storage::QueueCause::kEdited, std::nullopt, novelty};
  } else if (outcome.status == CommentStatus::kApproved && before.report_count > 0) {
    outcome.queue = storage::QueueEntry{storage::QueueCause::kReported, std::nullopt, novelty};
  }
}

}  // namespace replyguard::service
