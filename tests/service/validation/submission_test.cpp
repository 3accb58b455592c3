// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/submission.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <set>
#include <string>

#include "service/validation/limits.h"

namespace replyguard::service::validation {
namespace {

using storage::SecretText;
using storage::Submission;

const Time kNow{std::chrono::seconds(1'800'000'000)};

Submission Good() {
  Submission s;
  s.thread_key = "post-1";
  s.author_name = "Ada";
  s.author_email = SecretText("ada@example.org");
  s.body = "A fine comment.";
  return s;
}

std::string Repeat(std::string_view part, std::size_t times) {
  std::string text;
  while (times-- > 0) text += part;
  return text;
}

struct Bad {
  const char* title;
  std::function<void(Submission&)> change;
  const char* field;
  std::string_view reason;
};

const Bad kBad[] = {
    {"no body", [](Submission& s) { s.body = ""; }, "body", reason::kRequired},
    {"white body", [](Submission& s) { s.body = " \t\r\n "; }, "body", reason::kRequired},
    {"invisible body", [](Submission& s) { s.body = "\u200B\u2060\uFEFF\u3164"; }, "body",
     reason::kRequired},
    {"body with NUL", [](Submission& s) { s.body = std::string("a\0b", 3); }, "body",
     reason::kNulCharacter},
    {"body with bell", [](Submission& s) { s.body = "a\x07"; }, "body", reason::kControlCharacter},
    {"body with escape", [](Submission& s) { s.body = "\x1B[31m"; }, "body",
     reason::kControlCharacter},
    {"body with vertical tab", [](Submission& s) { s.body = "a\vb"; }, "body",
     reason::kControlCharacter},
    {"body with DEL", [](Submission& s) { s.body = "a\x7F"; }, "body", reason::kControlCharacter},
    {"body Latin-1", [](Submission& s) { s.body = "caf\xE9"; }, "body", reason::kUtf8Invalid},
    {"body overlong UTF-8", [](Submission& s) { s.body = "\xC0\xAF"; }, "body",
     reason::kUtf8Invalid},
    {"body surrogate", [](Submission& s) { s.body = "\xED\xA0\x80"; }, "body",
     reason::kUtf8Invalid},
    {"body too long", [](Submission& s) { s.body = std::string(65'526, 'x'); }, "body",
     reason::kTooLong},
    {"body too long in bytes", [](Submission& s) { s.body = Repeat("é", 32'763); }, "body",
     reason::kTooLong},
    {"no name", [](Submission& s) { s.author_name = ""; }, "author_name", reason::kRequired},
    {"invisible name", [](Submission& s) { s.author_name = "\u00AD\u200D"; }, "author_name",
     reason::kRequired},
    {"name too long", [](Submission& s) { s.author_name = std::string(246, 'n'); }, "author_name",
     reason::kTooLong},
    {"name with NUL", [](Submission& s) { s.author_name = std::string("\0", 1); }, "author_name",
     reason::kNulCharacter},
    {"name bad UTF-8", [](Submission& s) { s.author_name = "\xFF"; }, "author_name",
     reason::kUtf8Invalid},
    {"no email", [](Submission& s) { s.author_email.Wipe(); }, "author_email", reason::kRequired},
    {"email without host", [](Submission& s) { s.author_email = SecretText("ada@"); },
     "author_email", reason::kEmailInvalid},
    {"email with space", [](Submission& s) { s.author_email = SecretText("a da@example.org"); },
     "author_email", reason::kEmailInvalid},
    {"email two lines",
     [](Submission& s) { s.author_email = SecretText("ada@example.org\nBcc: x@y.z"); },
     "author_email", reason::kEmailInvalid},
    {"email too long",
     [](Submission& s) { s.author_email = SecretText(std::string(92, 'a') + "@x.example"); },
     "author_email", reason::kTooLong},
    {"email with NUL",
     [](Submission& s) { s.author_email = SecretText(std::string_view("a\0@b.co", 7)); },
     "author_email", reason::kNulCharacter},
    {"email bad UTF-8", [](Submission& s) { s.author_email = SecretText("\xFF@b.co"); },
     "author_email", reason::kUtf8Invalid},
    {"url no scheme", [](Submission& s) { s.author_url = "example.org"; }, "author_url",
     reason::kUrlInvalid},
    {"url javascript", [](Submission& s) { s.author_url = "javascript:alert(1)"; }, "author_url",
     reason::kUrlSchemeInvalid},
    {"url ftp", [](Submission& s) { s.author_url = "ftp://x.example"; }, "author_url",
     reason::kUrlSchemeInvalid},
    {"url with tab", [](Submission& s) { s.author_url = "java\tscript:alert(1)"; }, "author_url",
     reason::kUrlInvalid},
    {"url credentials", [](Submission& s) { s.author_url = "https://a:b@x.example/"; },
     "author_url", reason::kUrlHasCredentials},
    {"url too long",
     [](Submission& s) { s.author_url = "http://e.example/" + std::string(184, 'x'); },
     "author_url", reason::kTooLong},
    {"ip", [](Submission& s) { s.author_ip = SecretText("300.1.1.1"); }, "author_ip",
     reason::kIpInvalid},
    {"ip with port", [](Submission& s) { s.author_ip = SecretText("192.0.2.1:80"); }, "author_ip",
     reason::kIpInvalid},
    {"ip with zone", [](Submission& s) { s.author_ip = SecretText("fe80::1%eth0"); }, "author_ip",
     reason::kIpInvalid},
    {"ip with NUL",
     [](Submission& s) { s.author_ip = SecretText(std::string_view("1.1.1.1\0", 8)); }, "author_ip",
     reason::kIpInvalid},
    {"user agent", [](Submission& s) { s.user_agent = std::string(kHeaderBytesMax + 1, 'u'); },
     "user_agent", reason::kTooLong},
    {"referrer", [](Submission& s) { s.referrer = std::string(kHeaderBytesMax + 1, 'r'); },
     "referrer", reason::kTooLong},
    {"language", [](Submission& s) { s.language = "english please"; }, "language",
     reason::kLanguageInvalid},
    {"honeypot", [](Submission& s) { s.honeypot = std::string(1'025, 'h'); }, "form.honeypot",
     reason::kTooLong},
    {"negative fill time", [](Submission& s) { s.form_fill_time = std::chrono::milliseconds(-1); },
     "form.fill_time", reason::kOutOfRange},
    {"long fill time",
     [](Submission& s) { s.form_fill_time = kFormFillTimeMax + std::chrono::milliseconds(1); },
     "form.fill_time", reason::kOutOfRange},
    {"future", [](Submission& s) { s.submit_time = kNow + std::chrono::minutes(6); }, "submit_time",
     reason::kTimeInFuture},
    {"no thread", [](Submission& s) { s.thread_key = ""; }, "thread", reason::kRequired},
    {"bad thread", [](Submission& s) { s.thread_key = "a b"; }, "thread", reason::kNameInvalid},
    {"long thread", [](Submission& s) { s.thread_key = std::string(201, 't'); }, "thread",
     reason::kNameInvalid},
    {"bad parent", [](Submission& s) { s.parent_comment = "nonsense"; }, "parent_comment",
     reason::kNameInvalid},
    {"thread uri", [](Submission& s) { s.thread_uri = "/relative"; }, "thread_uri",
     reason::kUrlInvalid},
    {"thread title", [](Submission& s) { s.thread_title = Repeat("é", 501); }, "thread_title",
     reason::kTooLong},
};

TEST(Validate, TheTableOfBadInputs) {
  for (const Bad& bad : kBad) {
    Submission s = Good();
    bad.change(s);
    const auto list = Validate(s, {}, kNow).List();
    ASSERT_EQ(list.size(), 1u) << bad.title;
    EXPECT_EQ(list[0].field, std::string("submission.") + bad.field) << bad.title;
    EXPECT_EQ(list[0].reason, bad.reason) << bad.title;
    EXPECT_FALSE(list[0].description.empty()) << bad.title;
  }
}

TEST(Validate, GoodIsGood) {
  Submission s = Good();
  EXPECT_TRUE(Validate(s, {}, kNow).empty());
}

TEST(Validate, LimitsAreInclusive) {
  Submission s = Good();
  s.body = std::string(65'525, 'y');
  s.author_name = Repeat("é", 245);
  s.author_email = SecretText(std::string(90, 'a') + "@b.example");
  s.author_url = "http://e.example/" + std::string(183, 'x');
  s.user_agent = std::string(254, 'u');
  s.referrer = std::string(1'024, 'r');
  s.thread_title = Repeat("é", 500);
  s.thread_key = std::string(200, 't');
  s.form_fill_time = kFormFillTimeMax;
  s.submit_time = kNow + std::chrono::minutes(5);
  EXPECT_EQ(s.author_email.size(), kAuthorEmailCharsMax);
  EXPECT_EQ(s.author_url.size(), kAuthorUrlBytesMax);
  EXPECT_TRUE(Validate(s, {}, kNow).empty());
}

// Nobody who writes a comment can mend what the browser says.
TEST(Validate, CutsWhatABrowserSaysOfItself) {
  Submission s = Good();
  s.user_agent = " " + std::string(253, 'u') + "€ Mobile/15E148 [FBAN/FBIOS;FBAV/100]";
  s.referrer = std::string(1'020, 'r') + "    " + std::string(kHeaderBytesMax - 1'024, 'x');
  std::vector<RepairNote> cuts;
  EXPECT_TRUE(Validate(s, {}, kNow, "submission.", &cuts).empty());
  EXPECT_EQ(s.user_agent, std::string(253, 'u'));
  EXPECT_EQ(s.referrer, std::string(1'020, 'r'));
  EXPECT_EQ(RepairText(cuts), "user_agent: CUT, referrer: CUT");
  cuts.clear();
  EXPECT_TRUE(Validate(s, {}, kNow, "submission.", &cuts).empty());
  EXPECT_EQ(RepairText(cuts), "");
}

TEST(Validate, RefusesWhatIsNoTextHoweverLong) {
  Submission s = Good();
  s.user_agent = std::string(300, 'u') + "\xFF";
  s.referrer = std::string(2'000, 'r') + "\x07";
  std::vector<RepairNote> cuts;
  const Violations violations = Validate(s, {}, kNow, "submission.", &cuts);
  EXPECT_TRUE(violations.Has("submission.user_agent", reason::kUtf8Invalid));
  EXPECT_TRUE(violations.Has("submission.referrer", reason::kControlCharacter));
  EXPECT_TRUE(cuts.empty());
}

// Half an address is none that would be masked.
TEST(Validate, CutsNoAddressInTwo) {
  for (std::size_t before = 225; before < 256; ++before) {
    Submission s = Good(), repaired;
    s.user_agent =
        std::string(before, 'u') + " secretlocal@mail.example.org and more" + std::string(100, 'v');
    repaired.user_agent = s.user_agent;
    EXPECT_TRUE(Validate(s, {}, kNow).empty());
    EXPECT_EQ(s.user_agent.find("secret"), std::string::npos) << s.user_agent;
    EXPECT_LE(s.user_agent.size(), kUserAgentBytesMax);
    Repair(repaired, kNow);
    EXPECT_EQ(repaired.user_agent, s.user_agent);
  }
}

TEST(Validate, CountsAfterLineEndsBecameNewlines) {
  Submission s = Good();
  s.body = Repeat("\r\n", 65'524) + "x";
  EXPECT_TRUE(Validate(s, {}, kNow).empty());
  EXPECT_EQ(s.body, Repeat("\n", 65'524) + "x");
}

TEST(Validate, NormalisesInPlace) {
  Submission s = Good();
  s.author_name = "  Ada\tLovelace\r\n";
  s.author_email = SecretText(" ada@example.org\n");
  s.author_url = " https://ada.example/ ";
  s.body = " a\r\nb\rc\u0085d ";
  EXPECT_TRUE(Validate(s, {}, kNow).empty());
  EXPECT_EQ(s.author_name, "Ada Lovelace");
  EXPECT_EQ(s.author_email.Reveal(), "ada@example.org");
  EXPECT_EQ(s.author_url, "https://ada.example/");
  EXPECT_EQ(s.body, " a\nb\nc\nd ");
}

// Windows-1252 read as Latin-1: 35 of the 5,574 messages of a public collection hold such quotes.
TEST(Validate, MisencodedQuotesAreNoReasonToLoseAComment) {
  Submission s = Good();
  s.body = "Don\xC2\x92t \xC2\x93shout\xC2\x94";
  EXPECT_TRUE(Validate(s, {}, kNow).empty());
  EXPECT_EQ(s.body, "Don\xC2\x92t \xC2\x93shout\xC2\x94");
}

TEST(Validate, TheSitesOwnFormDecidesWhatIsRequired) {
  Submission s = Good();
  s.author_name.clear();
  s.author_email.Wipe();
  const SiteForm only_body{.author_name = false, .author_email = false};
  EXPECT_TRUE(Validate(s, only_body, kNow).empty());
  const SiteForm all{.author_url = true};
  EXPECT_EQ(Validate(s, all, kNow).List().size(), 3u);
  // What is not required must still be right.
  s.author_email = SecretText("nonsense");
  EXPECT_TRUE(Validate(s, only_body, kNow).Has("submission.author_email", reason::kEmailInvalid));
}

TEST(Validate, EverythingWrongIsReportedAtOnceWithoutEchoingIt) {
  Submission s;
  s.author_name = "sentinel\x01";
  s.author_email = SecretText("sentinel sentinel");
  s.author_url = "sentinel://sentinel";
  s.author_ip = SecretText("sentinel");
  s.user_agent = "sentinel\x02";
  s.referrer = "sentinel\x03";
  s.language = "sentinel language";
  s.thread_key = "sentinel key";
  s.parent_comment = "sentinel";
  s.thread_uri = "sentinel";
  s.form_fill_time = std::chrono::milliseconds(-5);
  s.submit_time = kNow + std::chrono::hours(1);
  const auto list = Validate(s, {}, kNow, "s.").List();
  std::set<std::string> fields;
  for (const Violation& v : list) {
    fields.insert(v.field);
    EXPECT_EQ((v.field + v.reason + v.description).find("sentinel"), std::string::npos)
        << v.description;
  }
  EXPECT_EQ(fields, (std::set<std::string>{
                        "s.body", "s.author_name", "s.author_email", "s.author_url", "s.author_ip",
                        "s.user_agent", "s.referrer", "s.language", "s.thread", "s.parent_comment",
                        "s.thread_uri", "s.form.fill_time", "s.submit_time"}));
}

TEST(ValidateEdit, OnlyWhatItHolds) {
  storage::SubmissionEdit edit;
  EXPECT_TRUE(Validate(edit, {}).empty());
  edit.body = " \n";
  edit.author_url = "javascript:x";
  const auto violations = Validate(edit, {});
  EXPECT_TRUE(violations.Has("submission.body", reason::kRequired));
  EXPECT_TRUE(violations.Has("submission.author_url", reason::kUrlSchemeInvalid));
  edit.body = "fine\r\n";
  edit.author_url = "";
  EXPECT_TRUE(Validate(edit, {}).empty());
  EXPECT_EQ(*edit.body, "fine\n");
  edit.author_name = "";
  EXPECT_TRUE(Validate(edit, {}).Has("submission.author_name", reason::kRequired));
}

}  // namespace
}  // namespace replyguard::service::validation
