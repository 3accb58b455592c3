// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "service/policy/rule_set.h"

namespace replyguard::service::policy {
namespace {

using storage::RuleAction;
using storage::RuleKind;
namespace reason = validation::reason;

Rule Make(RuleKind kind, std::string pattern) {
  return {.id = "r",
          .kind = kind,
          .action = RuleAction::kSpam,
          .pattern = std::move(pattern),
          .reason = "a test"};
}

std::string Normalised(RuleKind kind, std::string pattern) {
  Rule rule = Make(kind, std::move(pattern));
  EXPECT_TRUE(CheckRule(rule).empty()) << rule.pattern;
  return rule.pattern;
}

TEST(CheckRule, NormalisesPatterns) {
  EXPECT_EQ(Normalised(RuleKind::kWord, "  Cheap pills\n"), "Cheap pills");
  EXPECT_EQ(Normalised(RuleKind::kDomain, "Spam.Example"), "spam.example");
  EXPECT_EQ(Normalised(RuleKind::kDomain, "https://*.spam.example/"), "spam.example");
  EXPECT_EQ(Normalised(RuleKind::kDomain, "*.spam.example"), "spam.example");
  EXPECT_EQ(Normalised(RuleKind::kDomain, "host.example/User/x"), "host.example/User/x");
  EXPECT_EQ(Normalised(RuleKind::kDomain, "bücher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(Normalised(RuleKind::kCidr, "203.0.113.77/24"), "203.0.113.0/24");
  EXPECT_EQ(Normalised(RuleKind::kCidr, "203.0.113.77"), "203.0.113.77/32");
  EXPECT_EQ(Normalised(RuleKind::kCidr, "2001:DB8::1/33"), "2001:db8::/33");
  EXPECT_EQ(Normalised(RuleKind::kCidr, "::ffff:203.0.113.1/24"), "203.0.113.0/24");
  EXPECT_EQ(Normalised(RuleKind::kAuthor, "0123456789abcdef0123456789abcdef"),
            "0123456789abcdef0123456789abcdef");
}

TEST(CheckRule, RefusesPatternsOfNoUse) {
  const std::pair<RuleKind, const char*> bad[] = {
      {RuleKind::kWord, "!!! ..."},
      {RuleKind::kDomain, "not a domain"},
      {RuleKind::kDomain, "/path"},
      {RuleKind::kDomain, "a..b"},
      {RuleKind::kCidr, "203.0.113.0/33"},
      {RuleKind::kCidr, "0.0.0.0/0"},
      {RuleKind::kCidr, "10.0.0.0/7"},
      {RuleKind::kCidr, "::/0"},
      {RuleKind::kCidr, "203.0.113.0/"},
      {RuleKind::kCidr, "203.0.113.0/-8"},
      {RuleKind::kCidr, "203.0.113.0/24x"},
      {RuleKind::kCidr, "example.org"},
      {RuleKind::kAuthor, "0123"},
      {RuleKind::kAuthor, "j***@example.org"},
      {RuleKind::kWord, "john@example.org"},
      {RuleKind::kDomain, "john@example.org"},
      {RuleKind::kWord, "write john%40example.org"},
  };
  for (const auto& [kind, pattern] : bad) {
    Rule rule = Make(kind, pattern);
    EXPECT_TRUE(CheckRule(rule).Has("rule.pattern", reason::kValueInvalid)) << pattern;
  }
}

TEST(CheckRule, ReportsEverythingAtOnce) {
  Rule rule;
  rule.kind = static_cast<RuleKind>(9);
  rule.action = static_cast<RuleAction>(9);
  rule.pattern = " ";
  rule.reason = std::string(kRuleReasonBytesMax + 1, 'x');
  const auto violations = CheckRule(rule, "");
  EXPECT_TRUE(violations.Has("kind", reason::kValueInvalid));
  EXPECT_TRUE(violations.Has("action", reason::kValueInvalid));
  EXPECT_TRUE(violations.Has("pattern", reason::kRequired));
  EXPECT_TRUE(violations.Has("reason", reason::kTooLong));
  Rule unsaid = Make(RuleKind::kWord, std::string(kRulePatternBytesMax + 1, 'x'));
  unsaid.reason = "";
  EXPECT_TRUE(CheckRule(unsaid).Has("rule.reason", reason::kRequired));
  EXPECT_TRUE(CheckRule(unsaid).Has("rule.pattern", reason::kTooLong));
}

TEST(CheckRule, MasksAddressesInTheReason) {
  Rule rule = Make(RuleKind::kWord, "zeppelin");
  rule.reason = "asked by john@example.org";
  EXPECT_TRUE(CheckRule(rule).empty());
  EXPECT_EQ(rule.reason, "asked by j***@example.org");
}

}  // namespace
}  // namespace replyguard::service::policy
