// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/checks/check.h"

namespace replyguard::service::policy {

// Where the policy holds first-time authors, a comment goes on only when its author is known: not
// being able to tell is no pass.
std::vector<CheckResult> CheckFirstTimeAuthor(const Evidence& evidence, const SitePolicy& policy) {
  if (!policy.hold_first_time_authors) return {CheckResult()};
  const bool found = evidence.author.found();
  if (found && TrustedApprovals(evidence, policy) > 0) return {CheckResult()};
  const bool unverified = found && !IsVouchedFor(evidence, policy);
  CheckResult result =
      Says(Opinion::kHold, code::kFirstTimeAuthor,
           unverified ? "Nobody vouches for who the author is, so the author counts as new."
           : found || evidence.author.not_applicable()
               ? "No person has approved a comment of this author yet."
               : "Whether a person has approved a comment of this author was not looked up.");
  const CheckResult abstention = Abstain(evidence.author, missing::kAuthorHistory, true);
  result.missing = abstention.missing;
  result.failed = abstention.failed;
  return {result};
}

}  // namespace replyguard::service::policy
