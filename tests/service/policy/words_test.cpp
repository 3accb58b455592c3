// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/rules/look_alikes.h"

namespace replyguard::service::policy {
namespace {

std::vector<std::string> Texts(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& word : words) texts.push_back(word.text);
  return texts;
}

using Strings = std::vector<std::string>;

TEST(PlainWords, RunsOfLettersAndDigitsFolded) {
  EXPECT_EQ(Texts(PlainWords("Buy CHEAP-pills, 24/7!")),
            (Strings{"buy", "cheap", "pills", "24", "7"}));
  EXPECT_EQ(Texts(PlainWords("Straße ＷＩＮ 𝐜𝐚𝐬𝐢𝐧𝐨 ⓒⓐⓢⓗ")),
            (Strings{"strasse", "win", "casino", "cash"}));
  EXPECT_EQ(Texts(PlainWords("ca\u200Bsi\u00ADno")), (Strings{"casino"}));
  EXPECT_EQ(Texts(PlainWords("加微信ok")), (Strings{"加", "微", "信", "ok"}));
  EXPECT_EQ(Texts(PlainWords("비아그라를")).size(), 5u);
  EXPECT_EQ(Texts(PlainWords("a\xFF"
                             "b")),
            (Strings{"a", "b"}));
  EXPECT_TRUE(PlainWords("").empty());
  EXPECT_TRUE(PlainWords("!?. 😀").empty());
}

TEST(PlainWords, KnowTheirBytes) {
  const auto words = PlainWords("é ca\u200Bt!");
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[1].begin, 3u);
  EXPECT_EQ(words[1].end, 9u);
}

TEST(UndisguisedWords, NothingWhereNothingIsDisguised) {
  EXPECT_TRUE(UndisguisedWords("plain words, 24 7 and a b", Stroke::kI).empty());
  EXPECT_TRUE(UndisguisedWords("wow! great! $5", Stroke::kI).empty());
}

TEST(UndisguisedWords, LettersBehindDigitsSignsAccentsAndOtherScripts) {
  EXPECT_EQ(Texts(UndisguisedWords("v1agra", Stroke::kI)), (Strings{"viagra"}));
  EXPECT_EQ(Texts(UndisguisedWords("cia1is", Stroke::kL)), (Strings{"cialis"}));
  EXPECT_EQ(Texts(UndisguisedWords("ca$in0 vi@gra", Stroke::kI)), (Strings{"casino", "viagra"}));
  EXPECT_EQ(Texts(UndisguisedWords("c\u0430sin\u043E", Stroke::kI)), (Strings{"casino"}));
  EXPECT_EQ(Texts(UndisguisedWords("càsínö", Stroke::kI)), (Strings{"casino"}));
  EXPECT_EQ(Texts(UndisguisedWords("ca\u0301sino", Stroke::kI)), (Strings{"casino"}));
}

// They are letters of their own where nothing else of the word is Latin.
TEST(UndisguisedWords, FauxCyrillicOnlyAmongLatinLetters) {
  EXPECT_EQ(Texts(UndisguisedWords("casi\u0438o", Stroke::kI)), (Strings{"casino"}));
  for (const char* word : {"пар", "сои", "пора", "Шок"}) {
    for (const std::string& text : Texts(UndisguisedWords(word, Stroke::kI)))
      EXPECT_TRUE(text.find_first_of("nrw") == std::string::npos) << word << " as " << text;
  }
}

TEST(UndisguisedWords, SpacedOutLetters) {
  const std::string text = "buy v i a g r a now";
  const auto words = UndisguisedWords(text, Stroke::kI);
  EXPECT_EQ(Texts(words), (Strings{"buy", "viagra", "now"}));
  EXPECT_EQ(text.substr(words[1].begin, words[1].end - words[1].begin), "v i a g r a");
  EXPECT_EQ(Texts(UndisguisedWords("c.a.s.i.n.o", Stroke::kI)), (Strings{"casino"}));
  EXPECT_TRUE(UndisguisedWords("i a", Stroke::kI).empty());
  EXPECT_TRUE(UndisguisedWords("a, b, c", Stroke::kI).empty());
}

TEST(LatinLookAlike, Letters) {
  EXPECT_EQ(LatinLookAlike(0x0430), 'a');  // Cyrillic a
  EXPECT_EQ(LatinLookAlike(0x03BF), 'o');  // Greek omicron
  EXPECT_EQ(LatinLookAlike(U'é'), 'e');
  EXPECT_EQ(LatinLookAlike(0x1D41A), 'a');  // mathematical bold a
  EXPECT_EQ(LatinLookAlike(U'ж'), std::nullopt);
  EXPECT_EQ(LatinLookAlike(U'例'), std::nullopt);
}

}  // namespace
}  // namespace replyguard::service::policy
