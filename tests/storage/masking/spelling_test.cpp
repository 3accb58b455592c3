// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Ways to write an address that a reader, a browser, a mail program or a scraper sees through, and
// what looks like one of them and is none.
#include <gtest/gtest.h>

#include <string>

#include "storage/masking.h"

namespace replyguard::storage {
namespace {

class Sees : public testing::TestWithParam<const char*> {};

TEST_P(Sees, AnAddressAlone) {
  const std::string text = std::string("mail ") + GetParam() + ", please";
  const MaskedText masked = MaskText(text);
  EXPECT_EQ(masked.text(), "mail m***@example.org, please");
  EXPECT_TRUE(masked.changed());
  EXPECT_FALSE(MaskText(masked.text()).changed());
}

constexpr const char* kDots[] = {
    "me@example\u2024org",  "me@example\u3002org", "me@example\uFF0Eorg",
    "me@example\uFF61org",  "me@example\uFE52org", "me@example..org",
    "me@example...org",     "me@.example.org",     "me@example .org",
    "me@example. org",      "me@example . org",    "me@example&period;org",
    "me@example%2Eorg",     "me@example=2Eorg",    "me@example\\.org",
    "me@example[.]org",     "me@example(dot)org",  "me@example (dot) org",
    "me@example **.** org", "me@example\u2025org", "me@example\u0332.\u0332org",
};

constexpr const char* kSigns[] = {
    "me@@example.org",
    "me @ example.org",
    "me\n@\nexample.org",
    "me@ example.org",
    "me@\nexample.org",
    "me\u00A0@\u00A0example.org",
    "me\\@example.org",
    "me\\\\@example.org",
    "me\u24D0example.org",
    "me@\u0308example.org",
    "me\uFE6Bexample.org",
    "me(@)example.org",
    "me [@] example.org",
    "me<@>example.org",
    "me&lt;@&gt;example.org",
    "me\"@\"example.org",
    "me**@**example.org",
    "me`@`example.org",
    "me|@|example.org",
    "me@`example`.org",
    "me(a)example.org",
    "me [at] example.org",
    "me (AT) example [DOT] org",
    "me{at}example{dot}org",
    "me<at>example<dot>org",
    "me \u3010at\u3011 example.org",
    "me\uFF08at\uFF09example.org",
    "me ( at ) example ( dot ) org",
    "me (\u00E4t) example (punkt) org",
    "me [arroba] example [punto] org",
    "me \u00ABat\u00BB example.org",
    "me\u00ABat\u00BBexample.org",
    "me \u00AB\u00A0at\u00A0\u00BB example \u00ABdot\u00BB org",
    "me \u00AB \u00A0at \u00BB example.org",
    "me (\u00A0 at ) example.org",
    "me (собака) example (точка) org",
    "me\x01@example.org",
    "me@\u200Fexample.org",
    "me\u202A@\u202Cexample.org",
};

constexpr const char* kEscapes[] = {
    "me=40example.org",
    "me%u0040example.org",
    "me\\u0040example.org",
    "me\\u{40}example.org",
    "me\\x40example.org",
    "me\\U00000040example.org",
    "me\\100example.org",
    "me%26%2364%3Bexample.org",
    "me&amp;#64;example.org",
    "me&commat;example.org",
    "me%2540example.org",
    "me%25252540example.org",
    "me%3D40example.org",
    "me&#92;u0040example.org",
    "me\\u002540example.org",
    "me%5Cu0040example.org",
    "me&#37;40example.org",
    "me%EF%BC%A0example.org",
    "me&#xFF20;example.org",
    "me%4\u200B0example.org",
    "me\uFF05\uFF14\uFF10example.org",
    "me&amp;amp;amp;amp;amp;amp;#64;example.org",
    "me@exam=\nple.org",
    "me%%34%30example.org",
    "me@example&#8228;org",
    "me@ex&shy;ample&#46;org",
    "me&#0000064example.org",
    "m\\u0065@example.org",
    "me&#6%34;example.org",
    "me&#0000000000000000000000000000000000000000000000000000000064;example.org",
    "me&#x0000000000000000000000000000000000000000000000000000000040;example.org",
    "me&#0000000000000000000000000000000000000000000000000000000064 example.org",
    "me\\u{00000000000000000000000000000000000040}example.org",
    "me@example&#x2e;org",
    "m&#101;@e&#120;ample.org",
};

constexpr const char* kMarkup[] = {
    "me<b>@</b>example.org",
    "me<i>x@exam</i>ple.org",
    "me<!-- no spam -->@example.org",
    "me<!-- <b> -->@example.org",
    "me@<span class=\"x\">example</span>.org",
    "me@exam<wbr>ple.org",
    "me@exam<x-y/>ple.org",
    "me[b]@[/b]example.org",
    "me[color=red]@[/color]example.org",
    "me&lt;b&gt;@&lt;/b&gt;example.org",
    "me@[url]example.org[/url]",
    "me@example*.*org",
    "me@exam*ple*.org",
    "me@exam<b>ple</b>.<i>org</i>",
    "(me)@example.org",
    "(me)@(example.org)",
    "[me]@example.org",
    "<me>@<example.org>",
    "me(nospam)@example.org",
    "\"me\"@example.org",
    "\\\"me\\\"@example.org",
    "\"me\\\"x\"@example.org",
    "\u201Cme\u201D@example.org",
    "&quot;me too&quot;@example.org",
};

constexpr const char* kWords[] = {
    "me at example dot org",
    "me AT example DOT org",
    "me  at\nexample dot org",
    "me -at- example -dot- org",
    "me *at* example *dot* org",
    "me _at_ example _dot_ org",
    "me at example d0t org",
    "me \u00E4t example punkt org",
    "me arroba example punto org",
    "me arobase example point org",
    "me собака example точка org",
    "me at example (dot) org",
    "me at example[.]org",
    "me (at) example dot org",
    "me@example dot org",
    "me @ example dot org",
    "me\u00A0at\u00A0example\u00A0dot\u00A0org",
    "m e @ e x a m p l e . o r g",
    "m e \u24D0 e x a m p l e . o r g",
    "me @ e x a m p l e . o r g",
    "m e e @example.org",
    "m e e @ example.org",
    "me        @        example.org",
    "me@example,org",
    "me_at_example_dot_org",
    "me _at_ example _dot_ org",
    "me AT example_DOT_org",
};

INSTANTIATE_TEST_SUITE_P(Words, Sees, testing::ValuesIn(kWords));
INSTANTIATE_TEST_SUITE_P(Signs, Sees, testing::ValuesIn(kSigns));
INSTANTIATE_TEST_SUITE_P(Escapes, Sees, testing::ValuesIn(kEscapes));

// What is around the domain, and which way it is written, may be left behind.
class Hides : public testing::TestWithParam<const char*> {};

TEST_P(Hides, TheLocalPart) {
  std::string text = GetParam();
  text.replace(text.find("me"), 2, "mqzq");
  const MaskedText masked = MaskText("mail " + text + ", please");
  EXPECT_TRUE(masked.changed());
  EXPECT_EQ(masked.text().find('q'), std::string::npos) << masked.text();
  EXPECT_NE(masked.text().find("m***@"), std::string::npos) << masked.text();
  EXPECT_EQ(masked.text().find("mail "), 0U);
  EXPECT_FALSE(MaskText(masked.text()).changed()) << masked.text();
}

constexpr const char* kOthers[] = {
    "me at mail dot example dot co dot uk",
    "me at example-shop dot de",
    "me dot too at example dot com",
    "*me*@*example.org*",
    "_me_@_example.org_",
    "me@[example.org](http://example.org)",
    "me@[192.0.2.1]",
    "me@192.0.2.1",
    "me@ex\u00E4mple.org",
    "me@xn--exmple-cua.org",
    "me@example\u00B7org",
    "me@example\u2022org",
    "me@example\u2488org",
    "me @gmail.com",
    "me at gmail.com",
    "me (at) gmail . com",
    "me.too AT Gmail.com",
    "me_at_gmail.com",
    "me -at- yahoo.com",
    "me\n@ gmail . com",
    "me&eacute;@example.org",
    "me%E9@example.org",
    "me@\U0001D41E\U0001D431.org",
    "scp me@host.example.org:/x",
    "@me@example.social",
    "https://me@example.org/@me",
    "me@163.com",
    "me @ 163.com",
    "me@mail.example.org.5",
    "[x](mailto:me=40example.org)",
    "<a title=\"me&#64;example.org\">x</a>",
};
// What ends the sentence behind it, or the line, is no part of a provider's name.
constexpr const char* kProviders[] = {
    "me at gmail.com.",
    "me at gmail.com..",
    "me at gmail.com...",
    "me at gmail.com\u2026",
    "me at gmail.com...and so on",
    "me at gmail.com-",
    "me at gmail.com--",
    "me at gmail.com--or else",
    "me at gmail.com\u2014or else",
    "me at gmail.com_",
    "me at gmail.com.-_.-_",
    "me_at_gmail.com...",
    "me_at_gmail.com_or_else",
    "me dot too at gmail.com...",
    "me at gmail.com\u3078",
    "me at t-online.de...",
    "me at yahoo.fr",
    "me at Yahoo.co.jp...",
    "me at hotmail.co.uk",
    "me at outlook.com.br",
    "me at live.nl",
    "me at gmx.at",
    "me at fastmail.com",
    "me at pm.me",
    "me at sbcglobal.net",
    "me @yahoo.co.uk",
    "me \u00E4t gmail.com",
    "me \u00C4T gmail.com",
    "me arroba gmail.com",
    "me Klammeraffe gmx.de",
    "me собака ya.ru",
};
// Labels that a version could have, too.
constexpr const char* kNumbered[] = {
    "me@4.de",
    "me@2020.xn--p1ai",
    "me@163.xn--p1acf",
    "me@v1.xn--p1ai",
    "me@1.2.xn--p1ai",
    "me@2020.рф",
    "me@163.中国",
    "me@v1.v2.example.org",
    "me@1.2.3.example.com",
    "me@1.2.mail-server.example.org",
    "me@1.2.3-4.co",
    "me@1.2.3-beta.com",
    "me@163.com.2",
    "me@12.34.com.5",
    "me@163.t-online.de",
};
INSTANTIATE_TEST_SUITE_P(Providers, Hides, testing::ValuesIn(kProviders));
INSTANTIATE_TEST_SUITE_P(Numbered, Hides, testing::ValuesIn(kNumbered));
INSTANTIATE_TEST_SUITE_P(Dots, Hides, testing::ValuesIn(kDots));
INSTANTIATE_TEST_SUITE_P(Markup, Hides, testing::ValuesIn(kMarkup));
INSTANTIATE_TEST_SUITE_P(Others, Hides, testing::ValuesIn(kOthers));

class Leaves : public testing::TestWithParam<const char*> {};

TEST_P(Leaves, TheText) {
  EXPECT_EQ(MaskText(GetParam()).text(), GetParam());
  EXPECT_FALSE(MaskText(GetParam()).changed());
}

constexpr const char* kProse[] = {
    "I work at a dot com since 1999",
    "look at the dot com boom",
    "I looked at gmail.com, and mail me at gmail.com",
    "this_at_that_dot_com, at_dot_com",
    "he is at gmail.company, she at gmail.com.example, they at gmail.com-pany",
    "see it at live.tv, at yahoo.travel, at outlook.company, at hotmail.x1, at live.co.tv",
    "me at example.org",
    "at some point in time, at this point it ends",
    "look at polka dot dress, at polka dot in red",
    "look at example.com or example.org",
    "https://example.org/?q=look%20at%20acme%20dot%20com",
    "https://example.org/what-we-do-at-acme-dot-com",
    "a @ b . c + d @ 1 . 5 0",
    "it costs 5 @ 3 . 5 0 each",
    "a b @example.org and x y z @bob",
    "thanks @bob,net result",
    "\u202Etxet drawkcab @ .gro\u202C",
    "hello @bob. Nice to see you",
    "hello @bob, see example.org. Then",
    "5 apples @ 3.50 each, 10 @ $4.25, 3 @ 1.ea",
    "meet @ noon. Then we eat",
    "meet me at work. Then dot the i at example.org",
    "lunch @ 10.am or @ 12.30",
    "thanks @john.doe! and @jane.roe.",
    "I bought it @amazon.com",
    "root@host. In the evening",
    "root@server...then it broke",
    "the (dot) and the [at] sign",
    "section 5(a) and (b). See also 7(a)(i).",
    "100% sure = 50% & more; a=b; c==d",
    "привет @иван. Как дела? Пишите (не спамьте). Скидка 50%!",
    "встреча @ полдень. Потом обед",
    "см. раздел 3(а). Цена = 40 руб. за 1 шт.",
    "Tom &amp; Jerry &lt;3 caf&eacute;. 5 &gt; 4.",
    "He said \"@example.com\" and 'left'.",
    "email me @ the usual place. Thanks",
};
constexpr const char* kCode[] = {
    "git@host:path/to.git",
    "user@host",
    "user@host:~/x.y",
    "foo@v1.2.3",
    "npm i pkg@1.2.3",
    "npm i pkg@1.2.3-rc.next x@^1.2.3 y@~1.2",
    "@scope/pkg@1.0.0",
    "pkg@1.2.3-beta.1 pkg@v2.0-rc1 pkg@1.0.0-alpha.beta",
    "pip install x@1.0a2.dev4",
    "https://cdn.example/jquery@3.6.0.min.js",
    "a@b.T + A @ B.T",
    "A @ B.transpose()",
    "@media screen { a.b { color: red } }",
    "@decorator\ndef f(x): x.y()",
    "@app.route(\"/x.y\")\ndef f(): pass",
    "  @Override.Foo public void bar() {}",
    "x = s.split(\"@\")[1].foo",
    "if (a < b && c > d) { x[i].y = z; }",
    "C:\\users\\x40\\a.txt",
    "https://www.youtube.com/@user.name",
    "https://medium.com/@me/x.html",
    "https://example.org/a?w=400.png&h=40em.css",
    "https://example.org/a%20b%2Fc.html?q=%40x",
    "vector<int> v; map<string, list<a>> m;",
    "printf(\"%40s.%d\\n\", a.b);",
    "\\u0040 alone",
    "array[a].length, f(a).b, (a)example",
    "docker pull foo@sha256:40ab.cd",
    "foo@latest.1",
    "user@host .bashrc",
    "var s = @\"c:\\a.txt\";",
    "#define AT(x) x.at(0).dot(y)",
};
INSTANTIATE_TEST_SUITE_P(Prose, Leaves, testing::ValuesIn(kProse));
INSTANTIATE_TEST_SUITE_P(Code, Leaves, testing::ValuesIn(kCode));

TEST(MaskTextWords, MasksWhatIsShownFromRightToLeft) {
  EXPECT_EQ(MaskText("a \u202Egro.elpmaxe@em\u202C b").text(), "a m***@example.org\u202C b");
  EXPECT_EQ(MaskText("a \u202Eretal ,gro.elpmaxe@em").text(), "a m***@example.org, later");
  EXPECT_EQ(MaskText("\u202Ea\nme@example.org \u202Eb").text(),
            "\u202Ea\nm***@example.org \u202Eb");
}

TEST(MaskTextMarkup, LeavesTheTextAroundTheAddress) {
  EXPECT_EQ(MaskText("Hello<br>me@example.org<p>bye").text(), "Hello<br>m***@example.org<p>bye");
  EXPECT_EQ(MaskText("<p>me<b>@</b>example.org</p><p>x</p>").text(),
            "<p>m***@example.org</p><p>x</p>");
  EXPECT_EQ(MaskText("<a href=\"mailto:me@example.org\">m<b>e</b>@example.org</a>").text(),
            "<a href=\"mailto:m***@example.org\">m***@example.org</a>");
  EXPECT_EQ(MaskText("see me (at) example (dot) org (today)").text(),
            "see m***@example.org (today)");
}

// Ordering them is quadratic in ICU: it would take minutes.
TEST(FoldBody, OfMillionsOfCombiningMarksTakesAsLongAsOfLetters) {
  for (const std::string marks :
       {"\u05C2\u05C1\u05BC\u05B0",
        // Of class 0, and two marks each once they are decomposed.
        "\u0F73", "\u0301\uFF9E",
        // What is left out brings the marks on both its sides together.
        "\u0301\u0316\u00AD", "\u0301\u0316\u200B", "\u0301\u0316\u034F"}) {
    std::string text = "mail me@example.org, a";
    while (text.size() < 4 << 20) text += marks;
    EXPECT_GE(FoldBody(text).size(), text.size() / 2) << marks;
  }
}

}  // namespace
}  // namespace replyguard::storage
