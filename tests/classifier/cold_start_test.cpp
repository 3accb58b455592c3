// Before the first label, and how that fades.
#include <gtest/gtest.h>

#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSite = 3;

double ProbabilityOf(const Model& model, const std::string& body) {
  Extractor extractor;
  Document document;
  document.body = body;
  return Model::Finish(model.Score(kSite, extractor.Extract(document)), {}).probability;
}

// A log of labels that say nothing but that links are welcome here.
Fold LinksAreHam(int of_each) {
  Fold fold;
  Extractor extractor;
  for (int i = 0; i < 2 * of_each; ++i) {
    const bool spam = i % 2 == 0;
    const std::string body = spam ? "short words without anything " + std::to_string(i)
                                  : "the manual at https://docs.example.org/page" +
                                        std::to_string(i) + " explains how this part works";
    Document document;
    document.body = body;
    LabelChange change;
    change.position = static_cast<std::uint64_t>(i) + 1;
    change.site = kSite;
    change.sample = change.position;
    change.after.emplace();
    change.after->label = spam ? Class::kSpam : Class::kHam;
    extractor.Extract(document, &change.after->features);
    EXPECT_TRUE(fold.Apply(change).ok());
  }
  return fold;
}

TEST(ColdStart, RanksBeforeTheFirstLabel) {
  Fold fold;
  const auto model = fold.Snapshot();
  EXPECT_FALSE(model->TrainingOf(kSite).trained);
  const double remark = ProbabilityOf(*model, "Nice one, thanks");
  const double link = ProbabilityOf(*model, "My page is at http://example.net/offer, have a look");
  const double styled = ProbabilityOf(*model,
                                      "\xF0\x9D\x97\x95\xF0\x9D\x97\xB2\xF0\x9D\x98\x80"
                                      "\xF0\x9D\x98\x81 prices here");
  EXPECT_LT(remark, 0.5);
  EXPECT_GT(link, 0.5);
  EXPECT_GT(styled, remark);
}

// The belief that a link is spam must not outlive what a site's own moderators say.
TEST(ColdStart, YieldsToLabels) {
  const std::string link = "the manual at https://docs.example.org/other explains how this works";
  Fold none;
  const double before = ProbabilityOf(*none.Snapshot(), link);
  Fold taught = LinksAreHam(40);
  const double after = ProbabilityOf(*taught.Snapshot(), link);
  EXPECT_GT(before, 0.5);
  EXPECT_LT(after, 0.2);
}

TEST(ColdStart, ReasonsStillAddUpExactly) {
  Fold fold;
  const auto model = fold.Snapshot();
  Document document;
  document.body = "My page is at http://example.net/offer, call 0123456789";
  const Explanation explanation = model->Explain(kSite, document);
  RawScore sum = explanation.bias + explanation.rest;
  bool names_the_link = false;
  for (const Reason& reason : explanation.reasons) {
    sum += reason.score;
    names_the_link = names_the_link || reason.text == "1 link";
  }
  EXPECT_EQ(sum, explanation.result.score);
  EXPECT_TRUE(names_the_link);
}

}  // namespace
}  // namespace replyguard::classifier
