// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "service/usecases/assessment_details.h"
#include "service/usecases/search/terms.h"

namespace replyguard::service {
namespace {

constexpr char kText[] =
    "Good day dear friends, our shop sells the best watches for a quarter of the price, visit us "
    "today and take two for one, shipping is free for all who order before Sunday evening.";

class SearchTermsTest : public testing::Test {
 protected:
  storage::IndexedComment Comment(const std::string& body, const std::string& name = "Jane Doe") {
    storage::IndexedComment comment;
    comment.site_id = 1;
    comment.body = body;
    comment.author_name = name;
    comment.ip_masked = "192.0.2.0/24";
    comment.language = "de-CH";
    return comment;
  }
  storage::SearchTerms Terms(const storage::IndexedComment& comment) {
    return SearchTermsOf(comment, extractor_);
  }
  bool Finds(const storage::SearchTerms& made, const std::string& text, storage::SiteId site = 1) {
    const auto wanted = WordTerms(site, text, extractor_);
    EXPECT_FALSE(wanted.empty());
    return std::includes(made.terms.begin(), made.terms.end(), wanted.begin(), wanted.end());
  }
  static bool Holds(const storage::SearchTerms& made, std::int64_t term) {
    return std::binary_search(made.terms.begin(), made.terms.end(), term);
  }
  static int Distance(const storage::SearchTerms& a, const storage::SearchTerms& b) {
    return std::popcount(static_cast<std::uint64_t>(a.sketch.value() ^ b.sketch.value()));
  }
  static int SharedBands(const storage::SearchTerms& a, const storage::SearchTerms& b) {
    return static_cast<int>(std::count_if(a.terms.begin(), a.terms.end(), [&](std::int64_t term) {
      return term < 0 && Holds(b, term);
    }));
  }

  classifier::Extractor extractor_;
};

TEST_F(SearchTermsTest, WordsAreFoundWhateverTheirFormAndOnlyOnTheirSite) {
  const auto made = Terms(Comment("The Café sells cheap V1AGRA 24"));
  EXPECT_TRUE(Finds(made, "cafe"));
  EXPECT_TRUE(Finds(made, "sells THE"));
  EXPECT_TRUE(Finds(made, "24"));
  EXPECT_TRUE(Finds(made, "jane"));
  EXPECT_FALSE(Finds(made, "sell"));
  EXPECT_FALSE(Finds(made, "cheap bees"));
  EXPECT_FALSE(Finds(made, "cheap", 2));
  EXPECT_TRUE(WordTerms(1, " .,! ", extractor_).empty());
}

TEST_F(SearchTermsTest, NetworkLanguageScriptAndReasons) {
  auto comment = Comment("Это хорошая статья and so on");
  AssessmentDetails details;
  AssessmentReason reason;
  reason.kind = ReasonKind::kPolicy;
  reason.code = "LINKS_MAX";
  reason.rule_id = storage::Uuid::FromHex(std::string(32, 'a'));
  details.reasons.push_back(reason);
  reason = {};
  reason.kind = ReasonKind::kClassifier;
  reason.code = "WORD";
  details.reasons.push_back(reason);
  comment.details_json = DetailsToJson(details);
  const auto made = Terms(comment);
  EXPECT_TRUE(Holds(made, NetworkTerm(1, "192.0.2.0/24")));
  EXPECT_FALSE(Holds(made, NetworkTerm(2, "192.0.2.0/24")));
  EXPECT_TRUE(Holds(made, LanguageTerm(1, "DE")));
  EXPECT_TRUE(Holds(made, LanguageTerm(1, "und-Cyrl")));
  EXPECT_FALSE(Holds(made, LanguageTerm(1, "und-Latn")));
  EXPECT_TRUE(Holds(made, ReasonTerm(1, "LINKS_MAX")));
  EXPECT_TRUE(Holds(made, ReasonTerm(1, std::string(32, 'a'))));
  EXPECT_FALSE(Holds(made, ReasonTerm(1, "WORD")));
}

TEST_F(SearchTermsTest, TextsThatAreNearlyTheSameShareABandAndMostOfTheSketch) {
  const std::string other =
      "Honestly I doubt that the chapter about bees is right, my grandmother kept hives near the "
      "lake and none of them ever swarmed in autumn, whatever the author may have read elsewhere.";
  std::string changed = kText;
  changed.replace(changed.find("watches"), 7, "handbags");
  const auto a = Terms(Comment(kText));
  const auto b = Terms(Comment(changed + " https://shop.example/x17", "Max"));
  const auto c = Terms(Comment(other));
  EXPECT_EQ(Distance(a, Terms(Comment(kText, "Somebody Else"))), 0);
  EXPECT_LE(Distance(a, b), storage::kAlikeBitsMax);
  EXPECT_GE(SharedBands(a, b), 1);
  EXPECT_GT(Distance(a, c), storage::kAlikeBitsMax);
  EXPECT_EQ(SharedBands(a, c), 0);
  EXPECT_FALSE(Terms(Comment("Nice post")).sketch);
  auto elsewhere = Comment(kText);
  elsewhere.site_id = 2;
  EXPECT_EQ(SharedBands(a, Terms(elsewhere)), 0);
}

TEST_F(SearchTermsTest, ALongTextIsBounded) {
  std::string body;
  const auto word = [](int i) {
    std::string text = "word";
    for (int k = 0; k < 3; ++k, i /= 26) text += static_cast<char>('a' + i % 26);
    return text;
  };
  for (int i = 0; i < 5000; ++i) body += word(i) + " ";
  const auto made = Terms(Comment(body));
  EXPECT_LE(made.terms.size(), 2 * kIndexedWordsMax + 20);
  EXPECT_TRUE(Finds(made, word(1)));
  EXPECT_FALSE(Finds(made, word(4999)));
}

}  // namespace
}  // namespace replyguard::service
