// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/checks/check.h"

namespace replyguard::service::policy {

const std::vector<Check>& AllChecks() {
  static const std::vector<Check> kChecks = {
      {"thread", Group::kAdmission, CheckThread},
      {"parent", Group::kAdmission, CheckParent},
      {"rules", Group::kRule, CheckRules},
      {"honeypot", Group::kSign, CheckHoneypot},
      {"fill_time", Group::kCaution, CheckFillTime},
      {"links", Group::kCaution, CheckLinks},
      {"flood", Group::kCaution, CheckFlood},
      {"duplicate", Group::kCaution, CheckDuplicate},
      {"first_time_author", Group::kCaution, CheckFirstTimeAuthor},
      {"trusted_author", Group::kTrust, CheckTrustedAuthor},
      {"classifier", Group::kClassifier, CheckClassifier},
  };
  return kChecks;
}

CheckResult Says(Opinion opinion, std::string_view code, std::string detail) {
  CheckResult result;
  result.opinion = opinion;
  result.code = code;
  result.detail = std::move(detail);
  return result;
}

bool IsVouchedFor(const Evidence& evidence, const SitePolicy& policy) {
  return policy.trust_typed_identity || evidence.author_verified;
}

std::int32_t TrustedApprovals(const Evidence& evidence, const SitePolicy& policy) {
  if (policy.trust_typed_identity) return evidence.author->approved_streak;
  return evidence.author_verified ? evidence.author->verified_approved_streak : 0;
}

}  // namespace replyguard::service::policy
