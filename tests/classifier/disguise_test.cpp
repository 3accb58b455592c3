// Each disguise is put on spam whose sentences the model has not seen. What of it is still caught
// is printed beside what is caught of it undisguised, and must not fall below the disguise's floor.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "classifier/disguises.h"
#include "classifier/extractor.h"
#include "classifier/fixtures.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kHeldOutTexts = 200;
constexpr int kCaughtUndisguisedMinPercent = 80;

std::set<std::uint64_t> WordsOf(const std::string& body) {
  Extractor extractor;
  Document document;
  document.body = body;
  const Features features = extractor.Extract(document);
  const auto view = features.view(View::kWord);
  return {view.begin(), view.end()};
}

class Disguised : public testing::TestWithParam<Disguise> {
 protected:
  static const Model& English() {
    static const auto kModel = Learn(EnglishLabels());
    return *kModel;
  }
  static const std::vector<std::string>& HeldOut(Class label) {
    static const auto kSpam = classifier::English(Class::kSpam, /*held_out=*/true, kHeldOutTexts);
    static const auto kHam = classifier::English(Class::kHam, /*held_out=*/true, kHeldOutTexts);
    return label == Class::kSpam ? kSpam : kHam;
  }
  static std::vector<std::string> Put(const Disguise& disguise,
                                      const std::vector<std::string>& texts) {
    std::vector<std::string> out;
    out.reserve(texts.size());
    for (const std::string& text : texts) out.push_back(disguise.Apply(text));
    return out;
  }
};

// Per cent of the long words of plain texts that are features of the disguised ones too.
int WordsRead(const std::vector<std::string>& plain, const std::vector<std::string>& disguised) {
  std::size_t all = 0;
  std::size_t read = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const auto now = WordsOf(disguised[i]);
    for (const std::uint64_t word : WordsOf(LongWords(plain[i]))) {
      ++all;
      read += now.contains(word);
    }
  }
  return static_cast<int>(100 * read / all);
}

TEST_P(Disguised, SpamIsStillCaught) {
  const Disguise& disguise = GetParam();
  const auto& plain = HeldOut(Class::kSpam);
  const auto disguised = Put(disguise, plain);
  ASSERT_NE(disguised, plain);
  const int before = CalledSpam(English(), plain);
  const int after = CalledSpam(English(), disguised);
  const int ham = CalledSpam(English(), Put(disguise, HeldOut(Class::kHam)));
  const int read = WordsRead(plain, disguised);
  std::printf("%s: caught before %d %%, after %d %%; words read %d %%; of ham called spam %d %%\n",
              disguise.name.c_str(), before, after, read, ham);
  RecordProperty("caught_after", after);
  RecordProperty("words_read", read);
  RecordProperty("ham_called_spam", ham);
  EXPECT_GE(before, kCaughtUndisguisedMinPercent);
  EXPECT_GE(after, disguise.caught_min);
  EXPECT_LE(ham, kHamCalledSpamMaxPercent);
}

INSTANTIATE_TEST_SUITE_P(Ways, Disguised, testing::ValuesIn(LoadDisguises()),
                         [](const testing::TestParamInfo<Disguise>& tested) {
                           return TestName(tested.param.name);
                         });

TEST(Undisguised, HeldOutHamIsNotCalledSpam) {
  const auto model = Learn(EnglishLabels());
  EXPECT_LE(CalledSpam(*model, English(Class::kHam, /*held_out=*/true, kHeldOutTexts)),
            kHamCalledSpamMaxPercent);
}

// What was learnt of a word counts when it comes in disguise: its plain feature is there too.
TEST(Disguise, RevealsThePlainWord) {
  const std::uint64_t channel = *WordsOf("channel").begin();
  for (const char* body : {"see my ch4nn3l now", "see my ch@nn3l now", "see my c h a n n e l now",
                           "see my c.h.a.n.n.e.l now", "see my c-h-a-n-n-e-l now"}) {
    EXPECT_TRUE(WordsOf(body).contains(channel)) << body;
  }
  for (const char* body : {"see my ch nn l now", "chapter 4", "c h a n n e"}) {
    EXPECT_FALSE(WordsOf(body).contains(channel)) << body;
  }
}

}  // namespace
}  // namespace replyguard::classifier
