// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "storage/masking.h"

namespace replyguard::storage {
namespace {

struct Case {
  const char* text;
  const char* masked;
};

class Masks : public testing::TestWithParam<Case> {};

TEST_P(Masks, AsExpectedAndOnlyOnce) {
  const auto& [text, wanted] = GetParam();
  const MaskedText masked = MaskText(text);
  EXPECT_EQ(masked.text(), wanted);
  EXPECT_EQ(masked.changed(), std::string(text) != wanted);
  EXPECT_EQ(MaskText(masked.text()).text(), wanted);
  EXPECT_FALSE(MaskText(masked.text()).changed());
}

constexpr Case kPlain[] = {
    {"john@example.org", "j***@example.org"},
    {"mail john.doe+tag@mail.example.org, please", "mail j***@mail.example.org, please"},
    {"<john@example.org>", "<j***@example.org>"},
    {"(john@example.org)", "(j***@example.org)"},
    {"'john@example.org'", "'j***@example.org'"},
    {"*john@example.org*", "*j***@example.org*"},
    {"Write to john@example.org.", "Write to j***@example.org."},
    {"john@example.org...", "j***@example.org..."},
    {"john@example.org: hello", "j***@example.org: hello"},
    {"john@example.org:8080", "j***@example.org:8080"},
    {"mailto:john@example.org?subject=x", "mailto:j***@example.org?subject=x"},
    {"<a href=\"mailto:john@example.org\">john@example.org</a>",
     "<a href=\"mailto:j***@example.org\">j***@example.org</a>"},
    {"a@b.co,c@d.co;e@f.co", "a***@b.co,c***@d.co;e***@f.co"},
    {"a@b.co\nc@d.co", "a***@b.co\nc***@d.co"},
    {"o'brien@example.org", "o***@example.org"},
    {"John@Example.ORG", "J***@Example.ORG"},
    {"+++@example.org", "***@example.org"},
    {"email=john@example.org", "e***@example.org"},
    {"_under_score_@example.org", "_u***@example.org"},
    {"john@sub-domain.example.co.uk", "j***@sub-domain.example.co.uk"},
    {"john@163.com", "j***@163.com"},
    {"john@192.0.2.1", "j***@192.0.2.1"},
    {"john@[192.0.2.1]", "j***@[192.0.2.1]"},
    {"john@[IPv6:2001:db8::1]", "j***@[IPv6:2001:db8::1]"},
    {"\"john doe\"@example.org", "j***@example.org"},
    {"\"john@home\"@example.org", "j***@example.org"},
    {"\"john@a.com\"@b.com", "j***@b.com"},
    {"john..doe@example.org", "j***@example.org"},
    {".john.@example.org", ".j***@example.org"},
    {"@john@example.org", "@j***@example.org"},
    {"git@github.com", "g***@github.com"},
};
INSTANTIATE_TEST_SUITE_P(Plain, Masks, testing::ValuesIn(kPlain));

constexpr Case kDisguised[] = {
    {"john%40example.org", "j***@example.org"},
    {"john%2540example.org", "j***@example.org"},
    {"%6Aohn%40example%2Eorg", "j***@example.org"},
    {"john&#64;example.org", "j***@example.org"},
    {"john&#064;example.org", "j***@example.org"},
    {"john&#64example.org", "j***@example.org"},
    {"john&#x40;example.org", "j***@example.org"},
    {"john&#X40;example&period;org", "j***@example.org"},
    {"john&commat;example.org", "j***@example.org"},
    {"john&amp;commat;example.org", "j***@example.org"},
    {"john&amp;amp;#64;example.org", "j***@example.org"},
    {"&#106;&#111;&#104;&#110;&#64;example.org", "j***@example.org"},
    {"&lt;john@example.org&gt;", "&lt;j***@example.org&gt;"},
    {"john\uFF20example.org", "j***@example.org"},
    {"john\uFE6Bexample.org", "j***@example.org"},
    {"\uFF4A\uFF4F\uFF48\uFF4E\uFF20\uFF45\uFF58\uFF0E\uFF4F\uFF52\uFF47", "j***@ex.org"},
    {"john@example\u3002org", "j***@example.org"},
    {"jo\u200Bhn@example.org", "j***@example.org"},
    {"john\u200B@\u2060exam\u00ADple.org", "j***@example.org"},
    {"john@example\uFEFF.\u200Dorg", "j***@example.org"},
    {"john&shy;@example.org", "j***@example.org"},
    {"jo%E2%80%8Bhn%40example.org", "j***@example.org"},
};
INSTANTIATE_TEST_SUITE_P(Disguised, Masks, testing::ValuesIn(kDisguised));

constexpr Case kInternational[] = {
    {"jörg@exämple.de", "j***@exämple.de"},
    {"иван@пример.рф", "и***@пример.рф"},
    {"张伟@例子.中国", "张***@例子.中国"},
    {"%C3%A9ric%40example.org", "é***@example.org"},
    {"请联系john@example.org。谢谢", "请联系j***@example.org。谢谢"},
    {"メールはtaro@example.jpまで", "メールはt***@example.jpまで"},
    {"메일:kim@example.kr", "메일:k***@example.kr"},
    {"📧john@example.org", "📧j***@example.org"},
    {"john@xn--exmple-cua.org", "j***@xn--exmple-cua.org"},
    {"josé.garcía@example.es", "j***@example.es"},
    {"na\u0308ive@example.org", "n***@example.org"},
};
INSTANTIATE_TEST_SUITE_P(International, Masks, testing::ValuesIn(kInternational));

constexpr Case kUrls[] = {
    {"https://x.example/?email=john@example.org&b=1",
     "https://x.example/?email=j***@example.org&b=1"},
    {"https://x.example/?email=john%40example.org", "https://x.example/?email=j***@example.org"},
    {"https://x.example/u/john@example.org/edit", "https://x.example/u/j***@example.org/edit"},
    {"x.example/u/john@example.org", "x.example/u/j***@example.org"},
    {"/unsubscribe?u=john@example.org", "/unsubscribe?u=j***@example.org"},
    {"https://john@example.org/", "https://j***@example.org/"},
    {"https://john:secret@example.org/", "https://j***@example.org/"},
};
INSTANTIATE_TEST_SUITE_P(Urls, Masks, testing::ValuesIn(kUrls));

constexpr Case kAdversarial[] = {
    {"a@b.co@d.co", "a***@b***@d.co"},
    {"john@a.com@b.com@c.com", "j***@a***@b***@c.com"},
    {"foo\"john\"@example.org", "f***@example.org"},
    {"@@@@john@example.org@@@@", "@@@@j***@example.org@@@@"},
    {"john@example.orgjane@example.net", "j***@e***@example.net"},
    {"j***@example.org", "j***@example.org"},
    {"***@example.org", "***@example.org"},
    {"abc.j***@example.org", "a***@example.org"},
    {"%4%61bc@example.org", "J***@example.org"},
    {"&#%36bc@example.org", "&#%36b***@example.org"},
    {"\"a\"@b.co\"@x.org", "a***@x.org"},
};
INSTANTIATE_TEST_SUITE_P(Adversarial, Masks, testing::ValuesIn(kAdversarial));

class Keeps : public testing::TestWithParam<const char*> {};

TEST_P(Keeps, TheText) {
  const MaskedText masked = MaskText(GetParam());
  EXPECT_EQ(masked.text(), GetParam());
  EXPECT_FALSE(masked.changed());
}

constexpr const char* kStays[] = {
    "",
    "@",
    "@@@@",
    "nothing here",
    "user@host",
    "root@server...",
    "git@github.com:org/repo.git",
    "git@github.com:~me/repo",
    "ssh://git@github.com/org/repo.git",
    "https://x.example/photo@2x.png",
    "logo@3x.webp",
    "@handle",
    "thanks @some.one!",
    "https://medium.com/@john.doe/a-post",
    "medium.com/@john.doe",
    "npm install left-pad@1.3.0",
    "pkg@1.2.3-rc1",
    "actions/checkout@v4.1",
    "5 apples@1.50 each",
    "john at example.com",
    "100% & more",
    "a %40 b",
    "a &#64; b",
    "%zz %4 %",
    "&&amp;&#;&#x;&commat",
    "john@",
    "@example.org",
    "\"@example.org\"",
    "\"quoted\" said \"@example.com\"",
    "john@.org",
    "john@[not an ip]",
    "a@b",
    "bytes \xFF\xFE@\x80.org",
};
INSTANTIATE_TEST_SUITE_P(Stays, Keeps, testing::ValuesIn(kStays));

TEST(MaskText, LeavesBadBytesInPlaceAndStillMasks) {
  EXPECT_EQ(MaskText("\xFFjohn@example.org\xC3").text(), "\xFFj***@example.org\xC3");
}

TEST(MaskText, TakesNulAsASeparator) {
  const std::string text("x\0john@example.org\0y", 20);
  EXPECT_EQ(MaskText(text).text(), std::string("x\0j***@example.org\0y", 20));
}

}  // namespace
}  // namespace replyguard::storage
