// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "service/validation/limits.h"
#include "service/validation/submission.h"
#include "service/validation/text.h"

namespace replyguard::service::validation {
namespace {

using storage::SecretText;
using storage::Submission;

const Time kNow{std::chrono::seconds(1'800'000'000)};
const SiteForm kNothingRequired{.author_name = false, .author_email = false};

std::string RandomText(std::mt19937& random) {
  static const std::vector<std::string> kParts = {"a",
                                                  "b c",
                                                  "\r\n",
                                                  "\r",
                                                  "\n",
                                                  "\t",
                                                  std::string("\0", 1),
                                                  "\x07",
                                                  "\x7F",
                                                  "\xC2\x85",
                                                  "\xC2\x9B",
                                                  "\xFF",
                                                  "\xC3",
                                                  "é",
                                                  "😀",
                                                  "\u200B",
                                                  "@",
                                                  ".",
                                                  "example.org",
                                                  "http://",
                                                  "https://x.example/",
                                                  "//",
                                                  ":",
                                                  "[",
                                                  "1.2.3.4",
                                                  "::1",
                                                  "javascript:",
                                                  " ",
                                                  "\u00A0",
                                                  "-",
                                                  "_",
                                                  "en",
                                                  "0123456789abcdef0123456789abcdef"};
  std::uniform_int_distribution<std::size_t> pick(0, kParts.size() - 1);
  std::uniform_int_distribution<int> count(0, 6);
  std::string text;
  for (int n = count(random); n > 0; --n) text += kParts[pick(random)];
  if (count(random) == 0) text += std::string(static_cast<std::size_t>(count(random)) * 300, 'x');
  return text;
}

Submission RandomSubmission(std::mt19937& random) {
  Submission s;
  for (std::string* text :
       {&s.thread_key, &s.parent_comment, &s.author_name, &s.author_url, &s.body, &s.user_agent,
        &s.referrer, &s.language, &s.comment_type, &s.honeypot, &s.thread_uri, &s.thread_title}) {
    *text = RandomText(random);
  }
  s.author_email = SecretText(RandomText(random));
  s.author_ip = SecretText(RandomText(random));
  return s;
}

TEST(ValidateProperty, WhatPassesMayBeStored) {
  std::mt19937 random(1);
  int passed = 0;
  for (int round = 0; round < 50'000; ++round) {
    Submission s = RandomSubmission(random);
    if (round % 2 == 0) {  // most random submissions are bad somewhere: give some a chance
      s.thread_key = "t";
      s.parent_comment = s.author_url = s.language = s.thread_uri = "";
      s.author_email.Wipe();
      s.author_ip.Wipe();
    }
    const Violations violations = Validate(s, kNothingRequired, kNow);
    ASSERT_LE(violations.List().size(), kViolationsMax);
    if (!violations.empty()) continue;
    ++passed;
    for (const std::string* text :
         {&s.author_name, &s.author_url, &s.body, &s.user_agent, &s.referrer, &s.thread_title}) {
      ASSERT_TRUE(IsValidUtf8(*text));
      ASSERT_EQ(text->find('\0'), std::string::npos);
      ASSERT_EQ(text->find('\r'), std::string::npos);
      ASSERT_EQ(text->find('\x7F'), std::string::npos);
    }
    ASSERT_FALSE(IsBlank(s.body));
    // Valid stays valid, unchanged.
    const std::string body = s.body, name = s.author_name;
    ASSERT_TRUE(Validate(s, kNothingRequired, kNow).empty());
    ASSERT_EQ(s.body, body);
    ASSERT_EQ(s.author_name, name);
  }
  EXPECT_GT(passed, 100);
}

TEST(RepairProperty, WhatIsRepairedIsValid) {
  std::mt19937 random(2);
  for (int round = 0; round < 20'000; ++round) {
    Submission s = RandomSubmission(random);
    Repair(s, kNow);
    for (const Violation& v : Validate(s, kNothingRequired, kNow).List()) {
      ASSERT_TRUE(v.reason == reason::kRequired &&
                  (v.field == "submission.body" || v.field == "submission.thread"))
          << v.field << " " << v.reason;
    }
    ASSERT_TRUE(Repair(s, kNow).empty()) << "a second time finds nothing to do";
  }
}

}  // namespace
}  // namespace replyguard::service::validation
