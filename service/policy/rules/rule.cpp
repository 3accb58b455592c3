// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "policy/rules/hosts.h"
#include "policy/rules/networks.h"
#include "policy/rules/words.h"
#include "service/policy/rule_set.h"
#include "service/validation/formats.h"
#include "service/validation/text.h"
#include "storage/masking.h"

namespace replyguard::service::policy {
namespace {

namespace reason = validation::reason;
using storage::RuleAction;
using storage::RuleKind;

bool IsKnown(RuleKind kind) {
  switch (kind) {
    case RuleKind::kWord:
    case RuleKind::kDomain:
    case RuleKind::kCidr:
    case RuleKind::kAuthor:
      return true;
  }
  return false;
}

bool IsKnown(RuleAction action) {
  switch (action) {
    case RuleAction::kSpam:
    case RuleAction::kHold:
    case RuleAction::kApprove:
    case RuleAction::kDiscard:
      return true;
  }
  return false;
}

// "https://*.Example.ORG/path" -> "example.org/path"; nothing when there is no host in it.
std::optional<std::string> CanonicalDomain(std::string_view pattern) {
  for (const std::string_view prefix : {"https://", "http://", "*.", "."}) {
    if (pattern.starts_with(prefix)) pattern.remove_prefix(prefix.size());
  }
  const std::size_t slash = std::min(pattern.find('/'), pattern.size());
  std::string host = CanonicalHost(pattern.substr(0, slash));
  if (validation::CheckUrl("http://" + host) != validation::UrlProblem::kNone) return std::nullopt;
  const std::string_view path = pattern.substr(slash);
  return path == "/" ? host : host.append(path);
}

// Why a pattern is none of its kind; normalises it. Empty when it is fine.
std::string_view PatternProblem(RuleKind kind, std::string& pattern) {
  switch (kind) {
    case RuleKind::kWord:
      return PlainWords(pattern).empty() ? "The pattern holds no word." : "";
    case RuleKind::kDomain: {
      std::optional<std::string> domain = CanonicalDomain(pattern);
      if (!domain)
        return "The pattern is not a domain such as example.org, with or without a path.";
      pattern = *std::move(domain);
      return "";
    }
    case RuleKind::kCidr: {
      const std::optional<Network> network = ParseNetwork(pattern);
      if (!network) {
        return "The pattern is not a network such as 203.0.113.0/24 or 2001:db8::/32, no wider "
               "than /8 or /16.";
      }
      pattern = network->Text();
      return "";
    }
    case RuleKind::kAuthor:
      return validation::IsHexId(pattern)
                 ? ""
                 : "The pattern is not an author id of 32 hexadecimal digits.";
  }
  return "";
}

}  // namespace

validation::Violations CheckRule(Rule& rule, std::string_view path) {
  validation::Violations violations;
  const std::string prefix(path);
  if (!IsKnown(rule.kind))
    violations.Add(prefix + "kind", reason::kValueInvalid, "The kind is unknown.");
  if (!IsKnown(rule.action))
    violations.Add(prefix + "action", reason::kValueInvalid, "The action is unknown.");
  const bool has_pattern =
      validation::CheckText(rule.pattern, {.required = true, .bytes_max = kRulePatternBytesMax},
                            prefix + "pattern", "The pattern", violations);
  if (has_pattern) {
    // No plain address is stored, not even in a rule.
    const std::string_view problem =
        storage::MaskText(rule.pattern).changed()
            ? "The pattern holds an email address: use a rule of kind AUTHOR."
            : PatternProblem(rule.kind, rule.pattern);
    if (!problem.empty()) violations.Add(prefix + "pattern", reason::kValueInvalid, problem);
  }
  if (validation::CheckText(rule.reason, {.required = true, .bytes_max = kRuleReasonBytesMax},
                            prefix + "reason", "The reason", violations)) {
    rule.reason = storage::MaskText(rule.reason).text();
  }
  return violations;
}

}  // namespace replyguard::service::policy
