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

TEST(DomainRules, WhatBrowsersLeaveOutOfALinkHidesNoHost) {
  for (const char* text :
       {"<a href=\"http://ev\til.com/\">x</a>", "<a href='http://evil\r\n.com'>x</a>",
        "<a href=http://ev&#10;il.com>x</a>", "<a href=\"ht\ntp:/\t/evi&Tab;l&period;com\">x</a>",
        "[url=http://ev\nil.com]x[/url]", "[url]http://ev\nil.com[/url]", "[x](http://ev\til.com)",
        "http://evil.com&#9;x", "see evil&#46;com&#10;today", "see evil%2ecom&NewLine;today",
        "a=\"x\nsee evil&#46;com\ntoday it is", "[url] is fun\nsee evil&#46;com\ntoday",
        "a=\"x\nsee evil&#46;com\ntoday\" it is",
        "<a href=\"http://evil&#000000000000046;com\">x</a>"}) {
    EXPECT_TRUE(Fires("evil.com", text)) << text;
  }
  for (const char* text : {"http://ev\nil.com", "<a href=\"http://ev\">x</a>\nil.com"}) {
    EXPECT_FALSE(Fires("evil.com", text)) << text;
  }
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

TEST(DomainRules, PathsBehindPortsAndSigns) {
  for (const char* text :
       {"https://t.me:443/spambot", "t.me:443/spambot", "https://t.me/spambot。",
        "https://t.me/spambot，谢谢", "https://t.me/spambot！", "https://t.me/spambot!。",
        "https://t.me/spam\u00adbot", "https://t.me/spambot👍", "_https://t.me/spambot_",
        "https://t.me\\spambot", "https://t.me:443\\spambot\\x", "看t.me/spambot"}) {
    EXPECT_TRUE(Fires("t.me/spambot", text)) << text;
  }
  for (const char* text : {"https://t.me/spambot_x", "https://t.me:443x/spambot",
                           "https://t.me/spamboté", "t.me : 443/spambot"}) {
    EXPECT_FALSE(Fires("t.me/spambot", text)) << text;
  }
  for (const char* text : {"http://evil.org:80/user", "http://evil.org:8080/user",
                           "http://evil.org\\user", "http://evil.org:/user"}) {
    EXPECT_TRUE(Fires("evil.org/user", text)) << text;
  }
  EXPECT_TRUE(Fires("wiki.example/می\u200cخواهم", "http://wiki.example/می\u200cخواهم"));
}

TEST(DomainRules, AddressesAsBrowsersReadThem) {
  for (const char* text :
       {"http://1.2.3.4/", "http://0x01020304/", "http://16909060", "http://1.2.772",
        "http://01.02.03.04/", "http://0x1.0x2.0x3.0x4", "1.2.3.4", "http://1.131844",
        "http://[::ffff:1.2.3.4]/", "http://１.２.３.４"}) {
    EXPECT_TRUE(Fires("1.2.3.4", text)) << text;
  }
  for (const char* text : {"http://1.2.3.5", "16909060", "http://1.2.3.4.5", "http://256.2.3.4",
                           "http://99999999999999999999", "1.2.772"}) {
    EXPECT_FALSE(Fires("1.2.3.4", text)) << text;
  }
  EXPECT_TRUE(Fires("[2001:db8::1]", "http://[2001:DB8:0:0::1]:8080/x"));
  EXPECT_TRUE(Fires("[2001:db8::1]/x", "http://[2001:db8::1]:8080/x"));
  EXPECT_FALSE(Fires("[2001:db8::1]", "http://[2001:db8::2]/"));
  EXPECT_FALSE(Fires("[2001:db8::1]", "an index[2001:db8::1]"));
}

TEST(DomainRules, ABackslashHidesNoHost) {
  for (const char* text :
       {"see example.com\\nhttp://evil.com", "http://a.example\\http://evil.com",
        "http://a.example/x\\nhttps://evil.com/y", "http://a.example\\\\HTTP://evil.com"}) {
    EXPECT_TRUE(Fires("evil.com", text)) << text;
  }
}

TEST(DomainRules, ALinkInFrontHidesNone) {
  for (const char* text :
       {"http://a.example/)http://evil.com", "http://a.example/x，还有https://evil.com/",
        "https://a.example/web/2020/HTTP://evil.com/x", "http://a.example/u=http://evil.com",
        "http://a.example/x:y:http://evil.com"}) {
    EXPECT_TRUE(Fires("evil.com", text)) << text;
    EXPECT_TRUE(Fires("a.example", text)) << text;
  }
  EXPECT_TRUE(Fires("a.example/x", "http://a.example/x/)http://evil.com/y"));
  EXPECT_TRUE(Fires("evil.com/y", "http://a.example/x/)http://evil.com/y"));
}

TEST(DomainRules, WhatFollowsAnAtSignIsTheHost) {
  for (const char* text : {"http://good.org@1.131844/", "http://good.org:443@0x01020304",
                           "http://good.org@x.y@16909060", "http://*:@16909060/"}) {
    EXPECT_TRUE(Fires("1.2.3.4", text)) << text;
  }
  EXPECT_FALSE(Fires("1.2.3.4", "http://good.org/@16909060"));
  EXPECT_FALSE(Fires("1.2.3.4", "http://good.org @16909060"));
}

TEST(DomainRules, AddressesBesideText) {
  for (const char* text : {"http://1.2.3.4谢谢", "看1.2.3.4", "-1.2.3.4", "..1.2.3.4",
                           "１.２.３.４", "看1.2.3.4谢谢", "看http://1.2.3.4/x"}) {
    EXPECT_TRUE(Fires("1.2.3.4", text)) << text;
  }
  for (const char* text : {"看1.2.772", "http://1.2.772谢", "é1.2.3.4", "看1.2.3.4.5"}) {
    EXPECT_FALSE(Fires("1.2.3.4", text)) << text;
  }
}

}  // namespace
}  // namespace replyguard::service::policy
