// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "policy/checks/check.h"

namespace replyguard::service::policy {

namespace {

Opinion OpinionOf(storage::RuleAction action) {
  switch (action) {
    case storage::RuleAction::kSpam:
      return Opinion::kSpam;
    case storage::RuleAction::kHold:
      return Opinion::kHold;
    case storage::RuleAction::kApprove:
      return Opinion::kHam;
    case storage::RuleAction::kDiscard:
      return Opinion::kBlatant;
  }
  return Opinion::kAbstain;
}

}  // namespace

std::vector<CheckResult> CheckRules(const Evidence& evidence, const SitePolicy&) {
  std::vector<CheckResult> results;
  for (const RuleMatch& match : evidence.rule_matches) {
    const Rule& rule = *match.rule;
    CheckResult result = Says(OpinionOf(rule.action), code::kRule,
                              absl::StrCat("A rule matched", match.disguised ? " in disguise" : "",
                                           ": ", rule.reason, rule.log_only ? " (log only)" : ""));
    result.spans = match.spans;
    result.rule_id = rule.id;
    result.log_only = rule.log_only;
    results.push_back(std::move(result));
  }
  if (evidence.network_rules_unknown) {
    CheckResult unknown;
    unknown.missing = missing::kNetworkRules;
    unknown.failed = true;
    results.push_back(std::move(unknown));
  }
  return results;
}

}  // namespace replyguard::service::policy
