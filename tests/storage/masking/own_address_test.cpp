// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What goes of a submission's texts, and refuses its ids, because it is the author's own address.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "storage/masked_comment.h"
#include "storage/masking.h"

namespace replyguard::storage {
namespace {

MaskedComment Masked(std::string_view email, std::string text) {
  Submission s;
  s.site_id = 3;
  s.author_email = SecretText(email);
  s.author_name = s.author_url = text;
  s.body = std::move(text);
  static const AuthorKeyring ring = *AuthorKeyring::Parse(
      "write 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
  return Mask(std::move(s), ring);
}

std::string MaskedBody(std::string_view email, std::string body) {
  return Masked(email, std::move(body)).body();
}

TEST(OwnAddress, GoesEvenWhereMaskTextWouldLetItStay) {
  const MaskedComment c =
      Masked("john@intranet", "I am John@Intranet, git@host:path stays, john@intranet");
  EXPECT_EQ(c.body(), "I am j***@intranet, git@host:path stays, j***@intranet");
  EXPECT_TRUE(c.body_changed());
}

TEST(OwnAddress, GoesInEverySpelling) {
  for (const char* spelling :
       {"john&#0000000000000000000000000000000000000000064;intranet", "John%40Intranet",
        "john%2540intranet", "john&#64;intranet", "john&commat;intranet", "john\\u0040intranet",
        "john\uFF20intranet", "john\u200B@intranet", "jo\u00ADhn@intranet", "john (at) intranet",
        "<b>john</b>@intranet", "\uFF4Aohn@intranet"}) {
    const MaskedComment c =
        Masked("john@intranet", "I am " + std::string(spelling) + ", git@host:path and a%40b stay");
    EXPECT_THAT(c.body(), testing::HasSubstr("j***@intranet")) << spelling;
    EXPECT_THAT(c.body(), testing::HasSubstr(", git@host:path and a%40b stay")) << spelling;
    EXPECT_TRUE(c.body_changed());
  }
}

TEST(OwnAddress, GoesAsAWholeWhereItReadsLikePartOfALink) {
  for (const char* email :
       {"secret.name?x@example.org", "j.d/secretone@example.org", "/secret/name@example.org",
        "#secret/name@example.org", "&secret=name@example.org", "secret=x@example.org",
        "张三secret@example.org", "secret%41x@example.org"}) {
    const std::string masked = MaskEmail(email);
    for (const std::string before :
         {"mail ", "see http://x.example/?a=", "http://x.example/secret/"}) {
      const std::string body = MaskedBody(email, before + email + " now");
      EXPECT_THAT(body, testing::EndsWith("***@example.org now")) << email;
      EXPECT_THAT(body, testing::Not(testing::HasSubstr("secretone"))) << email;
      EXPECT_THAT(body, testing::Not(testing::HasSubstr("name"))) << email;
    }
    EXPECT_EQ(MaskedBody(email, "mail " + std::string(email) + " now"), "mail " + masked + " now");
  }
  EXPECT_EQ(MaskedBody("j.d/secretone@example.org", "mail j.d/secretone&#64;example.org now"),
            "mail j***@example.org now");
}

TEST(OwnAddress, GoesWhereMaskTextLetsItStayForWhatStandsAround) {
  for (const char* body :
       {"git@example.org:foo", "git&#64;example.org:foo", "git%40example.org:foo"}) {
    EXPECT_EQ(MaskedBody("git@example.org", body), "g***@example.org:foo");
    EXPECT_EQ(MaskedBody("john@example.org", body), body);
  }
  for (const char* body : {"ssh://git@example.org", "ssh://git%40example.org"}) {
    EXPECT_EQ(MaskedBody("git@example.org", body), "ssh://g***@example.org");
    EXPECT_EQ(MaskedBody("john@example.org", body), body);
  }
}

TEST(OwnAddress, GoesWhereItsSignIsAWord) {
  for (const char* spelling :
       {"john.doe at acme.example", "John.Doe AT Acme.Example", "john.doe_at_acme.example",
        "john.doe[at]acme.example", "john.doe -at- acme.example", "(john.doe at acme.example)"}) {
    const std::string body =
        MaskedBody("john.doe@acme.example", std::string(spelling) + ", as ever");
    EXPECT_THAT(body, testing::HasSubstr("j***@acme.example")) << spelling;
    EXPECT_THAT(body, testing::Not(testing::HasSubstr("doe"))) << spelling;
    EXPECT_THAT(body, testing::EndsWith(", as ever")) << spelling;
  }
  for (const char* prose :
       {"jane at acme.example", "john.doe at acme.examples", "xjohn.doe at acme.example",
        "john.doe is at acme.example", "john.doe atacme.example", "john.doe at the acme.example"}) {
    EXPECT_EQ(MaskedBody("john.doe@acme.example", prose), prose);
  }
  EXPECT_EQ(MaskedBody("a@-", std::string(1000, '-')), std::string(1000, '-'));
  EXPECT_TRUE(IdHoldsAddress("john.doe_at_acme.example", "john.doe@acme.example"));
  EXPECT_TRUE(IdHoldsAddress("john.doe%20arroba%20acme.example", "john.doe@acme.example"));
  EXPECT_FALSE(IdHoldsAddress("john.doe_at_acme.example", "jane@acme.example"));
  EXPECT_FALSE(IdHoldsAddress("john.doe_at_acme.example", ""));
}

TEST(OwnAddress, InWordsGoesWhateverStandsAroundAndBetween) {
  for (const char* text :
       {"\u201C!\u201D", "\u00AB!\u00BB", "\u201E!\u201C", "!\u2026", "!\u2014thanks", "\u2014!",
        "!\u3002", "皆さん!へ", "\u300C!\u300D", "&hellip;!&mdash;", "😀!😀", "!.", "(!)", "_!_",
        "-!-", "https://x.example/!", "https://x.example/?q=!&r=1"}) {
    for (const char* spelling : {"john at smallfirm.org",
                                 "john\u00A0at\u00A0smallfirm.org",
                                 "john\u2003at\u2003smallfirm.org",
                                 "john\u3000at\u3000smallfirm.org",
                                 "john&nbsp;at&#160;smallfirm.org",
                                 "john&numsp;at&numsp;smallfirm.org",
                                 "john%20at%20smallfirm.org",
                                 "john+at+smallfirm.org",
                                 "john      at      smallfirm.org",
                                 "john\n\tat\nsmallfirm.org",
                                 "john \u00E4t smallfirm.org",
                                 "john \u00C4T smallfirm.org",
                                 "john arroba smallfirm.org",
                                 "John_Arroba_Smallfirm.org",
                                 "john собака smallfirm.org",
                                 "john \uFF41\uFF54 smallfirm.org",
                                 "john a\u200Bt smallfirm.org",
                                 "john %61t smallfirm.org",
                                 "john \u201Cat\u201D smallfirm.org",
                                 "john \u2013 at \u2013 smallfirm.org",
                                 "john\u2014at\u2014smallfirm.org",
                                 "<b>john</b> at smallfirm.org",
                                 "[b]john[/b] at small<i>firm</i>.org",
                                 "<john> at smallfirm.org",
                                 "john at <smallfirm.org>",
                                 "**john** at **smallfirm.org**",
                                 "john   [at]   smallfirm.org",
                                 "john       [at]       smallfirm.org",
                                 "john @smallfirm.org",
                                 "john at smallfirm dot org",
                                 "j\u00ADohn at smallfirm (dot) org",
                                 "john, at smallfirm.org",
                                 "john at @smallfirm.org",
                                 "john.at.smallfirm.org"}) {
      std::string written = text;
      written.replace(written.find('!'), 1, spelling);
      const MaskedComment c = Masked("john@smallfirm.org", written);
      EXPECT_THAT(c.body(), testing::HasSubstr("***@smallfirm.org")) << written;
      EXPECT_THAT(c.body(), testing::Not(testing::HasSubstr("ohn"))) << written;
      EXPECT_EQ(c.author_name(), c.body());
      EXPECT_EQ(c.author_url(), c.body());
    }
  }
  EXPECT_EQ(MaskedBody("john@smallfirm.org", "皆さんjohn at smallfirm.orgへ。"),
            "皆さんj***@smallfirm.orgへ。");
  EXPECT_EQ(MaskedBody("john.doe@intranet", "john dot doe at intranet"), "j***@intranet");
  EXPECT_EQ(MaskedBody("張三@例.中国", "我是張三 at 例.中国。"), "我是張三 at 例.中国。");
  EXPECT_EQ(MaskedBody("張三@例.中国", "I am 張三 at 例.中国."), "I am 張***@例.中国.");
  EXPECT_EQ(MaskedBody("ärger@ärmel.org", "ÄRGER at Ärmel.org"), "ä***@ärmel.org");
  EXPECT_EQ(MaskedBody("_john-@[192.0.2.1]", "_john- at [192.0.2.1]"),
            MaskEmail("_john-@[192.0.2.1]"));
}

TEST(OwnAddress, LeavesProseLikeIt) {
  for (const char* prose : {"xjohn at smallfirm.org",
                            "éjohn at smallfirm.org",
                            "жjohn at smallfirm.org",
                            "john at smallfirm.orgs",
                            "john at smallfirm.orgé",
                            "john at smallfirm.co",
                            "john is at smallfirm.org",
                            "john, who is at smallfirm.org",
                            "john at the smallfirm.org",
                            "john looks at smallfirm.org",
                            "john and smallfirm.org",
                            "john, @smallfirm.org",
                            "john!     ... at smallfirm.org",
                            "johnat smallfirm.org",
                            "john atsmallfirm.org",
                            "john batsmallfirm.org",
                            "joan at smallfirm.org",
                            "at smallfirm.org",
                            "john at",
                            "john at smallfirm, org",
                            "<i>john</i> was at <a href=\"https://smallfirm.org\">us</a>",
                            "https://smallfirm.org/john",
                            "https://smallfirm.org/?q=john%20at%20work"}) {
    EXPECT_EQ(MaskedBody("john@smallfirm.org", prose), prose);
  }
  for (const char* email : {"@smallfirm.org", "john@", "@", "at", ""}) {
    EXPECT_EQ(MaskedBody(email, "john at smallfirm.org, at"), "john at smallfirm.org, at") << email;
  }
}

TEST(OwnAddress, GoesInAnyCase) {
  EXPECT_EQ(MaskedBody("ärger@intranet", "I am ÄRGER@Intranet"), "I am ä***@intranet");
  EXPECT_EQ(MaskedBody("kim.s@intranet", "I am \u212Aim.\u017F@intranet"), "I am k***@intranet");
}

TEST(OwnAddress, IsKnownWithSpacesAndADotAroundIt) {
  for (const char* email : {" john@intranet", "john@intranet \n", "john@intranet."}) {
    EXPECT_EQ(MaskedBody(email, "I am john@intranet now"), "I am j***@intranet now") << email;
  }
}

TEST(OwnAddress, AnAddressThatHoldsTheAuthorsOwnIsMaskedAsAWhole) {
  for (const char* body : {"jane@b.org", "jane&#64;b.org", "JANE@b.org", "\"jane\"@b.org"}) {
    EXPECT_THAT(MaskedBody("e@b.org", body), testing::AnyOf("j***@b.org", "J***@b.org")) << body;
    EXPECT_THAT(MaskedBody("jane@b.org", body), testing::AnyOf("j***@b.org", "\"j***@b.org"))
        << body;
  }
  EXPECT_EQ(MaskedBody("a@b.org", "a@b.org.uk xa@b.org.uk"), "a***@b.org.uk x***@b.org.uk");
  EXPECT_EQ(MaskedBody("a@b", "a@b.org a@b"), "a***@b.org a***@b");
  for (const char* email : {"***@b.org", "*@b.org", "@b.org", "e@!", "j***@b.org"}) {
    EXPECT_THAT(MaskedBody(email, "jane@b.org " + std::string(email) + " joe@c.org"),
                testing::AllOf(testing::Not(testing::HasSubstr("jane")),
                               testing::Not(testing::HasSubstr("joe"))))
        << email;
  }
}

TEST(OwnAddress, AnIdHoldsNoAddress) {
  EXPECT_TRUE(IdHoldsAddress("john@example.org", ""));
  for (const char* id : {"john@intranet", "x-john@intranet", "JOHN@INTRANET", "john%40intranet",
                         "john&#64;intranet", "john(at)intranet"}) {
    EXPECT_TRUE(IdHoldsAddress(id, "john@intranet")) << id;
    EXPECT_FALSE(IdHoldsAddress(id, "")) << id << ": a website may have ids of that form";
  }
  for (const char* id :
       {"comment@2", "a1b2@2026-11-28T10:15", "https://social.example/@john/1", "@john", "by=@john",
        "a@", "100%", "a=40", "<1>", "a@-b", "01234567-89ab-4def-8123-456789abcdef"}) {
    EXPECT_FALSE(IdHoldsAddress(id, "john@intranet")) << id;
  }
  for (const char* id : {"john@9", "x-JOHN%409-1"}) {
    EXPECT_TRUE(IdHoldsAddress(id, "john@9")) << id;
    EXPECT_FALSE(IdHoldsAddress(id, "")) << id;
  }
}

}  // namespace
}  // namespace replyguard::storage
