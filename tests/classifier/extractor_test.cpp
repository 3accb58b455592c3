// What extraction promises of any text: each feature once, all that there are up to the bound, and
// nothing that depends on what was extracted before.
#include "classifier/extractor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::classifier {
namespace {

Features FeaturesOf(std::string_view body, Extractor& extractor) {
  Document document;
  document.body = body;
  document.author_name = body.substr(0, 20);
  return extractor.Extract(document);
}

Features FeaturesOf(std::string_view body) {
  Extractor extractor;
  return FeaturesOf(body, extractor);
}

// Words of few letters, so that n-grams come again, but nothing that a disguise could be read in:
// too long for a spaced-out word, and no letter twice in a row.
std::string Words(std::string_view letters, std::size_t bytes) {
  std::mt19937_64 random(1);
  std::string text;
  while (text.size() < bytes) {
    if (!text.empty()) text += ' ';
    for (std::size_t n = 4 + random() % 5; n > 0;) {
      const char letter = letters[random() % letters.size()];
      if (!text.empty() && letter == text.back()) continue;
      text += letter;
      --n;
    }
  }
  return text;
}

// `both_ways`: one that reads backwards as another is that one.
std::size_t DistinctGrams(const std::string& text, std::size_t n, bool both_ways) {
  std::set<std::string> grams;
  for (std::size_t i = 0; i + n <= text.size(); ++i) {
    const std::string gram = text.substr(i, n);
    const std::string backwards(gram.rbegin(), gram.rend());
    grams.insert(both_ways ? std::min(gram, backwards) : gram);
  }
  return grams.size();
}

void ExpectEachOnce(const Features& features) {
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto view = features.view(static_cast<View>(v));
    EXPECT_EQ(std::set<std::uint64_t>(view.begin(), view.end()).size(), view.size())
        << ViewName(static_cast<View>(v));
  }
}

TEST(Extractor, HoldsEveryDistinctGramOnce) {
  std::vector<std::string> bodies = {"a", "ab", "abc", "abababab"};
  for (std::size_t bytes = 5; bytes < 5000; bytes *= 2) bodies.push_back(Words("abcd", bytes));
  for (const std::string& body : bodies) {
    const Features features = FeaturesOf(body);
    const std::string padded = " " + body + " ";
    EXPECT_EQ(features.view(View::kChar3).size(), DistinctGrams(padded, 3, true)) << body;
    EXPECT_EQ(features.view(View::kChar4).size(), DistinctGrams(padded, 4, false)) << body;
    ExpectEachOnce(features);
  }
}

// The view's features of one text that the other has too.
std::size_t Shared(View view, const Features& a, const Features& b) {
  const auto of_b = b.view(view);
  const std::set<std::uint64_t> known(of_b.begin(), of_b.end());
  return static_cast<std::size_t>(
      std::count_if(a.view(view).begin(), a.view(view).end(),
                    [&](std::uint64_t hash) { return known.contains(hash); }));
}

TEST(Extractor, ReadsConsonantsWithoutVowels) {
  const Features plain = FeaturesOf("subscribe to the channel for money");
  EXPECT_GT(plain.view(View::kCompact).size(), 8U);
  for (const char* body :
       {"sbscrb t th chnnl fr mny", "s*bscr*b* t* th* ch*nn*l f*r m*n*y",
        "s_bscr_b_ t_ th_ ch_nn_l f_r m_n_y", "sub5cribe t0 the chann3l for m0ney",
        "s u b s c r i b e t o t h e c h a n n e l f o r m o n e y"}) {
    const Features features = FeaturesOf(body);
    EXPECT_EQ(Shared(View::kCompact, plain, features), plain.view(View::kCompact).size()) << body;
  }
}

TEST(Extractor, ReadsThreeCharactersEitherWay) {
  const Features plain = FeaturesOf("subscribe to my channel");
  const Features reversed = FeaturesOf("lennahc ym ot ebircsbus");
  EXPECT_EQ(Shared(View::kChar3, plain, reversed), plain.view(View::kChar3).size());
  EXPECT_EQ(Shared(View::kChar4, plain, reversed), 0U);
}

TEST(Extractor, AddsWhatDisguiseHidesOnce) {
  for (const char* body : {"casino c4sino c a s i n o", "c4sino c4sino c.4.s.i.n.o s p a m"}) {
    const Features features = FeaturesOf(body);
    ExpectEachOnce(features);
    const Features plain = FeaturesOf("casino");
    const auto all = features.view(View::kChar4);
    const std::set<std::uint64_t> held(all.begin(), all.end());
    for (const std::uint64_t gram : plain.view(View::kChar4)) {
      EXPECT_TRUE(held.contains(gram)) << body;
    }
  }
}

TEST(Extractor, StopsAtTheBoundOfAView) {
  const std::string body = Words("abcdefghijklmnopqrstuvwxyz", 4 * kViewFeaturesMax) + " ch4nn3l";
  const Features features = FeaturesOf(body);
  EXPECT_EQ(features.view(View::kChar4).size(), kViewFeaturesMax);
  ExpectEachOnce(features);
}

TEST(Extractor, DoesNotDependOnWhatCameBefore) {
  const std::vector<std::string> bodies = {
      Words("abcdefghijklmnopqrstuvwxyz", 3 * kViewFeaturesMax),
      "short",
      "Win FREE m0ney at http://win.example/now, c a s i n o, 100 % сasinо \xF0\x9F\x94\xA5",
      std::string("a\0b\0\0c", 6),
      "\xFF\xC3(\xE2\x82 \xED\xA0\x80 \xF4\x90\x80\x80",
      "",
      "é ﬁ ﷺ\u200B\u0301 &amp; <br/> 日本語",
  };
  Extractor used;
  for (int round = 0; round < 2; ++round) {
    for (const std::string& body : bodies) {
      EXPECT_EQ(FeaturesOf(body, used), FeaturesOf(body)) << body.substr(0, 80);
    }
  }
}

TEST(Extractor, ReadsABadByteAsAReplacementCharacterAndNulAsACharacter) {
  EXPECT_EQ(FeaturesOf("a \xFF b"), FeaturesOf("a \uFFFD b"));
  EXPECT_EQ(FeaturesOf("a \xE2\x82 b"), FeaturesOf("a \uFFFD\uFFFD b"));
  EXPECT_NE(FeaturesOf(std::string_view("ab\0cd", 5)), FeaturesOf("ab"));
  EXPECT_NE(FeaturesOf(std::string_view("ab\0cd", 5)), FeaturesOf("abcd"));
}

}  // namespace
}  // namespace replyguard::classifier
