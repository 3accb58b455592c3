// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/submit/check_comment.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "service/usecases/errors.h"
#include "service/usecases/storage_state.h"
#include "service/validation/submission.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

// Time that the caller still has when the read is given up.
constexpr std::chrono::milliseconds kWayBack{50};

bool IsOfTheDatabase(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

CheckComment::CheckComment(const SiteDirectory& sites, const Judge& judge,
                           storage::HistoryReader& history, const Clock& clock,
                           const StorageState* storage)
    : sites_(sites), judge_(judge), history_(history), clock_(clock), storage_(storage) {}

absl::StatusOr<CheckComment::Result> CheckComment::Run(const Principal& principal,
                                                       Request request) const {
  auto site = sites_.Enter(principal, Permission::kComments, request.site);
  if (!site.ok()) return site.status();
  const storage::Timestamp now = clock_.Now();
  request.submission.site_id = (*site)->record.site_id;
  std::vector<validation::RepairNote> cuts;
  const validation::Violations violations = validation::Validate(
      request.submission, request.form.value_or((*site)->policy.required_fields), now,
      "submission.", &cuts);
  if (!violations.empty()) return InvalidFields(violations);

  const auto prepared = judge_.Prepare(*std::move(site), std::move(request.submission), now);
  std::optional<storage::HistoryContext> context;
  const bool away = request.may_degrade && storage_ != nullptr && storage_->away();
  bool failed = away;
  if (request.with_history && !away) {
    const auto until =
        std::min(request.deadline - kWayBack, std::chrono::steady_clock::now() + kHistoryTimeMax);
    auto read = history_.Consult(prepared->query, until);
    if (read.ok()) {
      context = *std::move(read);
    } else if (request.may_degrade && IsOfTheDatabase(read.status())) {
      failed = true;
    } else {
      return FromStorage(read.status());
    }
  }
  Judgement judgement = failed ? Judge::FinishDegraded(*prepared)
                               : Judge::Finish(*prepared, context ? &*context : nullptr);
  if (judgement.refusal) return RefusalError(*judgement.refusal);

  Result result;
  result.assessment = std::move(judgement.assessment);
  result.details = std::move(judgement.details);
  if (!cuts.empty()) {
    AddReason(result.details, kMendedCode, validation::RepairText(cuts), /*decisive=*/false);
  }
  result.status = judgement.status;
  result.body = prepared->comment->body();
  result.body_masked = prepared->comment->body_changed();
  return result;
}

}  // namespace replyguard::service
