// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What rules about domains see through: neighbours, ports, signs, forms of addresses.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "service/policy/rule_set.h"

namespace replyguard::service::policy {
namespace {

using storage::RuleKind;

const Time kNow{std::chrono::seconds(1'800'000'000)};

bool Fires(std::string pattern, std::string_view body) {
  const auto rules = RuleSet::Compile(
      {{.id = "r", .kind = RuleKind::kDomain, .pattern = std::move(pattern), .reason = "a test"}});
  EXPECT_EQ(rules->size(), 1u);
  CommentText text;
  text.body = body;
  return !rules->Match(text, {}, kNow).empty();
}

TEST(DomainRules, OrdinaryNeighboursHideNoHost) {
  for (const char* text : {"http://evil.com。",
                           "请看http://evil.com。谢谢",
                           "看http://evil.com谢谢",
                           "看evil.com",
                           "смотриevil.comсмотри",
                           "http://evil.com👍",
                           "👉evil.com👈",
                           "http://evil.com①",
                           "http://evil.com²",
                           "http://evil.com½",
                           "_http://evil.com_",
                           "__evil.com__",
                           "evil.com_",
                           "http://evil.com__x",
                           "http://evil.com\\@good.org",
                           "http://evil.com\\.good.org/",
                           "[x](http://evil.com\\y)",
                           "http://evil.com\u200b。",
                           "evil.com｡",
                           "http://evil.com．",
                           "これはhttp://evil.com/です",
                           "テーevil.comー",
                           "看ⓔⓥⓘⓛ.com谢",
                           "看ｅｖｉｌ.com谢谢",
                           "http://evi\u217c.com",
                           "http://evil\u3002com谢"}) {
    EXPECT_TRUE(Fires("evil.com", text)) << text;
  }
  for (const char* text : {"éevil.com", "http://evil.comé", "notevil.com", "http://evil.company"}) {
    EXPECT_FALSE(Fires("evil.com", text)) << text;
  }
  EXPECT_FALSE(Fires("cher.example", "http://bücher.example")) << "one script, one name";
}

TEST(DomainRules, InternationalHostsKeepTheirOwnRules) {
  EXPECT_TRUE(Fires("правда.рф", "http://правда.рф/x"));
  EXPECT_TRUE(Fires("правда.рф", "看правда.рф谢谢"));
  EXPECT_TRUE(Fires("правда.рф", "👉правда.рф。"));
  EXPECT_TRUE(Fires("例え.テスト", "http://例え.テスト"));
  EXPECT_TRUE(Fires("例え.テスト", "visit例え.テスト"));
  EXPECT_TRUE(Fires("bücher例.example", "http://bücher例.example/"));
  EXPECT_TRUE(Fires("i❤.ws", "http://i❤.ws"));
  EXPECT_TRUE(Fires("a_b.example", "http://a_b.example/"));
}

}  // namespace
}  // namespace replyguard::service::policy
