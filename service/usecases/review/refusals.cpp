// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/review/refusals.h"

#include "service/usecases/errors.h"
#include "service/usecases/observer.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {

storage::Actor ActorOf(const Principal& principal) {
  return {ActorName(principal), principal.key_id, storage::StatusSource::kModerator};
}

bool Teaches(storage::DecisionAction action, std::optional<bool> asked) {
  const bool can_teach =
      action == storage::DecisionAction::kApprove || action == storage::DecisionAction::kSpam;
  return can_teach && asked.value_or(true);
}

absl::Status RefusalOf(const storage::DecisionResult& result, std::string_view not_found) {
  if (!absl::IsAborted(result.status)) return FromStorage(result.status, {.not_found = not_found});
  ErrorDetail detail;
  if (result.other_decision) {
    detail.metadata["decision"] = result.other_decision->decision_id.ToHex();
  }
  std::string_view message;
  switch (result.refusal) {
    case storage::DecisionRefusal::kNone:
      return FromStorage(result.status);
    case storage::DecisionRefusal::kStaleRevision:
      detail.reason = reasons::kStaleEtag;
      message = "the comment has changed since it was read";
      break;
    case storage::DecisionRefusal::kLeased:
      detail.reason = reasons::kLeased;
      message = "another lease holds the comment, or the one given was lost";
      break;
    case storage::DecisionRefusal::kSuperseded:
      detail.reason = reasons::kDecidedAgain;
      message = "the comment has been decided or changed again since";
      break;
    case storage::DecisionRefusal::kUndone:
      detail.reason = reasons::kAlreadyUndone;
      message = "the decision has been undone already";
      break;
  }
  return MakeError(absl::StatusCode::kAborted, message, detail);
}

void TellDecision(Observer* observer, const storage::Decision& decision,
                  const storage::CommentRecord& comment) {
  if (observer == nullptr) return;
  const storage::Assessment& first = comment.first_assessment.value_or(comment.assessment);
  observer->OnDecision(decision.action, first.verdict);
}

}  // namespace replyguard::service
