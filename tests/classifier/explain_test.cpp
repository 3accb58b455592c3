// Reasons name what a person sees: words, links, the name; not the pieces that features are made
// of.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSite = 1;

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    for (int i = 0; i < 30; ++i) {
      Learn("Win money with casino bonus " + std::to_string(i) + " http://win.example/now 🔥🔥",
            "CasinoKing", Class::kSpam);
      Learn("I baked this bread on Sunday, number " + std::to_string(i) + ", thanks", "Ada",
            Class::kHam);
    }
  }

  void Learn(const std::string& body, const std::string& name, Class label) {
    Labelled labelled;
    labelled.label = label;
    labelled.author = ++position_;
    labelled.features = extractor_.Extract(DocumentOf(body, name));
    ASSERT_TRUE(fold_.Apply({position_, kSite, position_, {}, labelled}).ok());
  }

  static Document DocumentOf(const std::string& body, const std::string& name) {
    Document document;
    document.body = body;
    document.author_name = name;
    return document;
  }

  Explanation Explain(const std::string& body, const std::string& name = "") {
    ExplainOptions options;
    options.reasons_each_way_max = 100;
    return fold_.Snapshot()->Explain(kSite, DocumentOf(body, name), options);
  }
  Explanation ExplainWith(Extractor* extractor, const std::string& body) {
    ExplainOptions options;
    options.reasons_each_way_max = 100;
    return fold_.Snapshot()->Explain(kSite, DocumentOf(body, ""), options, extractor);
  }

  static const Reason* Find(const Explanation& explanation, const std::string& view,
                            const std::string& text) {
    const auto at = std::find_if(
        explanation.reasons.begin(), explanation.reasons.end(),
        [&](const Reason& reason) { return reason.view == view && reason.text == text; });
    return at == explanation.reasons.end() ? nullptr : &*at;
  }

 private:
  Extractor extractor_;
  Fold fold_;
  std::uint64_t position_ = 0;
};

TEST_F(ExplainTest, AWordIsOneReasonWithAllItsPlacesAndItsCounts) {
  const std::string body = "Casino today, casino tomorrow";
  const Explanation explanation = Explain(body);
  const Reason* casino = Find(explanation, "word", "casino");
  ASSERT_NE(casino, nullptr);
  EXPECT_GT(casino->score, 0);
  ASSERT_EQ(casino->spans.size(), 2U);
  EXPECT_EQ(body.substr(casino->spans[0].begin, 6), "Casino");
  EXPECT_EQ(casino->spans[0].end, 6U);
  EXPECT_EQ(body.substr(casino->spans[1].begin, 6), "casino");
  ASSERT_TRUE(casino->counts.has_value());
  EXPECT_EQ(casino->counts->spam, 30U);
  EXPECT_EQ(casino->counts->ham, 0U);
  EXPECT_EQ(std::count_if(explanation.reasons.begin(), explanation.reasons.end(),
                          [](const Reason& r) { return r.text.find("asin") != r.text.npos; }),
            1);
}

TEST_F(ExplainTest, ADisguisedWordIsNamedAsItReadsAndMarkedAsItStands) {
  const std::string body = "try 𝗰𝗮𝘀𝗶𝗻𝗼 ok";  // styled letters of four bytes each
  const Explanation explanation = Explain(body);
  const Reason* casino = Find(explanation, "word", "casino");
  ASSERT_NE(casino, nullptr);
  ASSERT_EQ(casino->spans.size(), 1U);
  EXPECT_EQ(casino->spans[0].begin, 4U);
  EXPECT_EQ(casino->spans[0].end, 4U + 6 * 4);
}

TEST_F(ExplainTest, AWordIsMarkedWithWhatPartsItsLetters) {
  for (const std::string written :
       {"ca<b></b>sino", "c.a.s.i.n.o", "c a s i n o", "&#99asino", "c\u20ddasino"}) {
    const Explanation explanation = Explain("try " + written + " ok");
    const Reason* casino = Find(explanation, "word", "casino");
    ASSERT_NE(casino, nullptr) << written;
    EXPECT_GT(casino->score, 0) << written;
    ASSERT_EQ(casino->spans.size(), 1U) << written;
    EXPECT_EQ(casino->spans[0].begin, 4U) << written;
    EXPECT_EQ(casino->spans[0].end, 4U + written.size()) << written;
  }
}

TEST_F(ExplainTest, AnAnchorsLinkIsMarkedWhereItStands) {
  const std::string body = "see <a href=\"http://win.example/now\">this</a> please";
  const Explanation explanation = Explain(body);
  const Reason* link = Find(explanation, "link", "http://win.example/now");
  ASSERT_NE(link, nullptr);
  EXPECT_GT(link->score, 0);
  ASSERT_EQ(link->spans.size(), 1U);
  EXPECT_EQ(body.substr(link->spans[0].begin, link->spans[0].end - link->spans[0].begin),
            "http://win.example/now");
}

TEST_F(ExplainTest, ALinkIsOneReasonThoughItHoldsWords) {
  const Explanation explanation = Explain("see http://win.example/now please 🔥🔥");
  const Reason* link = Find(explanation, "link", "http://win.example/now");
  ASSERT_NE(link, nullptr);
  EXPECT_GT(link->score, 0);
  EXPECT_EQ(Find(explanation, "word", "example"), nullptr);
  EXPECT_EQ(Find(explanation, "word", "win"), nullptr);
  EXPECT_NE(Find(explanation, "symbols", "🔥🔥"), nullptr);
}

TEST_F(ExplainTest, TheNameIsOneReasonWithoutAPlaceInTheBody) {
  const Explanation explanation = Explain("hello", "CasinoKing");
  const Reason* name = Find(explanation, "author name", "casinoking");
  ASSERT_NE(name, nullptr);
  EXPECT_GT(name->score, 0);
  EXPECT_TRUE(name->spans.empty());
}

TEST_F(ExplainTest, ShapesAreSaidInWords) {
  const Explanation explanation = Explain("I baked this bread on Sunday, number 5, thanks");
  EXPECT_NE(Find(explanation, "shape", "no links"), nullptr);
  EXPECT_NE(Find(explanation, "shape", "46 characters, 9 words"), nullptr);
  EXPECT_NE(Find(explanation, "shape", "1 digit"), nullptr);
}

// What no reason names is only what rounding and the clipping of views take.
TEST_F(ExplainTest, AllReasonsTogetherLeaveLittle) {
  const Explanation explanation = Explain("I baked bread with casino bonus money", "Ada");
  RawScore named = 0;
  for (const Reason& reason : explanation.reasons) {
    named += reason.score < 0 ? -reason.score : reason.score;
  }
  const RawScore rest = explanation.rest < 0 ? -explanation.rest : explanation.rest;
  EXPECT_GT(named, 0);
  EXPECT_LT(rest * 20, named);
}

// An extractor keeps its memory from one comment to the next, and nothing that is in it: words that
// no comment held say nothing, whatever stood in their place before.
TEST_F(ExplainTest, WhatWasExplainedBeforeSaysNothing) {
  Extractor used;
  ExplainWith(&used, "Win money with casino bonus http://win.example/now");
  const std::string unknown = "Zyx qvutsr ponmlk jihgf edcba xwvut";
  const Explanation again = ExplainWith(&used, unknown);
  const Explanation fresh = Explain(unknown);
  EXPECT_EQ(again.result.score, fresh.result.score);
  EXPECT_EQ(again.rest, fresh.rest);
  ASSERT_EQ(again.reasons.size(), fresh.reasons.size());
  for (std::size_t i = 0; i < fresh.reasons.size(); ++i) {
    EXPECT_EQ(again.reasons[i].text, fresh.reasons[i].text) << i;
    EXPECT_EQ(again.reasons[i].score, fresh.reasons[i].score) << fresh.reasons[i].text;
  }
}

}  // namespace
}  // namespace replyguard::classifier
