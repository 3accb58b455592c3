// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A rule about an author or a domain that approves is claimed by nobody who only types what it
// looks for.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "service/policy/decision.h"

namespace replyguard::service::policy {
namespace {

using storage::RuleAction;
using storage::RuleKind;
using storage::Verdict;

const Time kNow{std::chrono::seconds(1'800'000'000)};
constexpr std::string_view kAuthorId = "0123456789abcdef0123456789abcdef";

class ApprovingRules : public testing::Test {
 protected:
  void Have(RuleKind kind, std::string_view pattern, RuleAction action = RuleAction::kApprove) {
    rules_ = RuleSet::Compile({{.id = "r",
                                .kind = kind,
                                .action = action,
                                .pattern = std::string(pattern),
                                .reason = "ours"}});
    ASSERT_EQ(rules_->size(), 1u);
  }

  // The classifier calls it spam, so that only the rule can approve.
  Decision Judge(const CommentText& text, bool verified = false) {
    Evidence evidence;
    evidence.now = kNow;
    evidence.text = text;
    evidence.rule_matches = rules_->Match(text, {}, kNow);
    evidence.author_verified = verified;
    evidence.classifier = Lookup<ClassifierEvidence>::Found(
        {.probability = 0.999, .spam_labels = 100, .ham_labels = 100});
    return Decide(evidence, policy_);
  }

  bool Approves(std::string_view body, std::string_view url = "") {
    CommentText text;
    text.body = body;
    text.author_url = url;
    return Judge(text).verdict == Verdict::kApprove;
  }

  static std::string WhatTheRuleSays(const Decision& decision) {
    for (const Reason& reason : decision.reasons) {
      if (reason.code == code::kRule) return reason.text;
    }
    return "";
  }

  std::shared_ptr<const RuleSet> rules_;
  SitePolicy policy_;
};

TEST_F(ApprovingRules, OfAnAuthorWantTheIdentityVouchedFor) {
  Have(RuleKind::kAuthor, kAuthorId);
  CommentText text;
  text.author_ids = {std::string(kAuthorId)};
  const Decision typed = Judge(text);
  EXPECT_EQ(typed.verdict, Verdict::kSpam);
  EXPECT_EQ(WhatTheRuleSays(typed),
            "A rule that approves says nothing, as nobody vouches for who the author is: ours");
  EXPECT_EQ(Judge(text, true).verdict, Verdict::kApprove);
  policy_.trust_typed_identity = true;
  EXPECT_EQ(Judge(text).verdict, Verdict::kApprove);
  policy_.trust_typed_identity = false;
  Have(RuleKind::kAuthor, kAuthorId, RuleAction::kDiscard);
  EXPECT_TRUE(Judge(text).blatant) << "what refuses stays wide";
}

TEST_F(ApprovingRules, OfADomainWantTheEmailVouchedFor) {
  Have(RuleKind::kDomain, "good.org");
  CommentText text;
  text.email_domain = "good.org";
  EXPECT_EQ(Judge(text).verdict, Verdict::kSpam);
  EXPECT_EQ(Judge(text, true).verdict, Verdict::kApprove);
  policy_.trust_typed_identity = true;
  EXPECT_EQ(Judge(text).verdict, Verdict::kApprove);
}

TEST_F(ApprovingRules, OfADomainWantEveryLinkToLeadThere) {
  Have(RuleKind::kDomain, "good.org");
  for (const char* body :
       {"http://good.org", "see https://www.good.org/a?b=1.5 and http://good.org.",
        "http://good.org/%61", "v1.5 of http://good.org:443/x", "good.org is at http://good.org"}) {
    EXPECT_TRUE(Approves(body)) << body;
  }
  for (const char* body : {"good.org",
                           "mail me at j***@good.org",
                           "http://spam.example/?x=good.org",
                           "http://spam.example\\@good.org",
                           "http://s***@good.org",
                           "http://good.org@spam.example/",
                           "http://spam.example/http://good.org",
                           "http://good.org.spam.example",
                           "http://good.org http://spam.example",
                           "http://good.org and spam.example",
                           "http://good.org <a href=\"http://spam&#46;example\">x</a>",
                           "http://good.org http://localhost",
                           "http://good.org http://%73pam.example",
                           "http://good.org谢谢",
                           "http://good.org http://1.2.3.4",
                           "http://good.org http:\\\\spam",
                           "http://good.org [x](<//1249767214>)",
                           "http://good.org [x]( //1249767214)",
                           "http://good.org [x](/\t/\t0x4a7d2b6e)",
                           "http://good.org [x](<//1.2.3.4>)",
                           "http://good.org [img]//1249767214/x[/img]",
                           "http://good.org [x](<//74.8194861>)",
                           "http://good.org [x](////////////////////////////////1249767214)"}) {
    EXPECT_FALSE(Approves(body)) << body;
  }
  EXPECT_TRUE(Approves("hello", "https://good.org/me"));
  EXPECT_TRUE(Approves("http://good.org", "https://good.org/me"));
  EXPECT_FALSE(Approves("http://good.org", "https://spam.example"));
  EXPECT_FALSE(Approves("http://spam.example", "https://good.org/me"));
  CommentText text;
  text.body = "http://good.org http://spam.example";
  EXPECT_EQ(WhatTheRuleSays(Judge(text)),
            "A rule that approves says nothing, as not all links lead there: ours");
}

TEST_F(ApprovingRules, OfADomainLookAtNoSentenceForALink) {
  Have(RuleKind::kDomain, "good.org");
  for (const char* text : {"你好。谢谢大家", "すごい｡ありがとう", "и т.д.", "т.е. так", "т.е",
                           "wait...what", "etc...and", "x***@gmail.com", "_т.д._"}) {
    EXPECT_TRUE(Approves(std::string("http://good.org ") + text)) << text;
  }
  for (const char* link : {"http://good.org/view?file=report.pdf",
                           "http://good.org?f=a.pdf&g=b.pdf", "http://good.org:80/#part.one"}) {
    EXPECT_TRUE(Approves(link)) << link;
  }
  for (const char* text :
       {"你好。evil.com。谢谢", "so...evil.com", "evil.com...bye", "правда.рф", "evil．com",
        "http://good.org/?a=b http://evil.com", "http://good.org/?u=http://evil.com",
        "http://good.org/?a,evil.com", "http://good.org/?a evil.com", "x@evil.com"}) {
    EXPECT_FALSE(Approves(std::string("http://good.org ") + text)) << text;
  }
}

TEST_F(ApprovingRules, OfADomainSeeWhereABrowserGoes) {
  Have(RuleKind::kDomain, "good.org");
  for (const char* body :
       {"http://good.org@1249767214/", "http://good.org@1.131844/", "http://good.org@0x4A7D2B63",
        "http://good.org@localhost", "http://good.org:443@1249767214", "http://good.org:a*b@[::1]/",
        "http://good.org http://*@1249767214/", "http://good.org http://:@1249767214/",
        "http://good.org <a href=\"//1249767214/\">x</a>",
        "http://good.org <a href=\"http:1249767214\">x</a>",
        "http://good.org <a href=\"\\\\1249767214\">x</a>", "http://good.org [x](//1249767214/)",
        "http://good.org [url]1249767214[/url]", "http://good.org [url=1249767214]x[/url]",
        "http://good.org/http://evil.com", "http://good.org/x://evil.com",
        "http://good.org\\x http://good.org/\\https://evil.com"}) {
    EXPECT_FALSE(Approves(body)) << body;
  }
  for (const char* body : {"[url]http://good.org[/url]", "[url=http://good.org/x]us[/url]",
                           "<a href=\"http://good.org\">us</a>", "<a href='//good.org/'>us</a>",
                           "http://good.org/@me.too"}) {
    EXPECT_TRUE(Approves(body)) << body;
  }
}

TEST_F(ApprovingRules, OfADomainReadOnThroughWhatBrowsersLeaveOut) {
  Have(RuleKind::kDomain, "good.org");
  for (const std::string gap : {"\t", "\n", "\r\n", "&#9;", "&#10;", "&#13;", "&#x9;", "&#xA;",
                                "&#9", "&#0000000000000009;", "&Tab;", "&NewLine;", "\t&#10;\n"}) {
    const std::string host = "http://good.org" + gap + ".other" + gap + ".net/x";
    const std::string mailbox = "http://good.org" + gap + "@other/";
    for (const std::string& link : {host, mailbox}) {
      for (const std::string& body :
           {"<a href=\"" + link + "\">a</a>", "<a href='" + link + "'>a</a>",
            "<a title='a > b' href = \n \"  " + link + "\">a</a>", "[url=" + link + "]a[/url]",
            "[url]" + link + "[/url]", "[IMG]" + link + "[/IMG]", "[a](" + link + ")",
            "](<a href=\"http://good.org/)\n" + link + "\">a</a>"}) {
        EXPECT_FALSE(Approves(body)) << body;
        EXPECT_FALSE(Approves("http://good.org " + body)) << body;
      }
    }
    EXPECT_FALSE(Approves("hello", host)) << host;
    EXPECT_FALSE(
        Approves("http://good.org [a](http://good.org()@good.org" + gap + ".a" + gap + ".bc)"));
    EXPECT_FALSE(Approves("[url=http://good.org[@good.org" + gap + ".a" + gap + ".bc]a[/url]"));
    EXPECT_FALSE(
        Approves("http://good.org <a href=\"ht" + gap + "tp:/" + gap + "/1249767214\">a</a>"));
    EXPECT_TRUE(Approves("<a href=\"" + gap + "http://good.org/x" + gap + "\">a</a>")) << gap;
  }
  for (const char* body :
       {"see http://good.org\nthanks", "http://good.org\tand\r\nhttp://good.org/\nmore",
        "<a href=\"http://good.org/x\">a</a>\nthanks", "[url=http://good.org]us[/url]\nthanks",
        "[us](http://good.org)\nthanks", "<p class=\"x\">http://good.org\nthanks</p>",
        "[url]http://good.org[/url]\nhttp://good.org\nbye"}) {
    EXPECT_TRUE(Approves(body)) << body;
  }
}

TEST_F(ApprovingRules, OfADomainReadWhatIsWrittenAsReferences) {
  Have(RuleKind::kDomain, "good.org");
  for (const char* body :
       {"http://good.org&period;other&period;net", "http://good.org&#0000000000000000046;other.net",
        "http://good.org&commat;1249767214", "http://good.org&shy;.other&shy;.net",
        "http://good.org&fflig;.other&fflig;.net", "http://good.org http://&fflig;x&fflig;.net"}) {
    EXPECT_FALSE(Approves(body)) << body;
  }
  for (const char* body : {"http://good.org&sol;x&period;y", "http://good.org&quest;x&period;yz",
                           "http&colon;//good.org", "http://good.org&num;x&period;yz"}) {
    EXPECT_FALSE(Approves(std::string(body) + " http://other.net")) << body;
  }
}

TEST_F(ApprovingRules, OfADomainReadReferencesToTheLastLetter) {
  Have(RuleKind::kDomain, "good.com");
  for (const char* body :
       {"<a href=\"https://good.com&popf;&aopf;&nopf;&yopf;/\">x</a>", "https://good.com&popf;any",
        "<a href=\"https://good.com\u20A8/\">x</a>", "https://good.com\u20A8"}) {
    EXPECT_FALSE(Approves(body)) << body;
  }
  for (const char* body : {"https://good.com&nbsp;v1.2", "&lt;https://good.com&gt;.So",
                           "&quot;https://good.com&quot;,v1.2"}) {
    EXPECT_TRUE(Approves(body)) << body;
  }
}

TEST_F(ApprovingRules, OfADomainTakeNoSentenceForItsHost) {
  Have(RuleKind::kDomain, "good.com");
  for (const char* body :
       {"请看https://good.com，很好。谢谢", "「https://good.com」です。ありがとう",
        "（https://good.com）。谢谢", "(https://good.com).Thanks", "(https://good.com)...then",
        "\"https://good.com\",v1.2", "x=\"y\nhttps://good.com\nThanks",
        "[url] is fun\nhttps://good.com\nThanks"}) {
    EXPECT_TRUE(Approves(body)) << body;
  }
  for (const char* body :
       {"<a href=\"https://good.com，很好。谢谢/\">x</a>", "https://good.com，a。evil。net",
        "<a href='https://good.com).evil.net/'>x</a>", "https://good.com)a.evil.net/",
        "[x](https://good.com」a。谢谢)", "https://x@good.com，很好。谢谢"}) {
    EXPECT_FALSE(Approves(body)) << body;
  }
}

TEST_F(ApprovingRules, OfADomainSayNothingOfAHostThatGoesOnOddly) {
  Have(RuleKind::kDomain, "good.org");
  for (const char* body :
       {"http://good.org!。other。net", "http://good.org\u20A8.foo\u20A8.net",
        "http://good.org\uFF0Da。c。xn\uFF0D\uFF0Dp1ai", "http://good.org,\u20A8。\u20A8",
        "<a href='http://good.org\"@1249767214/'>a</a>",
        "http://good.org http://\u20A8x\u20A8.net/"}) {
    EXPECT_FALSE(Approves(body)) << body;
  }
  for (const char* body :
       {"(http://good.org).", "http://good.org, and so on", "\"http://good.org\", he said.",
        "http://good.org!", "http://good.org，谢谢大家。", "http://good.org... yes",
        "http://good.org…yes", "[url=http://good.org]www.good.org[/url]",
        "[www.good.org](http://www.good.org)", "\"http://good.org\",\"http://good.org\"",
        "*http://good.org*", "http://*", "http://"}) {
    EXPECT_TRUE(Approves(std::string(body) + " http://good.org")) << body;
  }
}

// Links to browsers that no reader takes for some, and that are not counted as any.
TEST_F(ApprovingRules, OfADomainSeeWhatBrowsersAloneTakeForALink) {
  Have(RuleKind::kDomain, "good.com");
  const std::string title = "<a title=\"longer than any sign of a link is\" href";
  const std::string blanks(50, ' ');
  for (const std::string& link : {std::string("[x](<http:2130706433>)"),
                                  std::string("[x]( http:2130706433)"),
                                  std::string("[a]: http:2130706433"),
                                  std::string("<http:2130706433>"),
                                  std::string("<https:/1249767214/x>"),
                                  std::string("<http:２１３０７０６４３３>"),
                                  std::string("<http:x@2130706433>"),
                                  std::string("<http:x***@2130706433>"),
                                  std::string("<http:$.evil。com>"),
                                  std::string("<http:x$.evil。com>"),
                                  title + " = \"http:2130706433\">",
                                  std::string("[x](<//evil。com>)"),
                                  std::string("[x]( //evil。com)"),
                                  "[x](" + blanks + "//evil。com)",
                                  "[x](" + blanks + "//$.evil。com)",
                                  std::string("[x]( //邪恶。中国)"),
                                  std::string("[x]( //1evil。com)"),
                                  std::string("[x]( //\u00ADevil。com)"),
                                  std::string("[x](<//x$.evil。com>)"),
                                  std::string("[x]( //x@2130706433)"),
                                  std::string("[x]( //a.b.c@2130706433)"),
                                  std::string("[x]( //74.1.5)"),
                                  std::string("[x]( //２１３０７０６４３３)"),
                                  std::string("[x]( //[2001:db8::1])"),
                                  std::string("[x](<\\\\evil。com>)"),
                                  std::string("[a]: //evil。com"),
                                  std::string("[a]: //$.evil。com"),
                                  std::string("[url = //evil。com]"),
                                  std::string("[img]//evil。com/x.png[/img]"),
                                  title + " = //evil。com>",
                                  title + " = //$.evil。com>",
                                  title + "=\"//x$.evil。com\">",
                                  title + " = \"" + blanks + "//evil。com\">",
                                  std::string("[x](////////////////////////////////$.evil。com)"),
                                  title + " = \"https://good.com，好。恶。中国/\">",
                                  std::string("[x]( <https://good.com，好。恶。中国/>)"),
                                  std::string("<https://good.com，好。恶。中国/>"),
                                  std::string("[a]: https://good.com，好。恶。中国/"),
                                  std::string("[img]https://good.com，好。恶。中国/[/img]")}) {
    EXPECT_FALSE(Approves("https://good.com " + link)) << link;
    EXPECT_FALSE(Approves(link + "\nhttps://good.com")) << link;
  }
}

TEST_F(ApprovingRules, OfADomainTakeNoCodeNorProseForALink) {
  Have(RuleKind::kDomain, "good.com");
  for (const char* text : {"// foo(1.5)",
                           "f(); //foo(1.5)",
                           "//5.5",
                           "5//2.5",
                           "x //v1.2",
                           "//e.g. this",
                           "//wait...what",
                           "http:80 and https:443",
                           "http: and https:",
                           "and//or",
                           "(//)",
                           "//看。",
                           "case 1: //max(1.5)",
                           "C:\\\\Users\\\\me",
                           "a.c //注释",
                           "https://good.com/?next=//app&v=1.5",
                           "https://good.com?u=a//b.html",
                           "https://good.com/a//b.html",
                           "[x]( //good.com/)",
                           "[url = https://good.com]us[/url]",
                           "<https://good.com>",
                           "[a]: https://good.com/x"}) {
    EXPECT_TRUE(Approves(std::string("https://good.com ") + text)) << text;
  }
}

TEST_F(ApprovingRules, WithAPathWantEveryLinkUnderIt) {
  Have(RuleKind::kDomain, "good.org/us");
  EXPECT_TRUE(Approves("http://good.org/us/a http://good.org/us"));
  EXPECT_FALSE(Approves("http://good.org/us/a http://good.org/them"));
}

}  // namespace
}  // namespace replyguard::service::policy
