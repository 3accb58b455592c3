// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/masked_comment.h"
#include "storage/masking.h"
#include "support/cost_growth.h"

namespace replyguard::storage {
namespace {

constexpr std::size_t kLargeBytes = 64 * 1024;

bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    if (c < 0) return false;
  }
  return true;
}

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::size_t Below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_);
  }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

 private:
  std::mt19937 engine_;
};

// A local part that no word around it contains: "zq" and some of what HTML allows.
std::string RandomLocal(Random& random) {
  static const std::vector<std::string> kParts = {"a", "7", ".", "+", "-",  "_",
                                                  "'", "!", "ü", "ж", "x9", "Q"};
  std::string local = "zq";
  for (std::size_t n = 1 + random.Below(10); n > 0; --n) local += random.Pick(kParts);
  return local + "qz";
}

std::string RandomDomain(Random& random) {
  static const std::vector<std::string> kLabels = {"example", "mail",    "a",     "x-1",
                                                   "3com",    "münchen", "пример"};
  static const std::vector<std::string> kTlds = {"org", "com", "co.uk", "рф", "xn--p1ai", "museum"};
  std::string domain = random.Pick(kLabels);
  for (std::size_t n = random.Below(3); n > 0; --n) domain += "." + random.Pick(kLabels);
  return domain + "." + random.Pick(kTlds);
}

// The text with every byte, or every third or so, escaped in one of the ways a browser undoes.
std::string Disguise(std::string_view text, Random& random) {
  std::string out;
  const std::size_t density = 1 + random.Below(4);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), at, text.size(), c);
    if (random.Below(density) != 0) {
      out.append(text.substr(begin, at - begin));
    } else if (random.Below(3) == 0) {
      out += "&#" + std::to_string(c) + ";";
    } else if (c >= 0x21 && c < 0x7F && random.Below(3) == 0) {
      std::uint8_t bytes[4];
      std::int32_t size = 0;
      U8_APPEND_UNSAFE(bytes, size, static_cast<std::uint32_t>(c) + 0xFEE0U);
      out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    } else {
      constexpr char kHex[] = "0123456789abcdef";
      for (std::size_t i = begin; i < at; ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        out += std::string("%") + kHex[byte >> 4] + kHex[byte & 15];
      }
    }
    if (random.Below(8) == 0)
      out += random.Pick<std::string>({"\u200B", "\u00AD", "\uFEFF", "\u2060"});
  }
  return out;
}

TEST(MaskTextProperty, NoGeneratedAddressSurvivesInAnySpelling) {
  Random random(1);
  const std::vector<std::string> around = {"",  " ",  "\n",      "<",  ">",  "(",  ")",
                                           ",", ": ", "mailto:", "。", "\"", "!? "};
  for (int round = 0; round < 20'000; ++round) {
    const std::string local = RandomLocal(random);
    const std::string address = local + "@" + RandomDomain(random);
    const std::string written = random.Below(2) == 0 ? address : Disguise(address, random);
    const std::string text = "Hello" + random.Pick(around) + " " + random.Pick(around) + written +
                             random.Pick(around) + " and bye";
    const MaskedText masked = MaskText(text);
    ASSERT_TRUE(masked.changed()) << text;
    ASSERT_EQ(masked.text().find("qz"), std::string::npos) << text << "\n" << masked.text();
    ASSERT_NE(masked.text().find("z***@"), std::string::npos) << text << "\n" << masked.text();
    ASSERT_TRUE(IsUtf8(masked.text())) << text;
    ASSERT_EQ(MaskText(masked.text()).text(), masked.text()) << text;
  }
}

TEST(MaskTextProperty, IdempotentAndValidOnAnyMixOfWhatAddressesAreMadeOf) {
  Random random(2);
  const std::vector<std::string> parts = {
      "@",       "@",      ".",        "a",    "b.c",  "john",  "\"",     " ",      "%40",
      "&#64;",   "%",      "&",        "#",    ";",    "amp;",  "/",      "?",      "=",
      "***",     "*",      "\u200B",   "git",  ":",    "[",     "]",      "1",      "v2",
      "//",      "%2",     "5",        "6",    "\\",   "例",    "\uFF20", "x.org",  "&#",
      "%c3",     "%a9",    "é",        "-",    "_",    "+",     "\n",     "25",     "<",
      "(at)",    "[.]",    "<b>",      "</b>", "<!--", "-->",   "<br>",   "=40",    "=2E",
      "\\",      "u0040",  "\\x40",    "`",    "(",    ")",     "{@}",    "\u2024", "\u24D0",
      " @ ",     "com",    ">",        "~",    "%3B",  "%22",   "&quot;", "%5B",    "IPv6:",
      "\uFE6B",  "\u3002", "&period;", "www.", " at ", " dot ", "\u202E", "\u202C", " a ",
      " -dot- ", " at",    "com "};
  for (int round = 0; round < 60'000; ++round) {
    std::string text;
    for (std::size_t n = 1 + random.Below(14); n > 0; --n) text += random.Pick(parts);
    const std::string masked = MaskText(text).text();
    ASSERT_TRUE(IsUtf8(masked)) << text;
    ASSERT_EQ(MaskText(masked).text(), masked) << "of " << text;
  }
}

TEST(MaskTextProperty, RandomBytesNeitherCrashNorSettleLate) {
  Random random(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t n = random.Below(40); n > 0; --n) {
      text.push_back(random.Below(4) == 0 ? '@' : static_cast<char>(random.Below(256)));
    }
    const std::string masked = MaskText(text).text();
    ASSERT_EQ(MaskText(masked).text(), masked);
  }
}

std::string Repeat(std::string_view part) {
  std::string text;
  while (text.size() + part.size() <= kLargeBytes) text += part;
  return text;
}

// Quadratic code would take minutes on these; the test's time limit is what notices.
TEST(MaskTextProperty, LargeHostileTextsEndWell) {
  for (const char* part : {"@",         "a@",         "a.",          "@a.b",
                           "\"@",       "\"a\"@b.co", "%",           "%25",
                           "%40",       "&",          "&amp;",       "amp;",
                           "&#",        "&#6",        "a@b.co ",     "a@b.co",
                           "/",         "a/",         "?a=",         "[",
                           "@[",        "@[1.",       "\u200B",      "@\u200B",
                           "例",        "例a",        "1.",          "@1.",
                           "<!--",      "<b",         "<a ",         "[b",
                           "[at",       "(at)",       "(at)a.b",     " @ ",
                           "a @ b.co ", "=40",        "a.bc=40",     "\\",
                           "\\@",       "\\u0040",    "&#6",         "&#64",
                           "%31",       "a%31",       "<b>",         "a*",
                           "@a*",       "(a)@",       "\"a@",        "a@b.co(",
                           ";",         "}",          "***@",        "git@a.b:",
                           "\xFF",      "\xE2\x80",   "@a-",         "@a_.",
                           "x@例.",     " at ",       "a at b dot ", "a at b dot com ",
                           "@ a ",      "a @ b . ",   "\u202E",      "\u202Ea@",
                           " dot "}) {
    const std::string text = Repeat(part);
    const std::string masked = MaskText(text).text();
    EXPECT_EQ(MaskText(masked).text(), masked) << part;
  }
  const std::string prefix = "amp;";
  EXPECT_EQ(MaskText("&" + Repeat(prefix)).text(), "&" + Repeat(prefix));
  EXPECT_EQ(MaskText("%" + Repeat("25")).text(), "%" + Repeat("25"));
  EXPECT_EQ(MaskText("&#" + Repeat("0") + "64;").text(), "&#" + Repeat("0") + "64;");
  EXPECT_EQ(MaskText("me&#" + Repeat("0") + "64;example.org").text(), "m***@example.org");
  EXPECT_EQ(MaskText("&#" + Repeat("1")).text(), "&#" + Repeat("1"));
  EXPECT_EQ(MaskText(Repeat("a") + "@example.org").text(), "a***@example.org");
}

TEST(MaskTextProperty, CostGrowsWithTheLengthOnly) {
  const auto mask = [](const std::string& text) { EXPECT_FALSE(MaskText(text).text().empty()); };
  for (const char* part :
       {"<!--@",      "a.bc=40",         "1%31@",       "&#6@",       "(at)a.b",
        "\"a@b.co ",  "a @ b.co ",       "\\@",         "<b @",       "[b @",
        "a@b*",       "(a)@b.co",        "%25@",        "a@a.",       "&#0&shy;00",
        "\u00ABat x", "a at b dot com ", "a at b dot ", "a @ b . c ", "\u202Emoc.b@a"}) {
    EXPECT_LT(tests::CostGrowth(Repeat(part), mask), tests::kLinearGrowthMax) << part;
  }
  for (const char* mark : {".", "-", "_", "\u2026"}) {
    const std::string text = "x at gmail.com" + Repeat(mark);
    EXPECT_LT(tests::CostGrowth(text, mask), tests::kLinearGrowthMax) << mark;
  }
  // Words that might be signs, of which none is: each looks for a domain.
  for (const char* part : {"at_", "at_-", "at_gmail.x_", "at_gmail.com_", "at gmail.com.",
                           "at gmail.com...", "at_gmail.com_.-", "at gmail.com", "at yahoo.co."}) {
    const std::string text = "x at gmail.com " + Repeat(part);
    EXPECT_LT(tests::CostGrowth(text, mask), tests::kLinearGrowthMax) << part;
  }
}

MaskedComment Masked(std::string_view email, std::string body) {
  static const AuthorKeyring ring = *AuthorKeyring::Parse(
      "write 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
  Submission submission;
  submission.site_id = 1;
  submission.author_email = SecretText(email);
  submission.body = std::move(body);
  return Mask(std::move(submission), ring);
}

TEST(MaskTextProperty, NoOwnAddressInWordsSurvives) {
  Random random(4);
  const std::vector<std::string> words = {"at", "AT", "ät", "arroba", "собака", "a\u200Bt"};
  const std::vector<std::string> spaces = {" ", "\u00A0", "\u3000", "\n",
                                           "_", "*",      "&nbsp;", "%20"};
  const std::vector<std::string> around = {"",  " ", "“", "”", "—",  "…",      "(",   ")",
                                           "«", "»", ".", ",", "。", "&quot;", "<b>", "</b>"};
  for (int round = 0; round < 5'000; ++round) {
    const std::string local = "zq" + std::to_string(random.Below(1'000)) + "qz";
    const std::string domain = RandomDomain(random);
    std::string text = local;
    for (std::size_t n = 1 + random.Below(9); n > 0; --n) text += random.Pick(spaces);
    text += random.Pick(words);
    for (std::size_t n = 1 + random.Below(9); n > 0; --n) text += random.Pick(spaces);
    text = "Hello" + random.Pick(around) + " " + random.Pick(around) + text + domain +
           random.Pick(around) + " and bye";
    const std::string masked = Masked(local + "@" + domain, text).body();
    ASSERT_EQ(masked.find("qz"), std::string::npos) << text << "\n" << masked;
    ASSERT_NE(masked.find("z***@"), std::string::npos) << text << "\n" << masked;
    ASSERT_TRUE(IsUtf8(masked)) << text;
  }
}

TEST(MaskTextProperty, CostOfAnOwnAddressGrowsWithTheLengthOnly) {
  for (const char* email :
       {"john@john", "at@at.at", "a.a.a.a.a.a@a.a.a.a.a", "-----@-----", "dot.dot@dot"}) {
    const auto mask = [email](const std::string& text) {
      EXPECT_FALSE(Masked(email, text).body().empty());
    };
    for (const char* part :
         {"john at ", "\u00A0", "&nbsp;", "at\u00A0", "at ", "at_", "@ ", "john @ john ",
          "john at smallfirm.", "a dot ", "a dot a at a dot ", "at dot ", "-", ".", "at-at ",
          "at&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;", "<b>at</b> ", "john<at>", "%20at"}) {
      const std::string text = "john at " + Repeat(part);
      EXPECT_LT(tests::CostGrowth(text, mask), tests::kLinearGrowthMax) << email << ": " << part;
    }
  }
}

}  // namespace
}  // namespace replyguard::storage
