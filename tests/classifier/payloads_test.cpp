// Text in base64 or as codes reads as what it stands for, and nothing else does.
#include "views/payloads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "classifier/model.h"
#include "classifier/new_label.h"
#include "views/word_views.h"

namespace replyguard::classifier {
namespace {

constexpr const char* kPlain = "Subscribe to my channel and win free money";

Features FeaturesOf(const std::string& body) {
  Extractor extractor;
  Document document;
  document.body = body;
  return extractor.Extract(document);
}

bool IsDecoded(const std::string& body) {
  CharTable table;
  Text text;
  Words words;
  DecodeAndFold(body, /*offsets=*/false, table, &text);
  FindWords(text, &words);
  return DecodePayloads(words, table, &text);
}

std::string CodesOf(const char* format, const char* between) {
  std::string codes;
  for (const char* c = kPlain; *c != '\0'; ++c) {
    char code[16];
    std::snprintf(code, sizeof(code), format, static_cast<unsigned>(*c));
    codes += (codes.empty() ? "" : between) + std::string(code);
  }
  return codes;
}

std::string BinaryCodes() {
  std::string codes;
  for (const char* c = kPlain; *c != '\0'; ++c) {
    if (!codes.empty()) codes += ' ';
    for (int bit = 7; bit >= 0; --bit) codes += (*c >> bit & 1) != 0 ? '1' : '0';
  }
  return codes;
}

TEST(Payloads, ReadAsWhatTheyStandFor) {
  const std::string encoded[] = {
      "U3Vic2NyaWJlIHRvIG15IGNoYW5uZWwgYW5kIHdpbiBmcmVlIG1vbmV5",
      CodesOf("%02x", ""),
      CodesOf("%02X", " "),
      CodesOf("0x%02x", ", "),
      CodesOf("%u", " "),
      CodesOf("%03o", " "),
      BinaryCodes(),
      CodesOf("%%%02x", ""),
      CodesOf("%%u%04x", ""),
      CodesOf("&#%012u;", ""),
  };
  const Features plain = FeaturesOf(kPlain);
  for (const std::string& body : encoded) {
    const Features features = FeaturesOf(body);
    for (const View view :
         {View::kWord, View::kWordPair, View::kChar3, View::kChar4, View::kCompact}) {
      const auto expected = plain.view(view);
      const auto found = features.view(view);
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.begin(), found.end()))
          << body << ": " << ViewName(view);
    }
  }
}

TEST(Payloads, AreReadWithinOtherTextAndWordByWord) {
  // "Subscribe" and "channel" in base64.
  EXPECT_EQ(FeaturesOf("U3Vic2NyaWJl now!").view(View::kWord)[0],
            FeaturesOf("Subscribe now!").view(View::kWord)[0]);
  EXPECT_TRUE(IsDecoded("please, U3Vic2NyaWJl to my Y2hhbm5lbA=="));
}

TEST(Payloads, OfSeveralBytesACharacterAreRead) {
  const Features plain = FeaturesOf("привет всем");
  const Features percent =
      FeaturesOf("%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82%20%D0%B2%D1%81%D0%B5%D0%BC");
  const auto expected = plain.view(View::kWord);
  const auto found = percent.view(View::kWord);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
}

TEST(Payloads, WhatIsTakenTwiceForUtf8IsReadOnce) {
  // Full-width letters, whose bytes were taken for Latin-1.
  const Features twice =
      FeaturesOf("\u00EF\u00BD\u0086\u00EF\u00BD\u0092\u00EF\u00BD\u0085\u00EF\u00BD\u0085");
  EXPECT_EQ(twice.view(View::kWord)[0], FeaturesOf("free").view(View::kWord)[0]);
}

TEST(Payloads, HonestTextHasNone) {
  for (const char* body : {
           "https://youtu.be/dQw4w9WgXcQ and https://youtu.be/9bZkp7q19f0",
           "commit 3f786850e387550fdab836ed7e6dc881de23001b fixes it",
           "id 550e8400-e29b-41d4-a716-446655440000",
           "call 628123456789 or 0800 123 456 789 10 11 12 13",
           "sizes 32 34 36 38 40 42 44 46 48 50 52 54",
           "65 70 72 80 90 99 101 104 110 115 120 125",
           "iPhone14ProMax, GTX1080Ti, WhatsApp62812, JavaScript, McDonalds, YouTube2024",
           "00:1A:2B:3C:4D:5E:6F:70",
           "2024 2023 2022 2021 2020 2019 2018 2017 2016",
           "10101010 01010101 11110000 00001111 10011001 01100110 11001100 00110011",
           "TKbbL5JN8Wc= xQ3fA9zK/+e1bW== 8f14e45fceea167a",
       }) {
    EXPECT_FALSE(IsDecoded(body)) << body;
  }
}

TEST(Payloads, WhatAStyleHidesIsNotRead) {
  const Features features = FeaturesOf("su<span style=\"display: none\">xq zz</span>bscribe");
  const Features plain = FeaturesOf("subscribe");
  EXPECT_EQ(features.view(View::kWord)[0], plain.view(View::kWord)[0]);
  EXPECT_EQ(features.view(View::kWord).size(), 1U);
  EXPECT_GT(
      FeaturesOf("su<span style=\"opacity:0.5\">xq zz</span>bscribe").view(View::kWord).size(), 1U);
}

TEST(Payloads, AreExplainedWhereTheyStand) {
  Fold fold;
  Extractor extractor;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    const bool spam = i % 2 == 0;
    ASSERT_TRUE(fold.Apply(NewLabel(i, 1, spam ? Class::kSpam : Class::kHam,
                                    FeaturesOf(spam ? kPlain : "what a lovely song this is")))
                    .ok());
  }
  const std::string body = "look: U3Vic2NyaWJlIHRvIG15IGNoYW5uZWwgYW5kIHdpbiBmcmVlIG1vbmV5 ok";
  Document document;
  document.body = body;
  const Explanation explanation = fold.Snapshot()->Explain(1, document, {}, &extractor);
  bool within = false;
  for (const Reason& reason : explanation.reasons) {
    for (const auto& span : reason.spans) {
      EXPECT_LT(span.begin, span.end);
      EXPECT_LE(span.end, body.size());
      within = within || (reason.score > 0 && span.begin >= 6 && span.end <= body.size() - 3);
    }
  }
  EXPECT_TRUE(within);
}

}  // namespace
}  // namespace replyguard::classifier
