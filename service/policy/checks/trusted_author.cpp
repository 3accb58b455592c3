// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "policy/checks/check.h"

namespace replyguard::service::policy {

std::vector<CheckResult> CheckTrustedAuthor(const Evidence& evidence, const SitePolicy& policy) {
  const bool wanted = policy.mode == Mode::kApproveTrusted;
  if (!evidence.author.found()) return {Abstain(evidence.author, missing::kAuthorHistory, wanted)};
  const std::int32_t approvals = TrustedApprovals(evidence, policy);
  if (approvals < policy.trusted_after_count) return {CheckResult()};
  CheckResult result = Says(
      Opinion::kHam, code::kTrustedAuthor,
      absl::StrCat("The author is trusted: ", approvals, approvals == 1 ? " comment" : " comments",
                   " approved by people in a row."));
  result.score = static_cast<double>(approvals);
  return {result};
}

}  // namespace replyguard::service::policy
