// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/policy/rule_set.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace replyguard::service::policy {
namespace {

using storage::RuleAction;
using storage::RuleKind;

const Time kNow{std::chrono::seconds(1'800'000'000)};

Rule Make(RuleKind kind, std::string pattern, std::string id = "r") {
  return {.id = std::move(id),
          .kind = kind,
          .action = RuleAction::kSpam,
          .pattern = std::move(pattern),
          .reason = "a test"};
}

std::vector<RuleMatch> MatchBody(const RuleSet& rules, std::string_view body) {
  return rules.Match(
      {.body = body, .author_name = "", .author_url = "", .email_domain = "", .author_ids = {}}, {},
      kNow);
}

bool Matches(RuleKind kind, std::string pattern, std::string_view body) {
  const auto rules = RuleSet::Compile({Make(kind, std::move(pattern))});
  EXPECT_EQ(rules->size(), 1u);
  return !MatchBody(*rules, body).empty();
}

TEST(WordRules, WholeWordsOnly) {
  EXPECT_TRUE(Matches(RuleKind::kWord, "cialis", "Buy CIALIS!"));
  EXPECT_FALSE(Matches(RuleKind::kWord, "cialis", "ask a specialist"));
  EXPECT_FALSE(Matches(RuleKind::kWord, "cunt", "Scunthorpe"));
  EXPECT_FALSE(Matches(RuleKind::kWord, "casino", "casinos"));
  EXPECT_TRUE(Matches(RuleKind::kWord, "cheap pills", "Cheap -- pills here"));
  EXPECT_FALSE(Matches(RuleKind::kWord, "cheap pills", "cheap blue pills"));
  EXPECT_FALSE(Matches(RuleKind::kWord, "your website but", "your website"));
  EXPECT_TRUE(Matches(RuleKind::kWord, "加微信", "请加微信了解"));
  EXPECT_TRUE(Matches(RuleKind::kWord, "비아그라", "비아그라를 팝니다"));
  EXPECT_TRUE(Matches(RuleKind::kWord, "straße", "STRASSE"));
}

TEST(WordRules, SeeThroughDisguises) {
  for (const char* text :
       {"v1agra", "VI@GRA", "v i a g r a", "v.i.a.g.r.a", "vi\u200Bagra", "víágrà", "ｖｉａｇｒａ",
        "𝓿𝓲𝓪𝓰𝓻𝓪", "vi\u0430gr\u0430", "v|agra", "v!agra"}) {
    EXPECT_TRUE(Matches(RuleKind::kWord, "viagra", std::string("get ") + text + " today")) << text;
  }
  for (const char* text :
       {"ᴄᴀsɪɴᴏ", "🅲🅰🆂🅸🅽🅾", "🅒🅐🅢🅘🅝🅞", "🄲🄰🅂🄸🄽🄾", "casiиo", "ca<b>si</b>no", "ca[i]s[/i]ino",
        "cas&#105;no", "casin&#111;", "cas%69no", "&#99;asino", "c&#97;$ino", "ca<!-- -->sino",
        "ca<span style='x'>sino</span>", "ca<b>$</b>ino"}) {
    EXPECT_TRUE(Matches(RuleKind::kWord, "casino", std::string("get ") + text + " today")) << text;
  }
  for (const char* text :
       {"ca<br>sino", "ca<p>sino", "ca <b>sino</b>", "ca%20sino", "ca<b sino", "cas&amp;ino"}) {
    EXPECT_FALSE(Matches(RuleKind::kWord, "casino", text)) << text;
  }
  EXPECT_TRUE(Matches(RuleKind::kWord, "cialis", "c1al1s"));
  EXPECT_TRUE(Matches(RuleKind::kWord, "cialis", "cia|is"));
  EXPECT_TRUE(Matches(RuleKind::kWord, "big casino win", "big ca$in0 win"));
  EXPECT_TRUE(Matches(RuleKind::kWord, "интим", "инти\u0301м"));
  for (const auto& [word, text] : {std::pair("nap", "пар"), {"con", "сои"}, {"nopa", "пора"}})
    EXPECT_FALSE(Matches(RuleKind::kWord, word, text)) << text;
  EXPECT_FALSE(Matches(RuleKind::kWord, "bail", "ball"));
  EXPECT_FALSE(Matches(RuleKind::kWord, "sos", "505"));
}

TEST(WordRules, SayWhereAndWhetherDisguised) {
  const auto rules = RuleSet::Compile({Make(RuleKind::kWord, "casino")});
  const std::string body = "é casino and c a s i n o";
  const auto matches = MatchBody(*rules, body);
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].field, "body");
  EXPECT_FALSE(matches[0].disguised);
  EXPECT_EQ(matches[0].spans, (std::vector<Span>{{3, 9}, {14, 25}}));
  EXPECT_TRUE(MatchBody(*rules, "ca$ino")[0].disguised);
  const auto tagged =
      MatchBody(*rules, "<b>casino</b> or ca<b>si</b>no, cas&#105;no, casin&#111; x");
  EXPECT_EQ(tagged[0].spans, (std::vector<Span>{{3, 9}, {17, 30}, {32, 43}, {45, 56}}));
  EXPECT_FALSE(tagged[0].disguised);
  EXPECT_TRUE(MatchBody(*rules, "ca<b>si</b>no")[0].disguised);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "casino ";
  EXPECT_EQ(MatchBody(*rules, many)[0].spans.size(), kSpansMax);
}

TEST(WordRules, LookAtNameAndWebsiteToo) {
  const auto rules = RuleSet::Compile({Make(RuleKind::kWord, "casino")});
  CommentText text;
  text.author_name = "Casino Royal";
  EXPECT_EQ(rules->Match(text, {}, kNow).at(0).field, "author_name");
  text.author_name = "";
  text.author_url = "https://best-casino.example/";
  EXPECT_EQ(rules->Match(text, {}, kNow).at(0).field, "author_url");
}

TEST(DomainRules, HostsWithTheirSubdomains) {
  EXPECT_TRUE(Matches(RuleKind::kDomain, "spam.example", "http://spam.example/x"));
  EXPECT_TRUE(Matches(RuleKind::kDomain, "spam.example", "http://www.SPAM.example"));
  EXPECT_TRUE(Matches(RuleKind::kDomain, "spam.example", "see a.b.spam.example, really"));
  EXPECT_FALSE(Matches(RuleKind::kDomain, "spam.example", "http://notspam.example/"));
  EXPECT_FALSE(Matches(RuleKind::kDomain, "spam.example", "http://spam.example.org/"));
  EXPECT_TRUE(Matches(RuleKind::kDomain, "bücher.example", "http://xn--bcher-kva.example"));
  EXPECT_TRUE(Matches(RuleKind::kDomain, "spam.example", "https://good.example@spam.example/"));
  EXPECT_TRUE(Matches(RuleKind::kDomain, "host.example/user", "http://host.example/user/page"));
  EXPECT_FALSE(Matches(RuleKind::kDomain, "host.example/user", "http://host.example/other"));
  EXPECT_FALSE(Matches(RuleKind::kDomain, "host.example/user", "host.example"));
}

TEST(DomainRules, SeeThroughEscapes) {
  for (const char* text : {"http://%65vil.example/x", "http://evil%2eexample", "e&#118;il.example",
                           "see evil&#46;example", "evil&#x2E;example", "evil&period;example",
                           "http://e%76il&#46example/", "http://ev&shy;il&shy;.example",
                           "ev&NegativeVeryThinSpace;il&ZeroWidthSpace;.example"}) {
    EXPECT_TRUE(Matches(RuleKind::kDomain, "evil.example", text)) << text;
  }
  EXPECT_FALSE(Matches(RuleKind::kDomain, "evil.example", "100% evil & example"));
  const auto rules = RuleSet::Compile({Make(RuleKind::kDomain, "evil.example")});
  EXPECT_EQ(MatchBody(*rules, "a http://%65vil.example b")[0].spans, (std::vector<Span>{{9, 23}}));
}

TEST(DomainRules, PathsAreWholeSegments) {
  for (const char* text :
       {"http://host.example/bad", "http://host.example/bad/page", "host.example/x/../bad",
        "host.example/./bad?x", "host.example//bad", "host.example/b%61d", "see host.example/bad.",
        "host.example/bad;x=1", "host.example/%2e%2e/bad"}) {
    EXPECT_TRUE(Matches(RuleKind::kDomain, "host.example/bad", text)) << text;
  }
  for (const char* text : {"host.example/badly", "host.example/x/bad", "host.example/bad-ish",
                           "host.example/bad.html", "host.example/bad/../good"}) {
    EXPECT_FALSE(Matches(RuleKind::kDomain, "host.example/bad", text)) << text;
  }
}

TEST(DomainRules, ManyPathsOfAHostAreToldApart) {
  const auto rules = RuleSet::Compile({Make(RuleKind::kDomain, "host.example", "host"),
                                       Make(RuleKind::kDomain, "host.example/a", "a"),
                                       Make(RuleKind::kDomain, "host.example/a/b", "ab"),
                                       Make(RuleKind::kDomain, "host.example/ab", "ab2"),
                                       Make(RuleKind::kDomain, "host.example/\xC3\xA9", "accent"),
                                       Make(RuleKind::kDomain, "host.example/a/b", "twin"),
                                       Make(RuleKind::kDomain, "host.example/a/", "under")});
  const auto ids = [&rules](std::string_view text) {
    std::string found;
    for (const RuleMatch& match : MatchBody(*rules, text)) found += match.rule->id + " ";
    return found;
  };
  EXPECT_EQ(ids("http://host.example"), "host ");
  EXPECT_EQ(ids("http://host.example/"), "host ");
  EXPECT_EQ(ids("http://host.example/a"), "host a ");
  EXPECT_EQ(ids("http://host.example/a."), "host a ");
  EXPECT_EQ(ids("http://host.example/a/b/c"), "host a ab twin under ");
  EXPECT_EQ(ids("http://host.example/ab,"), "host ab2 ");
  EXPECT_EQ(ids("http://host.example/abc"), "host ");
  EXPECT_EQ(ids("http://host.example/\xC3\xA9;x"), "host accent ");
}

TEST(NetworkRules, OfAMaskedAddressTellWhatCanBeTold) {
  const auto rules = RuleSet::Compile({Make(RuleKind::kCidr, "203.0.0.0/16", "wide"),
                                       Make(RuleKind::kCidr, "203.0.113.0/24", "same"),
                                       Make(RuleKind::kCidr, "203.0.113.7", "one"),
                                       Make(RuleKind::kCidr, "2001:db8:0:1::/64", "v6")});
  const auto ids = [&rules](std::string_view masked) {
    const auto network = rules->MatchMaskedNetwork(masked);
    std::string found;
    for (const RuleMatch& match : rules->Match({}, network, kNow)) found += match.rule->id + " ";
    return found + (rules->MayMatch(network, kNow) ? "?" : "");
  };
  EXPECT_EQ(ids("203.0.113.0/24"), "wide same ?");
  EXPECT_EQ(ids("203.0.114.0/24"), "wide ");
  EXPECT_EQ(ids("2001:db8::/48"), "?");
  EXPECT_EQ(ids("2001:db9::/48"), "");
  EXPECT_EQ(ids(""), "");
}

TEST(DomainRules, WebsiteAndEmail) {
  const auto rules = RuleSet::Compile({Make(RuleKind::kDomain, "spam.example")});
  CommentText text;
  text.email_domain = "mail.spam.example";
  EXPECT_EQ(rules->Match(text, {}, kNow).at(0).field, "author_email");
  text.email_domain = "";
  text.author_url = "https://spam.example";
  EXPECT_EQ(rules->Match(text, {}, kNow).at(0).field, "author_url");
}

TEST(NetworkRules, MatchThePlainAddressAndCarryNone) {
  const auto rules = RuleSet::Compile({Make(RuleKind::kCidr, "203.0.113.0/24", "v4"),
                                       Make(RuleKind::kCidr, "2001:db8::/32", "v6"),
                                       Make(RuleKind::kCidr, "203.0.113.7", "one")});
  const auto ids = [&rules](std::string_view ip) {
    std::string found;
    for (const RuleMatch& match : rules->Match({}, rules->MatchNetwork(ip), kNow))
      found += match.rule->id + " ";
    return found;
  };
  EXPECT_EQ(ids("203.0.113.200"), "v4 ");
  EXPECT_EQ(ids("203.0.113.7"), "v4 one ");
  EXPECT_EQ(ids("::ffff:203.0.113.7"), "v4 one ");
  EXPECT_EQ(ids("203.0.114.1"), "");
  EXPECT_EQ(ids("2001:db8:ffff::1"), "v6 ");
  EXPECT_EQ(ids("2001:db9::1"), "");
  EXPECT_EQ(ids(""), "");
  EXPECT_EQ(ids("nonsense"), "");
}

TEST(NetworkRules, EvidenceOfAnotherSetIsIgnored) {
  const auto a = RuleSet::Compile({Make(RuleKind::kCidr, "203.0.113.0/24")});
  const auto b = RuleSet::Compile({Make(RuleKind::kCidr, "198.51.100.0/24")});
  EXPECT_TRUE(b->Match({}, a->MatchNetwork("203.0.113.1"), kNow).empty());
}

TEST(AuthorRules, UnderAnyKey) {
  const std::string id = "0123456789abcdef0123456789abcdef";
  const auto rules = RuleSet::Compile({Make(RuleKind::kAuthor, id)});
  CommentText text;
  text.author_ids = {"ffffffffffffffffffffffffffffffff", id};
  EXPECT_EQ(rules->Match(text, {}, kNow).size(), 1u);
  text.author_ids.pop_back();
  EXPECT_TRUE(rules->Match(text, {}, kNow).empty());
}

TEST(RuleSet, ExpiredRulesAreSilentFromTheirTimeOn) {
  Rule rule = Make(RuleKind::kWord, "casino");
  rule.expires_at = kNow;
  const auto rules = RuleSet::Compile({rule});
  CommentText text;
  text.body = "casino";
  EXPECT_TRUE(rules->Match(text, {}, kNow).empty());
  EXPECT_EQ(rules->Match(text, {}, kNow - std::chrono::microseconds(1)).size(), 1u);
}

TEST(RuleSet, LeavesOutWhatItCannotCompileAndKeepsTheOrder) {
  const auto rules =
      RuleSet::Compile({Make(RuleKind::kWord, "b", "1"), Make(RuleKind::kCidr, "x", "bad"),
                        Make(RuleKind::kWord, "a", "2"), Make(RuleKind::kWord, "a b", "3"),
                        Make(RuleKind::kWord, "a", "4")});
  EXPECT_EQ(rules->skipped(), (std::vector<std::string>{"bad"}));
  std::string ids;
  for (const RuleMatch& match : MatchBody(*rules, "a b")) ids += match.rule->id;
  EXPECT_EQ(ids, "1234");
}

TEST(RuleSet, AnEmptySetMatchesNothing) {
  const auto rules = RuleSet::Compile({});
  EXPECT_TRUE(MatchBody(*rules, "anything http://x.example").empty());
  EXPECT_TRUE(rules->Match({}, rules->MatchNetwork("192.0.2.1"), kNow).empty());
}

}  // namespace
}  // namespace replyguard::service::policy
