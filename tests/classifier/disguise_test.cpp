// Each disguise is put on spam that the model has not seen; most of it must still be caught, and
// clean text in the scripts that disguises borrow from must stay clean.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

using Disguise = std::function<std::string(const std::string&)>;

std::string Pick(std::mt19937_64& random, const std::vector<std::string>& from) {
  return from[random() % from.size()];
}

std::string Spam(std::mt19937_64& random) {
  const std::string offer =
      Pick(random, {"free casino bonus", "easy money online", "cheap replica watches",
                    "casino slots jackpot", "money from home"});
  const std::string call = Pick(random, {"claim", "get", "grab", "win", "collect"});
  return call + " your " + offer + " " + Pick(random, {"today", "now", "tonight", "here"}) +
         " at " + Pick(random, {"luckyslots", "goldcasino", "fastmoney", "richbonus"}) + " " +
         Pick(random, {"guaranteed", "limited offer", "no deposit", "hurry"});
}

std::string Ham(std::mt19937_64& random) {
  return Pick(random, {"I really liked", "thanks for", "not sure about", "my sister sent me",
                       "we discussed"}) +
         " " +
         Pick(random, {"this article", "the second paragraph", "your review", "the interview",
                       "that recipe"}) +
         " " +
         Pick(random, {"yesterday", "because it was clear", "and the photos", "with my class",
                       "at dinner"}) +
         " " +
         Pick(random, {"well done", "keep writing", "what do others think", "greetings from Oslo",
                       "see you"});
}

// Replaces each ASCII letter by what `table` gives for it.
std::string MapLetters(const std::string& text, const std::function<std::string(char)>& table) {
  std::string out;
  for (const char c : text) out += c >= 'a' && c <= 'z' ? table(c) : std::string(1, c);
  return out;
}

std::string Utf8(char32_t c) {
  std::string out;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
            static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
  return out;
}

Disguise Offset(char32_t base) {
  return [base](const std::string& text) {
    return MapLetters(text, [base](char c) { return Utf8(base + static_cast<char32_t>(c - 'a')); });
  };
}

Disguise Between(const std::string& filler) {
  return [filler](const std::string& text) {
    return MapLetters(text, [&](char c) { return std::string(1, c) + filler; });
  };
}

Disguise Swap(const std::vector<std::pair<char, std::string>>& pairs) {
  return [pairs](const std::string& text) {
    return MapLetters(text, [&](char c) {
      for (const auto& [from, to] : pairs) {
        if (from == c) return to;
      }
      return std::string(1, c);
    });
  };
}

class DisguiseTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Fold fold;
    Extractor extractor;
    std::mt19937_64 random(1);
    for (std::uint64_t i = 1; i <= 300; ++i) {
      LabelChange change;
      change.position = i;
      change.site = 1;
      change.sample = i;
      change.after.emplace();
      change.after->label = i % 2 == 0 ? Class::kSpam : Class::kHam;
      const std::string body = i % 2 == 0 ? Spam(random) : Ham(random);
      Document document;
      document.body = body;
      change.after->features = extractor.Extract(document);
      ASSERT_TRUE(fold.Apply(change).ok());
    }
    model_ = fold.Snapshot();
  }
  static void TearDownTestSuite() { model_.reset(); }

  static double Probability(const std::string& body) {
    Document document;
    document.body = body;
    Extractor extractor;
    return Model::Finish(model_->Score(1, extractor.Extract(document)), {}).probability;
  }

  // Per cent of spam still caught in this disguise.
  static int Caught(const Disguise& disguise) {
    std::mt19937_64 random(99);
    int caught = 0;
    for (int i = 0; i < 100; ++i) caught += Probability(disguise(Spam(random))) >= 0.5;
    return caught;
  }

  static std::shared_ptr<const Model> model_;
};

std::shared_ptr<const Model> DisguiseTest::model_;

TEST_F(DisguiseTest, SpamIsCaughtInEveryNamedDisguise) {
  EXPECT_EQ(Caught([](const std::string& text) { return text; }), 100);
  const std::vector<std::pair<const char*, Disguise>> disguises = {
      {"bold", Offset(0x1D41A)},
      {"sans bold italic", Offset(0x1D656)},
      {"full width", Offset(0xFF41)},
      {"circled", Offset(0x24D0)},
      {"regional indicators", Offset(0x1F1E6)},
      {"squared", Offset(0x1F170)},
      {"Cyrillic look-alikes",
       Swap({{'a', "а"}, {'e', "е"}, {'o', "о"}, {'c', "с"}, {'p', "р"}, {'x', "х"}})},
      {"leetspeak", Swap({{'a', "4"}, {'e', "3"}, {'o', "0"}, {'i', "1"}, {'s', "5"}, {'t', "7"}})},
      {"zero width spaces", Between("\xE2\x80\x8B")},
      {"soft hyphens", Between("\xC2\xAD")},
      {"spaced out", Between(" ")},
      {"dotted", Between(".")},
      {"stretched", Swap({{'a', "aaaa"}, {'e', "eeee"}, {'o', "oooo"}})},
      {"accents", Swap({{'a', "á"}, {'e', "ê"}, {'o', "ö"}, {'n', "ñ"}})},
      {"entities", Swap({{'a', "&#97;"}, {'e', "&#x65;"}, {'o', "&#111;"}})},
  };
  for (const auto& [name, disguise] : disguises) {
    const int caught = Caught(disguise);
    RecordProperty(name, caught);
    EXPECT_GE(caught, 90) << name;
  }
}

TEST_F(DisguiseTest, CleanTextInBorrowedLettersIsNotCalledSpamWithConfidence) {
  for (const char* clean : {
           "Спасибо за статью, очень понравилось, жду продолжения",
           "Vielen Dank für den schönen Artikel, Grüße aus München",
           "Bu yazıyı çok beğendim, teşekkürler, kızıma da okuttum",
           "Ευχαριστώ για το άρθρο, πολύ ενδιαφέρον",
           "for (int i = 0; i < n; ++i) { sum += a[i] * b[i]; }",
           "この記事はとても面白かったです",
           "บทความนี้ดีมาก ขอบคุณครับ",
       }) {
    EXPECT_LT(Probability(clean), 0.9) << clean;
  }
}

// What was learnt of a word counts when it comes in disguise: its plain feature is there too.
TEST(Disguise, RevealsThePlainWord) {
  Extractor extractor;
  const auto words_of = [&](const char* body) {
    Document document;
    document.body = body;
    const Features features = extractor.Extract(document);
    const auto view = features.view(View::kWord);
    return std::set<std::uint64_t>(view.begin(), view.end());
  };
  const std::uint64_t channel = *words_of("channel").begin();
  for (const char* body : {"see my ch4nn3l now", "see my ch@nn3l now", "see my c h a n n e l now",
                           "see my c.h.a.n.n.e.l now", "see my c-h-a-n-n-e-l now"}) {
    EXPECT_TRUE(words_of(body).contains(channel)) << body;
  }
  for (const char* body : {"see my ch nn l now", "chapter 4", "c h a n n e"}) {
    EXPECT_FALSE(words_of(body).contains(channel)) << body;
  }
}

}  // namespace
}  // namespace replyguard::classifier
