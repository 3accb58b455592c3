// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/validation/text.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::validation {
namespace {

std::string Newlines(std::string text) {
  NormalizeNewlines(text);
  return text;
}

TEST(NormalizeNewlines, EveryLineEndIsOneNewline) {
  EXPECT_EQ(Newlines("a\r\nb\rc\nd"), "a\nb\nc\nd");
  EXPECT_EQ(Newlines("\r\r\n\n\r"), "\n\n\n\n");
  EXPECT_EQ(Newlines("a\xC2\x85z"), "a\nz");
  EXPECT_EQ(Newlines("\xC2"), "\xC2");
  EXPECT_EQ(Newlines("é"), "é");
  EXPECT_EQ(Newlines(""), "");
}

TEST(IsBlank, WhatNobodySees) {
  for (const char* blank : {"", " ", "\t\n", "\u00A0", "\u200B\u200C\u200D\u2060\uFEFF", "\u00AD",
                            "\u3164", "\u2800", "\u202E", "\u180E", "\u2003\u2028", "\U000E0041"}) {
    EXPECT_TRUE(IsBlank(blank)) << blank;
  }
  for (const char* seen : {".", "a", "\u200Ba", "😀", "\u0301", "\xFF"})
    EXPECT_FALSE(IsBlank(seen)) << seen;
}

TEST(IsValidUtf8, RefusesWhatPostgresWould) {
  for (const char* good : {"", "aé€😀", "\uFFFD", "\uFFFE"}) EXPECT_TRUE(IsValidUtf8(good)) << good;
  for (const char* bad :
       {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "a\x80"}) {
    EXPECT_FALSE(IsValidUtf8(bad)) << bad;
  }
}

TEST(CountChars, CodePoints) {
  EXPECT_EQ(CountChars(""), 0u);
  EXPECT_EQ(CountChars("aé€😀"), 4u);
}

TEST(CheckText, SingleLinesAreTrimmedAndBlankOnesEmptied) {
  Violations violations;
  std::string text = " a\tb\r\nc \n";
  EXPECT_TRUE(CheckText(text, {}, "f", "The text", violations));
  EXPECT_EQ(text, "a b c");
  text = " \u200B ";
  EXPECT_TRUE(CheckText(text, {}, "f", "The text", violations));
  EXPECT_EQ(text, "");
  text = " a\tb\r\n";
  EXPECT_TRUE(CheckText(text, {.multi_line = true}, "f", "The text", violations));
  EXPECT_EQ(text, " a\tb\n");
  EXPECT_TRUE(violations.empty());
}

TEST(CheckText, NamesHideNothing) {
  const auto check = [](std::string text, bool name) {
    Violations violations;
    CheckText(text, {.name = name}, "f", "The name", violations);
    return !violations.Has("f", reason::kInvisibleCharacter) && violations.empty();
  };
  for (const char* text :
       {"A\u200Bnn", "\u202Ennaa", "\u2066Ann", "Ann\u2069", "Ann\u200D", "Ann\u200C", "A\u00ADnn",
        "Ann\u2060", "Ann\U000E0061", "Ann\u3164", "Ann\u200F", "A\uFE0Fnn", "Ann\u2800",
        "Ann\u2028x",
        // Of letters without capitals, marks and emoji, which it does nothing to.
        "\u05D0\u05D1\u200D", "\u05D0\u200C\u05D1", "\u7530\uFE00\u4E2D", "\u7530\u200D\u4E2D",
        "Ann\u0301\u200D", "\u0645\u06CC\u200C", "\u0915\u094D\u200D\u200D\u0937",
        "\u2764\uFE0F\uFE0F", "\U0001F469\u200D", "\u0628\u200D\u0628",
        // Between letters that do not connect, but of another script than the Arabic; twice; at an
        // end; a digit that no keycap is around.
        "\u0716\u200C\u0712", "\u062F\u200C\u200C\u0631", "\u062F\u200C", "\u062F\u200C1",
        "\u062F\u200CA", "A\u200C\u062F", "\u2600\uFE00", "1\uFE0F", "Ann1\uFE0F2",
        "#\uFE0F\uFE0F\u20E3"}) {
    EXPECT_FALSE(check(text, true)) << text;
    EXPECT_TRUE(check(text, false)) << text << ": of what is no name";
  }
  for (const char* text :
       {"Ann Lee", "Zo\u00EB", "\u05D0\u05D1\u05D2",
        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0915\u094D\u200D\u0937",
        "\U0001F469\u200D\U0001F52C Lab", "\u2764\uFE0F Blog", "Ann\u00A0Lee",
        "\U0001F3F3\uFE0F\u200D\U0001F308", "\U0001F469\U0001F3FD\u200D\U0001F52C",
        "\u0D15\u0D4D\u200D", "\u09B0\u200D\u09CD\u09AF", "\u0645\u06CC\u0650\u200C\u062E",
        // Persian writes it also behind letters that do not connect: news, users' views, a name.
        "\u062E\u0628\u0631\u200C\u0647\u0627",
        "\u0646\u0638\u0631\u200C\u0647\u0627\u06CC \u06A9\u0627\u0631\u0628\u0631\u0627\u0646",
        "\u0645\u062D\u0645\u062F\u200C\u0631\u0636\u0627", "\u0627\u200C\u0628",
        "1\uFE0F\u20E3 Blog", "#\uFE0F\u20E3", "\u2194\uFE0F", "\u2194\uFE0E", "\u2139\uFE0F",
        "\U0001F642\u200D\u2194\uFE0F"}) {
    EXPECT_TRUE(check(text, true)) << text;
  }
}

TEST(CheckText, CountsAfterNormalising) {
  Violations violations;
  std::string text = "\r\n\r\nabc";
  EXPECT_TRUE(CheckText(text, {.multi_line = true, .bytes_max = 5}, "f", "The text", violations));
  text = "  ééé  ";
  EXPECT_TRUE(CheckText(text, {.chars_max = 3}, "f", "The text", violations));
  EXPECT_FALSE(CheckText(text, {.bytes_max = 5}, "f", "The text", violations));
  EXPECT_TRUE(violations.Has("f", reason::kTooLong));
}

}  // namespace
}  // namespace replyguard::service::validation
