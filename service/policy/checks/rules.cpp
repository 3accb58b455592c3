// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
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

// Why a rule that approves may not: anybody can type an address, or name a good host beside his
// own. Empty when it may.
std::string_view KeptFromApproving(const RuleMatch& match, const Evidence& evidence,
                                   const SitePolicy& policy) {
  const bool can_be_typed = match.rule->kind == storage::RuleKind::kDomain ||
                            match.rule->kind == storage::RuleKind::kAuthor;
  if (match.rule->action != storage::RuleAction::kApprove || !can_be_typed || match.by_all_links)
    return {};
  if (!match.by_identity) return "not all links lead there";
  return IsVouchedFor(evidence, policy) ? "" : "nobody vouches for who the author is";
}

}  // namespace

std::vector<CheckResult> CheckRules(const Evidence& evidence, const SitePolicy& policy) {
  std::vector<CheckResult> results;
  for (const RuleMatch& match : evidence.rule_matches) {
    const Rule& rule = *match.rule;
    const std::string_view kept = KeptFromApproving(match, evidence, policy);
    const std::string what =
        kept.empty() ? absl::StrCat("A rule matched", match.disguised ? " in disguise" : "")
                     : absl::StrCat("A rule that approves says nothing, as ",
                                    absl::string_view(kept.data(), kept.size()));
    CheckResult result =
        Says(kept.empty() ? OpinionOf(rule.action) : Opinion::kAbstain, code::kRule,
             absl::StrCat(what, ": ", rule.reason, rule.log_only ? " (log only)" : ""));
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
