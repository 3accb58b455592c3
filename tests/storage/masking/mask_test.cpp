// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <concepts>
#include <ostream>
#include <string>
#include <type_traits>

#include "storage/masked_comment.h"
#include "storage/masking.h"

namespace replyguard::storage {
namespace {

using std::chrono::milliseconds;

AuthorKeyring Ring() {
  return *AuthorKeyring::Parse(
      "write 2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
      "keep 1 f0e0d0c0b0a090807060504030201000f1e1d1c1b1a191817161514131211101\n");
}

Submission Full() {
  Submission s;
  s.site_id = 3;
  s.thread_key = "post-1";
  s.author_name = "John";
  s.author_email = SecretText("john@Example.org");
  s.author_url = "https://john.example/";
  s.body = "Nice post";
  s.author_ip = SecretText("192.0.2.77");
  s.user_agent = "Mozilla/5.0";
  s.referrer = "https://example.org/post";
  s.language = "en";
  s.form_fill_time = milliseconds(12'000);
  return s;
}

TEST(Mask, KeepsWhatMayBeKept) {
  const MaskedComment c = Mask(Full(), Ring());
  EXPECT_EQ(c.site_id(), 3);
  EXPECT_EQ(c.thread_key(), "post-1");
  EXPECT_EQ(c.author_name(), "John");
  EXPECT_EQ(c.email_masked(), "j***@example.org");
  EXPECT_EQ(c.email_domain(), "example.org");
  EXPECT_EQ(c.body(), "Nice post");
  EXPECT_FALSE(c.body_changed());
  EXPECT_EQ(c.ip_masked(), "192.0.2.0/24");
  EXPECT_EQ(c.form_fill_time(), milliseconds(12'000));
  EXPECT_FALSE(c.honeypot_filled());
  ASSERT_EQ(c.author_hashes().size(), 2u);
  EXPECT_EQ(c.author_hashes()[0].key_id, 2);
  EXPECT_EQ(c.author_hashes(), Ring().AuthorHashes(3, "JOHN@example.ORG"));
  EXPECT_EQ(c.ip_hashes(), Ring().IpHashes(3, "192.0.2.77"));
  EXPECT_EQ(c.request_fingerprints().size(), 2u);
}

TEST(Mask, MasksEveryFreeText) {
  Submission s = Full();
  for (std::string* text :
       {&s.author_name, &s.body, &s.user_agent, &s.referrer, &s.thread_title, &s.thread_uri,
        &s.language, &s.comment_type, &s.thread_key, &s.parent_comment}) {
    *text = "jane@secret.example";
  }
  s.author_url = "https://x.example/?q=jane@secret.example";
  s.honeypot = "jane@secret.example";
  const MaskedComment c = Mask(std::move(s), Ring());
  for (const std::string& text :
       {c.author_name(), c.body(), c.user_agent(), c.referrer(), c.thread_title(), c.thread_uri(),
        c.language(), c.comment_type(), c.thread_key(), c.parent_comment()}) {
    EXPECT_EQ(text, "j***@secret.example");
  }
  EXPECT_EQ(c.author_url(), "https://x.example/?q=j***@secret.example");
  EXPECT_TRUE(c.body_changed());
  EXPECT_TRUE(c.honeypot_filled());
}

TEST(Mask, TheAuthorsOwnAddressGoesEvenWhereMaskTextWouldLetItStay) {
  Submission s = Full();
  s.author_email = SecretText("john@intranet");
  s.body = "I am John@Intranet, git@host:path stays, john@intranet";
  const MaskedComment c = Mask(std::move(s), Ring());
  EXPECT_EQ(c.body(), "I am j***@intranet, git@host:path stays, j***@intranet");
  EXPECT_TRUE(c.body_changed());
}

TEST(Mask, TheAuthorsOwnAddressGoesInEverySpelling) {
  for (const char* spelling :
       {"john&#0000000000000000000000000000000000000000064;intranet", "John%40Intranet",
        "john%2540intranet", "john&#64;intranet", "john&commat;intranet", "john\\u0040intranet",
        "john\uFF20intranet", "john\u200B@intranet", "jo\u00ADhn@intranet", "john (at) intranet",
        "<b>john</b>@intranet", "\uFF4Aohn@intranet"}) {
    Submission s = Full();
    s.author_email = SecretText("john@intranet");
    s.body = "I am " + std::string(spelling) + ", git@host:path and a%40b stay";
    const MaskedComment c = Mask(std::move(s), Ring());
    EXPECT_THAT(c.body(), testing::HasSubstr("j***@intranet")) << spelling;
    EXPECT_THAT(c.body(), testing::HasSubstr(", git@host:path and a%40b stay")) << spelling;
    EXPECT_TRUE(c.body_changed());
  }
}

std::string MaskedBody(std::string_view email, std::string body) {
  Submission s = Full();
  s.author_email = SecretText(email);
  s.body = std::move(body);
  return Mask(std::move(s), Ring()).body();
}

TEST(Mask, TheAuthorsOwnAddressGoesAsAWholeWhereItReadsLikePartOfALink) {
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

TEST(Mask, TheAuthorsOwnAddressGoesWhereMaskTextLetsItStayForWhatStandsAround) {
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

TEST(Mask, TheAuthorsOwnAddressGoesWhereItsSignIsAWord) {
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
  EXPECT_FALSE(IdHoldsAddress("john.doe_at_acme.example", "jane@acme.example"));
}

TEST(Mask, TheAuthorsOwnAddressGoesInAnyCase) {
  EXPECT_EQ(MaskedBody("ärger@intranet", "I am ÄRGER@Intranet"), "I am ä***@intranet");
  EXPECT_EQ(MaskedBody("kim.s@intranet", "I am \u212Aim.\u017F@intranet"), "I am k***@intranet");
}

TEST(Mask, TheAuthorsOwnAddressIsKnownWithSpacesAndADotAroundIt) {
  for (const char* email : {" john@intranet", "john@intranet \n", "john@intranet."}) {
    EXPECT_EQ(MaskedBody(email, "I am john@intranet now"), "I am j***@intranet now") << email;
  }
}

TEST(Mask, AnAddressThatHoldsTheAuthorsOwnIsMaskedAsAWhole) {
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

TEST(Mask, AnIdHoldsNoAddress) {
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

TEST(Mask, EmptyAndBrokenInputIsFine) {
  const MaskedComment empty = Mask(Submission(), Ring());
  EXPECT_EQ(empty.email_masked(), "");
  EXPECT_TRUE(empty.author_hashes().empty());
  EXPECT_TRUE(empty.ip_hashes().empty());
  EXPECT_TRUE(empty.body_hashes().empty());
  EXPECT_FALSE(empty.request_fingerprints().empty());

  Submission s;
  s.author_email = SecretText("no address at all");
  s.author_ip = SecretText("somewhere");
  s.body = "\xFF\xFE";
  const MaskedComment broken = Mask(std::move(s), Ring());
  EXPECT_EQ(broken.email_masked(), "***");
  EXPECT_EQ(broken.ip_masked(), "");
  EXPECT_FALSE(broken.author_hashes().empty()) << "one junk address is one author still";
}

TEST(Mask, TheSameTextHasTheSameBodyHash) {
  Submission a = Full(), b = Full(), other = Full();
  a.body = "Buy  NOW";
  b.body = "buy now\n";
  other.body = "buy later";
  const AuthorKeyring ring = Ring();
  const auto hash = Mask(std::move(a), ring).body_hashes();
  EXPECT_EQ(hash, Mask(std::move(b), ring).body_hashes());
  EXPECT_NE(hash, Mask(std::move(other), ring).body_hashes());
}

TEST(Mask, AnyFieldChangesTheFingerprintAndNothingElseDoes) {
  const AuthorKeyring ring = Ring();
  const auto plain = Mask(Full(), ring).request_fingerprints();
  EXPECT_EQ(Mask(Full(), ring).request_fingerprints(), plain);
  using Change = void (*)(Submission&);
  const Change changes[] = {
      [](Submission& s) { s.thread_key += "x"; },
      [](Submission& s) { s.parent_comment = "1"; },
      [](Submission& s) { s.author_name += "x"; },
      [](Submission& s) { s.author_email = SecretText("jonn@example.org"); },
      [](Submission& s) { s.author_url += "x"; },
      [](Submission& s) { s.body += "x"; },
      [](Submission& s) { s.author_ip = SecretText("192.0.2.78"); },
      [](Submission& s) { s.user_agent += "x"; },
      [](Submission& s) { s.referrer += "x"; },
      [](Submission& s) { s.language = "de"; },
      [](Submission& s) { s.comment_type = "pingback"; },
      [](Submission& s) { s.author_verified = true; },
      [](Submission& s) { s.honeypot = "x"; },
      [](Submission& s) { s.form_fill_time = milliseconds(1); },
      [](Submission& s) { s.form_fill_time.reset(); },
      [](Submission& s) { s.submit_time.emplace(); },
      [](Submission& s) { s.thread_uri = "https://example.org/"; },
      [](Submission& s) { s.thread_title = "T"; },
      [](Submission& s) { s.thread_publish_time.emplace(); },
      [](Submission& s) { s.site_id = 4; },
      // Text moved from one field to the next is another submission.
      [](Submission& s) {
        s.body = "Nice pos";
        s.user_agent = "tMozilla/5.0";
      },
  };
  for (const Change change : changes) {
    Submission s = Full();
    change(s);
    EXPECT_NE(Mask(std::move(s), ring).request_fingerprints()[0], plain[0]) << &change - changes;
  }
}

TEST(Mask, LeavesNothingInTheSubmission) {
  Submission s = Full();
  s.body = "short";  // lives in the string's own buffer
  const char* inside = s.body.data();
  (void)Mask(std::move(s), Ring());
  EXPECT_TRUE(s.author_email.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_TRUE(s.body.empty());
  (void)inside;
}

TEST(Mask, EditsAreMaskedTheSameWay) {
  SubmissionEdit edit;
  edit.site_id = 3;
  edit.body = "now with jane@secret.example";
  const AuthorKeyring ring = Ring();
  const MaskedEdit masked = Mask(std::move(edit), ring);
  EXPECT_EQ(masked.body(), "now with j***@secret.example");
  EXPECT_TRUE(masked.body_changed());
  EXPECT_FALSE(masked.author_name().has_value());
  EXPECT_FALSE(masked.author_url().has_value());
  Submission s = Full();
  s.body = "Now with j***@secret.example";
  EXPECT_EQ(masked.body_hashes(), Mask(std::move(s), ring).body_hashes());
}

TEST(WipeString, LeavesNoByteBehind) {
  std::string text = "a secret that is longer than a small string's own buffer";
  const std::size_t capacity = text.capacity();
  WipeString(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.capacity(), capacity);
  text.resize(capacity, '\0');  // within the capacity: the bytes are still there to see
  EXPECT_EQ(text, std::string(capacity, '\0'));
}

TEST(SecretText, MovesAndForgets) {
  SecretText a("secret");
  SecretText b(std::move(a));
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(b.Reveal(), "secret");
  b = SecretText("other");
  EXPECT_EQ(b.Reveal(), "other");
  b.Wipe();
  EXPECT_EQ(b.Reveal(), "");
}

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

// The guarantees that the compiler gives.
static_assert(!Printable<Submission> && !Printable<SecretText> && !Printable<AuthorKeyring>);
static_assert(!std::is_copy_constructible_v<Submission> &&
              !std::is_copy_constructible_v<SecretText>);
static_assert(!std::is_default_constructible_v<MaskedComment> &&
              !std::is_constructible_v<MaskedComment, Submission>);
static_assert(!std::is_default_constructible_v<MaskedEdit>);

}  // namespace
}  // namespace replyguard::storage
