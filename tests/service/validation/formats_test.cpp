// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/formats.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::validation {
namespace {

TEST(IsValidEmail, TheHtmlRuleLiterally) {
  for (const char* good :
       {"a@b", "john@example.org", "john.doe+tag@mail.example.org", ".john.@example.org",
        "j..d@example.org", "!#$%&'*+/=?^_`{|}~-@example.org", "john@localhost",
        "john@xn--bcher-kva.example", "1@2.3", "john@a-b.c-d"}) {
    EXPECT_TRUE(IsValidEmail(good)) << good;
  }
  for (const char* bad : {"",
                          "@",
                          "john",
                          "john@",
                          "@example.org",
                          "john@example..org",
                          "john@.example.org",
                          "john@example.org.",
                          "john@-example.org",
                          "john@example-.org",
                          "john@exam_ple.org",
                          "jo hn@example.org",
                          "john@example org",
                          "john@@example.org",
                          "john@a@b",
                          "\"john\"@example.org",
                          "john@[192.0.2.1]",
                          "jörg@example.org",
                          "john@bücher.example",
                          "john@example.org\n",
                          "<john@example.org>",
                          "john,@example.org"}) {
    EXPECT_FALSE(IsValidEmail(bad)) << bad;
  }
  EXPECT_TRUE(IsValidEmail("a@" + std::string(63, 'b')));
  EXPECT_FALSE(IsValidEmail("a@" + std::string(64, 'b')));
  EXPECT_FALSE(IsValidEmail(std::string("a\0@b", 4)));
}

TEST(CheckUrl, WhatALinkMayBe) {
  for (const char* good :
       {"http://example.org", "https://example.org/", "HTTPS://Example.ORG/a?b=c#d",
        "http://localhost:8080/x", "http://192.0.2.1/", "http://[2001:db8::1]:80/",
        "https://bücher.example/straße?q=ü", "http://example.org.", "http://a_b.example/",
        "http://example.org?x=y@z", "http://example.org:65535", "http://xn--bcher-kva.example/"}) {
    EXPECT_EQ(CheckUrl(good), UrlProblem::kNone) << good;
  }
  for (const char* bad : {"",
                          "http://",
                          "http:///path",
                          "https://?",
                          "http:example.org",
                          "http:/example.org",
                          "//example.org",
                          "example.org",
                          "www.example.org/x",
                          "http://exa mple.org",
                          "http://example.org/a b",
                          "http://example.org/\"x\"",
                          "http://example.org/<b>",
                          "http://example.org\\x",
                          "http://example.org:0",
                          "http://example.org:65536",
                          "http://example.org:",
                          "http://example.org:8a",
                          "http://.example.org",
                          "http://example..org",
                          "http://-a.example",
                          "http://a-.example",
                          "http://256.1.1.1",
                          "http://1.2.3",
                          "http://[::1",
                          "http://[::g]",
                          "http://[192.0.2.1]",
                          "http://exa%6Dple.org",
                          "http://a\u200Bb.example",
                          "http://example.org/\x7F",
                          "http://example.org/\xFF",
                          "http://example.org/\u00A0",
                          "just words",
                          "http"}) {
    EXPECT_EQ(CheckUrl(bad), UrlProblem::kMalformed) << bad;
  }
  for (const char* other :
       {"javascript:alert(1)", "ftp://example.org", "data:text/html,x", "mailto:a@b.co",
        "JavaScript://x", "file:///etc/passwd", "view-source:http://example.org"}) {
    EXPECT_EQ(CheckUrl(other), UrlProblem::kScheme) << other;
  }
  for (const char* with : {"http://user@example.org/", "https://user:pw@example.org",
                           "http://example.org@evil.example/", "http://@x.org"}) {
    EXPECT_EQ(CheckUrl(with), UrlProblem::kCredentials) << with;
  }
  EXPECT_EQ(CheckUrl("http://" + std::string(64, 'a') + ".example"), UrlProblem::kMalformed);
  EXPECT_EQ(CheckUrl(std::string("http://a\0b.example", 18)), UrlProblem::kMalformed);
}

TEST(IsLanguageTag, WellFormedOrNot) {
  for (const char* good :
       {"de", "pt-BR", "zh-Hant-TW", "es-419", "sl-rozaj-biske", "de-CH-1901", "zh-yue",
        "en-a-bbb-x-a", "x-private", "de-u-co-phonebk", "hy-Latn-IT-arevela"}) {
    EXPECT_TRUE(IsLanguageTag(good)) << good;
  }
  for (const char* bad : {"", "d", "-", "de-", "-de", "de_DE", "de--DE", "1de", "de-u", "x", "x-",
                          "de DE", "dé", "de-a1b2c3d4e", "en, fr"}) {
    EXPECT_FALSE(IsLanguageTag(bad)) << bad;
  }
  EXPECT_FALSE(IsLanguageTag("de-" + std::string(40, 'a')));
}

TEST(Names, EachKind) {
  EXPECT_TRUE(IsSiteSlug("my-blog-2"));
  EXPECT_TRUE(IsSiteSlug(std::string(40, 'a')));
  for (const std::string& bad :
       {std::string(), std::string(41, 'a'), std::string("-a"), std::string("a-"), std::string("A"),
        std::string("a_b"), std::string("a/b"), std::string("ä")}) {
    EXPECT_FALSE(IsSiteSlug(bad)) << bad;
  }
  EXPECT_TRUE(IsThreadKey("2026.11_post~A-1"));
  EXPECT_FALSE(IsThreadKey("a b"));
  EXPECT_FALSE(IsThreadKey("a/b"));
  EXPECT_FALSE(IsThreadKey("john@example.org"));
  EXPECT_FALSE(IsThreadKey(std::string(201, 'a')));
  EXPECT_TRUE(IsHexId("0123456789abcdef0123456789abcdef"));
  EXPECT_FALSE(IsHexId("0123456789ABCDEF0123456789abcdef"));
  EXPECT_FALSE(IsHexId("0123"));
  EXPECT_TRUE(IsRequestId("{a}:~!"));
  EXPECT_FALSE(IsRequestId("a b"));
  EXPECT_FALSE(IsRequestId("a\x7F"));
  EXPECT_FALSE(IsRequestId(""));
  EXPECT_FALSE(IsRequestId(std::string(129, 'a')));
  EXPECT_TRUE(IsReasonCode("OFF_TOPIC_2"));
  EXPECT_FALSE(IsReasonCode("off_topic"));
}

TEST(PageSize, DefaultsAndCaps) {
  EXPECT_EQ(PageSize(0, 50, 500), 50);
  EXPECT_EQ(PageSize(7, 50, 500), 7);
  EXPECT_EQ(PageSize(9'999, 50, 500), 500);
  EXPECT_EQ(PageSize(-1, 50, 500), std::nullopt);
}

TEST(ResourceName, ThereAndBack) {
  const std::string id = "0123456789abcdef0123456789abcdef";
  for (const auto& [kind, text] :
       {std::pair{ResourceKind::kSite, std::string("sites/blog")},
        std::pair{ResourceKind::kThread, std::string("sites/blog/threads/a.b~c")},
        std::pair{ResourceKind::kComment, "sites/blog/comments/" + id},
        std::pair{ResourceKind::kRule, "sites/blog/rules/" + id},
        std::pair{ResourceKind::kDecision, "sites/blog/decisions/" + id}}) {
    const auto name = ParseResourceName(kind, text);
    ASSERT_TRUE(name.has_value()) << text;
    EXPECT_EQ(FormatResourceName(kind, name->site, name->id), text);
  }
  for (const std::string& bad :
       {std::string(), std::string("sites/"), "sites/blog/comments/" + id + "/",
        "Sites/blog/comments/" + id, "sites//comments/" + id, std::string("sites/blog/comments/"),
        std::string("sites/blog/comments/1"), "sites/blog/threads/" + id,
        "/sites/blog/comments/" + id, "sites/BLOG/comments/" + id}) {
    EXPECT_FALSE(ParseResourceName(ResourceKind::kComment, bad).has_value()) << bad;
  }
  EXPECT_FALSE(ParseResourceName(ResourceKind::kSite, "sites/blog/").has_value());
}

}  // namespace
}  // namespace replyguard::service::validation
