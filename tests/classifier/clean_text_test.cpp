// Clean text in the letters that disguises borrow stays clean: for a model that learnt English
// alone, and for one that learnt also spam in these very letters beside a few clean comments in
// them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "classifier/disguises.h"
#include "classifier/fixtures.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kLearntCleanTexts = 10;
constexpr std::size_t kLearntDisguisedSpam = 100;

class Clean : public testing::TestWithParam<PhraseTexts> {
 protected:
  static void ExpectFewCalledSpam(const Model& model, const std::vector<std::string>& texts,
                                  const std::string& learnt) {
    const int lost = CalledSpam(model, texts);
    std::printf("%s, after learning %s: called spam %d %%, at probability 0.5 %d %%\n",
                GetParam().name.c_str(), learnt.c_str(), lost, CalledSpam(model, texts, 0.5));
    RecordProperty("called_spam", lost);
    EXPECT_LE(lost, kHamCalledSpamMaxPercent);
  }
};

TEST_P(Clean, IsNotCalledSpamByAModelOfEnglish) {
  static const auto kModel = Learn(EnglishLabels());
  ExpectFewCalledSpam(*kModel, GetParam().texts, "English");
}

TEST_P(Clean, IsNotCalledSpamAfterSpamInItsLetters) {
  const PhraseTexts& clean = GetParam();
  const auto ways = LoadDisguises();
  const auto way = std::find_if(ways.begin(), ways.end(),
                                [&](const Disguise& d) { return d.name == clean.letters; });
  ASSERT_NE(way, ways.end()) << clean.letters;
  auto examples = EnglishLabels();
  const auto spam = English(Class::kSpam, /*held_out=*/false, kLearntDisguisedSpam);
  std::vector<std::string> rest;
  const std::size_t step = clean.texts.size() / kLearntCleanTexts;
  for (std::size_t i = 0; i < clean.texts.size(); ++i) {
    // Not a multiple of the endings, so that every opening, middle and ending is learnt at times.
    if (i % step == i / step % step) {
      examples.push_back({clean.texts[i], Class::kHam});
    } else {
      rest.push_back(clean.texts[i]);
    }
  }
  for (const std::string& text : spam) examples.push_back({way->Apply(text), Class::kSpam});
  ExpectFewCalledSpam(*Learn(examples), rest, "English and spam in " + clean.letters);
}

INSTANTIATE_TEST_SUITE_P(Languages, Clean, testing::ValuesIn(LoadCleanTexts()),
                         [](const testing::TestParamInfo<PhraseTexts>& tested) {
                           return TestName(tested.param.name);
                         });

}  // namespace
}  // namespace replyguard::classifier
