// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "service/validation/limits.h"
#include "service/validation/submission.h"
#include "service/validation/text.h"

namespace replyguard::service::validation {
namespace {

using Kind = RepairNote::Kind;
using storage::SecretText;
using storage::Submission;

const Time kNow{std::chrono::seconds(1'800'000'000)};

bool Noted(const std::vector<RepairNote>& notes, std::string field, Kind kind) {
  return std::find(notes.begin(), notes.end(), RepairNote{std::move(field), kind}) != notes.end();
}

TEST(Repair, LeavesWhatIsGoodAndSaysNothing) {
  Submission s;
  s.body = "fine\r\ntext";
  s.author_email = SecretText("ada@example.org");
  s.author_url = "https://ada.example/";
  s.author_ip = SecretText("192.0.2.1");
  s.thread_key = "t";
  EXPECT_TRUE(Repair(s, kNow).empty());
  EXPECT_EQ(s.body, "fine\ntext");
  EXPECT_EQ(s.author_email.Reveal(), "ada@example.org");
  EXPECT_EQ(s.author_ip.Reveal(), "192.0.2.1");
}

TEST(Repair, ReplacesControlsAndBadBytes) {
  Submission s;
  s.body = std::string("a\0b\x07\xFFz\x7F", 7);
  const auto notes = Repair(s, kNow);
  EXPECT_EQ(s.body, "a b \uFFFDz ");
  EXPECT_TRUE(Noted(notes, "body", Kind::kCharactersReplaced));
}

TEST(Repair, CutsAtACharactersBorder) {
  Submission s;
  s.body = std::string(kBodyBytesMax - 1, 'x') + "€";
  s.author_name = std::string(300, 'n');
  const auto notes = Repair(s, kNow);
  EXPECT_EQ(s.body, std::string(kBodyBytesMax - 1, 'x'));
  EXPECT_EQ(s.author_name.size(), kAuthorNameCharsMax);
  EXPECT_TRUE(Noted(notes, "body", Kind::kCut));
  EXPECT_TRUE(Noted(notes, "author_name", Kind::kCut));
}

TEST(Repair, LeavesNoHalfOfAnAddressAtTheCut) {
  const auto cut = [](const std::string& end) {
    Submission s;
    s.body = std::string(kBodyBytesMax - end.size() - 1, 'x') + " " + end + "ple.com, or so";
    Repair(s, kNow);
    return s.body.substr(std::min(s.body.find_first_not_of('x'), s.body.size()));
  };
  EXPECT_EQ(cut("Ann@exam"), " ");
  EXPECT_EQ(cut("@Ann said"), " @Ann said") << "no address is cut";
  Submission whole;
  whole.author_name = std::string(kAuthorNameCharsMax - 3, '@') + "xxxxx";
  Repair(whole, kNow);
  EXPECT_LT(whole.author_name.size(), kAuthorNameCharsMax);
  EXPECT_GT(whole.author_name.size(), kAuthorNameCharsMax - 80);
}

TEST(Repair, DropsWhatCannotBeMended) {
  Submission s;
  s.body = "x";
  s.author_email = SecretText("no address");
  s.author_url = "javascript:alert(1)";
  s.author_ip = SecretText("unknown");
  s.language = "en, fr_ca";
  s.submit_time = kNow + std::chrono::hours(1);
  s.form_fill_time = std::chrono::milliseconds(-1);
  s.parent_comment = "17";
  const auto notes = Repair(s, kNow);
  EXPECT_TRUE(s.author_email.empty());
  EXPECT_TRUE(s.author_url.empty());
  EXPECT_TRUE(s.author_ip.empty());
  EXPECT_TRUE(s.language.empty());
  EXPECT_FALSE(s.submit_time.has_value());
  EXPECT_FALSE(s.form_fill_time.has_value());
  for (const char* field : {"author_email", "author_url", "author_ip", "language", "submit_time",
                            "form.fill_time", "parent_comment"}) {
    EXPECT_TRUE(Noted(notes, field, Kind::kDropped)) << field;
  }
}

TEST(Repair, CompletesAnAddressWithoutScheme) {
  Submission s;
  s.author_url = "www.example.org/me";
  EXPECT_TRUE(Noted(Repair(s, kNow), "author_url", Kind::kCompleted));
  EXPECT_EQ(s.author_url, "http://www.example.org/me");
  s.author_url = "no";
  EXPECT_TRUE(Noted(Repair(s, kNow), "author_url", Kind::kDropped));
  s.author_url = "https://example.org/" + std::string(300, 'x');
  EXPECT_TRUE(Noted(Repair(s, kNow), "author_url", Kind::kDropped));
  s.language = "pt_BR";
  Repair(s, kNow);
  EXPECT_EQ(s.language, "pt-BR");
}

}  // namespace
}  // namespace replyguard::service::validation
