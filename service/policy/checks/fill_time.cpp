// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_format.h"
#include "policy/checks/check.h"

namespace replyguard::service::policy {

// An absent time is no evidence: not every form tells it.
std::vector<CheckResult> CheckFillTime(const Evidence& evidence, const SitePolicy& policy) {
  if (policy.fill_time_min.count() == 0 || !evidence.form_fill_time ||
      *evidence.form_fill_time >= policy.fill_time_min) {
    return {CheckResult()};
  }
  const double seconds = static_cast<double>(evidence.form_fill_time->count()) / 1000.0;
  CheckResult result =
      Says(Opinion::kHold, code::kFilledTooFast,
           absl::StrFormat("The form was filled in within %.1f seconds; people take at least %.1f.",
                           seconds, static_cast<double>(policy.fill_time_min.count()) / 1000.0));
  result.score = seconds;
  return {result};
}

}  // namespace replyguard::service::policy
