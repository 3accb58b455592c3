// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "policy/checks/check.h"

namespace replyguard::service::policy {

std::vector<CheckResult> CheckDuplicate(const Evidence& evidence, const SitePolicy& policy) {
  if (policy.duplicate_window.count() == 0) return {CheckResult()};
  if (!evidence.same_text.found()) return {Abstain(evidence.same_text, missing::kSameText, true)};
  if (evidence.same_text->recent_count == 0) return {CheckResult()};
  CheckResult result =
      Says(Opinion::kHold, code::kDuplicate,
           absl::StrCat("The same text was sent ", evidence.same_text->recent_count,
                        evidence.same_text->recent_count == 1 ? " time" : " times", " before."));
  result.score = static_cast<double>(evidence.same_text->recent_count);
  return {result};
}

}  // namespace replyguard::service::policy
