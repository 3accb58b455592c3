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
  for (const char* body : {"see my ch4nn3l now",
                           "see my ch@nn3l now",
                           "see my c h a n n e l now",
                           "see my c.h.a.n.n.e.l now",
                           "see my c-h-a-n-n-e-l now",
                           "see my c|h|a|n|n|e|l now",
                           "see my c🔥h🔥a🔥n🔥n🔥e🔥l now",
                           "see my c h a n n e l  n o w",
                           "see my (h@nn3l! now",
                           "my chann31",
                           "see my chan*nel now",
                           "see my chan🔥nel now",
                           "see my chaaaannel now",
                           "see my cchhaannnneell now",
                           "see my \u202elennahc\u202c now",
                           "see my ɔɥɐuuǝl now",
                           "see my ₵hann€l now",
                           "see my ⒞⒣⒜⒩⒩⒠⒧ now",
                           "匚卄卂几几乇ㄥ",
                           "see my c\u20ddh\u20dda\u20ddnnel now",
                           "see my cـhـaـnـnـeـl now",
                           "see my cーhーaーnーnーeーl now",
                           "see my cฺhฺaฺnฺnฺeฺlฺ now",
                           "see my chan<b></b>nel now",
                           "see my chan<i class=\"q\"></i>nel now",
                           "see my chan<!-- x -->nel now",
                           "see my &#99&#104annel now",
                           "see my %63%68%61%6e%6e%65%6c now",
                           "see my ch%61nnel now",
                           "see my chan[b]nel[/b] now",
                           "see my [color=red]chan[/color]nel now",
                           "see my ch<![CDATA[ann]]>el now",
                           "see my chan<q1>nel now",
                           "see my ch\\u0061nnel now",
                           "see my \\u{63}hannel now",
                           "see my \\x63hann\\x65l now",
                           "see my \\ud835\\udc1channel now",
                           "see my c|-|/\\|\\||\\|3|_ now",
                           "see my ¢hannel now",
                           "lǝuuɐɥɔ ʎɯ ǝǝs",
                           "eht lennahc dna erom"}) {
    EXPECT_TRUE(WordsOf(body).contains(channel)) << body;
  }
  for (const char* body :
       {"see my ch nn l now", "chapter 4", "c h a n n e", "chan nel", "chan<br>nel", "chan/nel",
        "chan<b class", "50%63 hannel", "千channel", "chan[q]nel", "chan[br", "chan]]nel",
        "see my lennahc now", "\\u00zzchannel\\", "ch\\u006", "\\x6", "|-|\\|"}) {
    EXPECT_FALSE(WordsOf(body).contains(channel)) << body;
  }
}

// A word's consonants are the same feature whatever was done to its vowels and their order.
TEST(Disguise, KeepsAWordsConsonants) {
  const auto consonants = [](const std::string& body) {
    Extractor extractor;
    Document document;
    document.body = body;
    const Features features = extractor.Extract(document);
    std::set<std::uint64_t> sketches;
    for (const std::uint64_t hash : features.view(View::kSketch)) {
      sketches.insert(hash & ~kSketchedWordMask);
    }
    return sketches;
  };
  const auto plain = consonants("channel");
  ASSERT_EQ(plain.size(), 1U);
  for (const char* body : {"chnnl", "lennahc", "hcannel", "cahnenl", "ch4nn3l", "chaaannel",
                           "ch*nn*l", "ch🔥annel", "k h u n n i l"}) {
    EXPECT_TRUE(consonants(body).contains(*plain.begin())) << body;
  }
  EXPECT_FALSE(consonants("chapel").contains(*plain.begin()));
  EXPECT_TRUE(consonants("aeiou a e bo 2024").empty());
}

// Words of the scripts that fillers are borrowed from keep them, look-alike letters or not.
TEST(Disguise, AScriptsOwnMarksStay) {
  for (const auto& [word, without] : {std::pair{"обʼєкт", "обєкт"},
                                      {"ペーパー", "ペパ"},
                                      {"हिन्दी", "हन्द"},
                                      {"หฺ", "ห"},
                                      {"هـم", "هم"}}) {
    EXPECT_NE(WordsOf(word), WordsOf(without)) << word;
  }
}

std::vector<std::uint64_t> LinksOf(const std::string& body) {
  Extractor extractor;
  Document document;
  document.body = body;
  const Features features = extractor.Extract(document);
  const auto view = features.view(View::kLink);
  return {view.begin(), view.end()};
}

TEST(Disguise, AnAnchorsLinkIsReadLikeAPlainOne) {
  const auto plain = LinksOf("see http://news.example/old/map now");
  EXPECT_FALSE(plain.empty());
  for (const char* body :
       {"see <a href=\"http://news.example/old/map\" rel=\"nofollow\">this</a> now",
        "see <a href='http://news.example/old/map'>http://news.example/old/map</a> now",
        "see <a class=x href=http://news.example/old/map>this</a> now",
        "see <b>http://news.example/old/map</b> now", "see http://news.ex%61mple/old/%6dap now",
        "see http://me:secret@news.example/old/map now"}) {
    EXPECT_EQ(LinksOf(body), plain) << body;
  }
}

TEST(Disguise, ALongNumberIsTheSameHoweverItIsWritten) {
  const auto plain = LinksOf("call 15550142397 now");
  EXPECT_FALSE(plain.empty());
  for (const char* body :
       {"call 1 555 014 2397 now", "call 1 (555) 014-2397 now", "call 1.555.014.2397 now",
        "call l555Ol42397 now", "call ١٥٥٥٠١٤٢٣٩٧ now",
        "call 1\ufe0f\u20e35\ufe0f\u20e35\ufe0f\u20e35\ufe0f\u20e30142397 now"}) {
    EXPECT_EQ(LinksOf(body), plain) << body;
  }
}

}  // namespace
}  // namespace replyguard::classifier
