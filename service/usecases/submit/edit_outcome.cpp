// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/submit/edit_outcome.h"

#include <algorithm>
#include <utility>

#include "service/usecases/assessment_details.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::StatusSource;

bool RejectedByPerson(const storage::CommentRecord& comment) {
  return comment.status_source != StatusSource::kMachine &&
         (comment.status == CommentStatus::kSpam || comment.status == CommentStatus::kTrashed);
}

bool RuleDecided(const storage::CommentRecord& comment) {
  const AssessmentDetails details = DetailsOf(comment.assessment);
  return std::any_of(
      details.reasons.begin(), details.reasons.end(),
      [](const AssessmentReason& reason) { return reason.rule_id && reason.decisive; });
}

bool NeedsPerson(const storage::CommentRecord& comment) {
  switch (comment.status) {
    case CommentStatus::kApproved:
      return false;
    case CommentStatus::kPending:
      return comment.status_source != StatusSource::kMachine || RuleDecided(comment);
    case CommentStatus::kSpam:
    case CommentStatus::kTrashed:
    case CommentStatus::kDeleted:
      return true;
  }
  return true;
}

}  // namespace

storage::SubmissionOutcome EditOutcome(const storage::CommentRecord& before, Judgement judgement) {
  storage::SubmissionOutcome outcome;
  outcome.status = judgement.status;
  outcome.assessment = ToStore(std::move(judgement));
  if (RejectedByPerson(before)) {
    outcome.status = before.status;
    return outcome;
  }
  if (outcome.status == CommentStatus::kApproved && NeedsPerson(before)) {
    outcome.status = CommentStatus::kPending;
  }
  if (outcome.status == CommentStatus::kPending) {
    outcome.queue = storage::QueueEntry{storage::QueueCause::kEdited, std::nullopt};
  } else if (outcome.status == CommentStatus::kApproved && before.report_count > 0) {
    outcome.queue = storage::QueueEntry{storage::QueueCause::kReported, std::nullopt};
  }
  return outcome;
}

}  // namespace replyguard::service
