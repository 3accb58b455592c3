// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "service/policy/decision.h"
#include "service/policy/evidence.h"
#include "service/policy/site_policy.h"

// The checks, each in a file of its own. A check looks at the evidence and says what it thinks; it
// never decides. All are pure functions; the list says in which order they run and what weight
// decide.cpp gives to what they say.
namespace replyguard::service::policy {

enum class Group {
  kAdmission,   // may refuse the comment
  kRule,        // the operators' own rules
  kSign,        // plain signs of a machine
  kCaution,     // may hold
  kTrust,       // may vouch for the author
  kClassifier,  // the model's word
};

struct Check {
  std::string_view name;
  Group group;
  // Answers one result, or one a rule that matched; names are filled in by the caller.
  std::vector<CheckResult> (*run)(const Evidence& evidence, const SitePolicy& policy);
};

// In order.
const std::vector<Check>& AllChecks();

std::vector<CheckResult> CheckThread(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckParent(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckRules(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckHoneypot(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckFillTime(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckLinks(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckFlood(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckDuplicate(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckFirstTimeAuthor(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckTrustedAuthor(const Evidence& evidence, const SitePolicy& policy);
std::vector<CheckResult> CheckClassifier(const Evidence& evidence, const SitePolicy& policy);

// For writing checks.

CheckResult Says(Opinion opinion, std::string_view code, std::string detail);

// An abstention for want of `what`, when a look-up holds nothing: with `wanted` the policy needs
// it, so that a failure degrades the decision. Plain abstention when there is nothing to look up.
template <typename T>
CheckResult Abstain(const Lookup<T>& lookup, std::string_view what, bool wanted) {
  CheckResult result;
  if (lookup.found() || lookup.not_applicable()) return result;
  result.missing = what;
  result.failed = wanted && lookup.failed();
  return result;
}

// Whether the author is who the comment says, as far as the policy wants that told: vouched for by
// the website, or typed where the policy trusts that.
bool IsVouchedFor(const Evidence& evidence, const SitePolicy& policy);

// How many comments of this author were approved in a row, as far as the policy trusts the
// identity (IsVouchedFor). 0 for an author who cannot be told from a stranger. REQUIRES:
// evidence.author.found().
std::int32_t TrustedApprovals(const Evidence& evidence, const SitePolicy& policy);

namespace missing {
inline constexpr std::string_view kThread = "thread";
inline constexpr std::string_view kParent = "parent";
inline constexpr std::string_view kAuthorHistory = "author_history";
inline constexpr std::string_view kNetworkHistory = "network_history";
inline constexpr std::string_view kNetworkRules = "network_rules";
inline constexpr std::string_view kSameText = "same_text";
inline constexpr std::string_view kClassifier = "classifier";
}  // namespace missing

}  // namespace replyguard::service::policy
