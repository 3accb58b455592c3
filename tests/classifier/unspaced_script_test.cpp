// Scripts without blanks between words: spam in them is learnt and met again in other sentences,
// also with something put between its characters; clean text beside it stays clean.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "classifier/fixtures.h"

namespace replyguard::classifier {
namespace {

// Puts `filler` between the characters of `text`, which is UTF-8.
std::string Between(const std::string& text, const std::string& filler) {
  std::string out;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && !out.empty()) out += filler;
    out += c;
  }
  return out;
}

std::vector<std::string> Between(std::vector<std::string> texts, const std::string& filler) {
  for (std::string& text : texts) text = Between(text, filler);
  return texts;
}

class Unspaced : public testing::TestWithParam<PhraseTexts> {};

TEST_P(Unspaced, SpamIsCaughtInOtherSentences) {
  const std::string& language = GetParam().name;
  const auto& spam = GetParam().texts;
  const auto cleans = LoadCleanTexts();
  const auto clean = std::find_if(cleans.begin(), cleans.end(),
                                  [&](const PhraseTexts& of) { return of.name == language; });
  ASSERT_NE(clean, cleans.end());
  // Texts are in the order of their openings: the last two fifths hold openings of their own.
  const auto learnt = static_cast<std::ptrdiff_t>(spam.size() * 3 / 5);
  std::vector<Example> examples;
  for (std::ptrdiff_t i = 0; i < learnt; ++i) {
    examples.push_back({clean->texts[static_cast<std::size_t>(i)], Class::kHam});
    examples.push_back({spam[static_cast<std::size_t>(i)], Class::kSpam});
  }
  const auto model = Learn(examples);
  const std::vector<std::string> held_out(spam.begin() + learnt, spam.end());
  const std::vector<std::string> ham(clean->texts.begin() + learnt, clean->texts.end());
  const int before = CalledSpam(*model, held_out);
  const nlohmann::json fixture = ReadFixture("unspaced.json");
  for (const auto& way : fixture.at("fillers")) {
    const std::string name = way.at("name");
    const std::string filler = way.at("filler");
    const int after = CalledSpam(*model, Between(held_out, filler));
    const int lost = CalledSpam(*model, Between(ham, filler));
    std::printf("%s, %s between: caught before %d %%, after %d %%; of ham called spam %d %%\n",
                language.c_str(), name.c_str(), before, after, lost);
    EXPECT_GE(after, way.at("caught_min").get<int>()) << name;
    EXPECT_LE(lost, kHamCalledSpamMaxPercent) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Languages, Unspaced, testing::ValuesIn(LoadUnspacedSpam()),
                         [](const testing::TestParamInfo<PhraseTexts>& tested) {
                           return tested.param.name;
                         });

}  // namespace
}  // namespace replyguard::classifier
