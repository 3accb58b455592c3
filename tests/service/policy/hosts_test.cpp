// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/hosts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/rules/decoded.h"

namespace replyguard::service::policy {
namespace {

std::vector<std::string> Names(std::string_view text) {
  std::vector<std::string> names;
  for (const Host& host : FindHosts(text)) names.push_back(host.name + host.path);
  return names;
}

using Strings = std::vector<std::string>;

TEST(FindHosts, LinksAndBareNames) {
  EXPECT_EQ(Names("see https://Spam.Example/a/b?x=1 now"), (Strings{"spam.example/a/b"}));
  EXPECT_EQ(Names("see spam.example. Bye"), (Strings{"spam.example"}));
  EXPECT_EQ(Names("http://localhost:80/x"), (Strings{"localhost/x"}));
  EXPECT_EQ(Names("<a href=\"http://a.example/p\">b.example</a>"),
            (Strings{"a.example/p", "b.example"}));
  EXPECT_EQ(Names("https://good.example@evil.example/"),
            (Strings{"good.example", "evil.example/"}));
  EXPECT_EQ(Names("j***@mail.example"), (Strings{"mail.example"}));
  EXPECT_EQ(Names("bücher.example"), (Strings{"xn--bcher-kva.example"}));
  EXPECT_EQ(Names("spam\u200B.exa\u00ADmple"), (Strings{"spam.example"}));
  EXPECT_EQ(Names("ｓｐａｍ．example"), (Strings{"spam.example"}));
  EXPECT_TRUE(Names("no hosts here ... - _ .").empty());
}

TEST(CountLinks, WhatAReaderCounts) {
  EXPECT_EQ(CountLinks("http://a.example https://b.example www.c.example"), 3u);
  EXPECT_EQ(CountLinks("a.example is no link"), 0u);
  EXPECT_EQ(CountLinks("git clone ssh://g***@github.com/x"), 1u);
  EXPECT_EQ(CountLinks("https://a.user:pw@b.example/ http://c.example"), 2u);
  EXPECT_EQ(CountLinks("http://good.example:a@x.y@169/"), 1u);
  EXPECT_EQ(CountLinks("<a href=x>1</a> <A HREF='y'>2</A> <abbr>"), 2u);
  EXPECT_EQ(CountLinks("[url=http://a.example]x[/url]"), 1u);
  EXPECT_EQ(CountLinks(""), 0u);
  for (const char* link :
       {"http://[::1]/", "http:\\\\a.example", "http:/\u200b/a.example", "ht\u00adtp://a.example",
        "http\u200b://a.example", "<a/href=//x>y</a>", "<a\thref=x>y</a>", "[url]a.example[/url]",
        "[URL=a.example]x[/URL]", "[url]x[/url]", "(//a.example)", "\"//a.example\"",
        "http:/a.example", "https:a.example", "<b href=a.example", "<img src= //a.example>",
        "http://例え谢谢.example", "http://a.example。谢谢"}) {
    EXPECT_EQ(CountLinks(link), 1u) << link;
  }
  for (const char* none : {"[::1]",
                           "C:\\\\Users\\\\x.y",
                           "and//or",
                           "a.b",
                           "[urls]",
                           "<a>",
                           "<abbr/>",
                           "//System.out.println(x)",
                           "f(); //foo.bar()",
                           "//e.g.",
                           "5//2.5",
                           "x=\"//2.5\"",
                           "01.01.2024//02.01.2024",
                           "/usr//lib.so",
                           "location.href='index.html'",
                           "a.href=document.URL",
                           "if (a<b) //foo.bar",
                           "http:80",
                           "http:2130706433",
                           "[x](<//evil。com>)",
                           "[x]( //[::1])"}) {
    EXPECT_EQ(CountLinks(none), 0u) << none;
  }
  EXPECT_EQ(CountLinks("<a"), 0u);
  EXPECT_EQ(CountLinks("http://a.example/)http://b.example"), 2u);
  EXPECT_EQ(CountLinks("http://archive.example/web/http://a.example/"), 1u);
}

TEST(FindHosts, LinksGluedToLinksTakeNoMoreThanTheirTime) {
  for (const char* link : {"http://a.b/", "http://a.b/)", "http://a.b/\\n", "http://a.b/x:"}) {
    std::string text;
    while (text.size() < 64'000) text += link;
    std::size_t bytes = 0;
    for (const Host& host : FindHosts(text)) bytes += host.path.size();
    EXPECT_LT(bytes, text.size()) << link;
  }
}

TEST(FindHosts, WhatMayGoOnForLongIsReadOnce) {
  for (const char* part : {"[url]1", "http://a!", "http://a@", "http://!", "a.b(", "a.b!", "a.b\"",
                           "http://a[", "\t1", "http://a\n", "a.b)@", "//1\"", "很．网址，"}) {
    std::string text;
    while (text.size() < 1'000'000) text += part;
    EXPECT_LE(FindHosts(text).size(), text.size()) << part;
  }
  for (const char* part :
       {"](", "=\"", "='\"", "=' \n", "[url", "[url=\n](", "&#0", "&#00\n", "="}) {
    std::string text;
    while (text.size() < 1'000'000) text += part;
    EXPECT_LE(DecodeLinks(text, false).text.size(), text.size()) << part;
  }
  EXPECT_EQ(DecodeLinks("='" + std::string(1'000'000, '\n') + "'", false).text, "=''");
}

TEST(FindHosts, SpansCoverTheText) {
  const std::string text = "x http://a.example/p y";
  const auto hosts = FindHosts(text);
  ASSERT_EQ(hosts.size(), 1u);
  EXPECT_EQ(text.substr(hosts[0].begin, hosts[0].end - hosts[0].begin), "a.example/p");
}

}  // namespace
}  // namespace replyguard::service::policy
