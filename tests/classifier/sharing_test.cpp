// What sites know of each other's labels: only what three sites and three authors have, only for
// those who share, and nothing after they stop.
#include <gtest/gtest.h>

#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "classifier/new_label.h"

namespace replyguard::classifier {
namespace {

constexpr char kCampaign[] = "grab zorbwin casino bonus coins tonight";

class Installation {
 public:
  void Learn(SiteId site, const std::string& body, Class label, AuthorHash author, bool shares) {
    LabelChange change = NewLabel(++position_, site, label, FeaturesOf(body));
    change.after->author = author;
    change.shares = shares;
    ASSERT_TRUE(fold_.Apply(change).ok());
  }
  // A row without effect but for the setting.
  void Share(SiteId site, bool shares) {
    LabelChange change;
    change.position = ++position_;
    change.site = site;
    change.sample = position_;
    change.shares = shares;
    ASSERT_TRUE(fold_.Apply(change).ok());
  }
  // Ordinary comments, and a campaign's spam by `spammers` authors.
  void Fill(SiteId site, AuthorHash spammers, bool shares) {
    for (int i = 0; i < 60; ++i) {
      const auto number = std::to_string(i);
      Learn(site, "comment " + number + " about the bridge and the harbour", Class::kHam,
            1000 + site * 100 + static_cast<AuthorHash>(i), shares);
      Learn(site, kCampaign + (" " + number), Class::kSpam,
            1 + static_cast<AuthorHash>(i) % spammers, shares);
    }
  }
  RawScore Score(SiteId site) { return fold_.Snapshot()->Score(site, FeaturesOf(kCampaign)).text; }
  Fold& fold() { return fold_; }

 private:
  Features FeaturesOf(const std::string& body) {
    Document document;
    document.body = body;
    return extractor_.Extract(document);
  }

  Extractor extractor_;
  Fold fold_;
  std::uint64_t position_ = 0;
};

// What a site without labels of its own says of the campaign.
RawScore SaidOn(SiteId fresh, bool shares, SiteId sites, AuthorHash spammers) {
  Installation installation;
  for (SiteId site = 1; site <= sites; ++site) installation.Fill(site, spammers, true);
  installation.Share(fresh, shares);
  return installation.Score(fresh);
}

TEST(Sharing, NeedsThreeSitesAndThreeAuthors) {
  const RawScore alone = SaidOn(9, false, 3, 3);
  EXPECT_GT(SaidOn(9, true, 3, 3), alone + FromNats(0.3));
  // Two sites besides the fresh one, which has nothing to give.
  EXPECT_EQ(SaidOn(9, true, 2, 3), SaidOn(9, false, 2, 3));
  // Two authors: their words stay; what many wrote at the harbour is shared and speaks for ham.
  EXPECT_LE(SaidOn(9, true, 3, 2), SaidOn(9, false, 3, 2));
}

TEST(Sharing, EndsWhenASiteStopsIt) {
  Installation installation;
  for (SiteId site = 1; site <= 3; ++site) installation.Fill(site, 5, true);
  installation.Share(9, true);
  const RawScore with = installation.Score(9);
  const std::uint64_t epoch = installation.fold().id().epoch;
  installation.Share(2, false);  // what it gave is forgotten, and two are too few
  EXPECT_GT(installation.fold().id().epoch, epoch);
  EXPECT_LT(installation.Score(9), with);
}

TEST(Sharing, TellsNoCountsOfOthers) {
  Installation installation;
  for (SiteId site = 1; site <= 3; ++site) installation.Fill(site, 5, true);
  installation.Share(9, true);
  Document document;
  document.body = kCampaign;
  const Explanation explanation = installation.fold().Snapshot()->Explain(9, document);
  RawScore sum = explanation.bias + explanation.rest;
  bool any = false;
  for (const Reason& reason : explanation.reasons) {
    sum += reason.score;
    any = any || reason.score > 0;
    if (reason.counts) {
      EXPECT_EQ(reason.counts->spam + reason.counts->ham, 0U) << reason.text;
    }
  }
  EXPECT_TRUE(any);
  EXPECT_EQ(sum, explanation.result.score);
}

TEST(Sharing, SurvivesACheckpoint) {
  Installation installation;
  for (SiteId site = 1; site <= 3; ++site) installation.Fill(site, 5, true);
  installation.Share(9, true);
  auto read = Fold::Deserialize(installation.fold().Serialize());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Serialize(), installation.fold().Serialize());
  Extractor extractor;
  Document document;
  document.body = kCampaign;
  EXPECT_EQ(read->Snapshot()->Score(9, extractor.Extract(document)).text, installation.Score(9));
}

}  // namespace
}  // namespace replyguard::classifier
