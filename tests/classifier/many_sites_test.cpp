// A thousand sites of which ten learn: what a label and a model cost is what those ten cost.
#include <gtest/gtest.h>

#include <string>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "classifier/new_label.h"
#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSites = 1000;
constexpr SiteId kActiveSites = 10;

class ManySitesTest : public testing::Test {
 protected:
  // Sites 1 to `sites` have a row that labels nothing; the first ten learn.
  Fold Make(SiteId sites) {
    Fold fold;
    std::uint64_t position = 0;
    for (SiteId site = 1; site <= sites; ++site) {
      LabelChange setting;
      setting.position = ++position;
      setting.site = site;
      EXPECT_TRUE(fold.Apply(setting).ok());
    }
    for (int i = 0; i < 200; ++i) {
      Learn(&fold, 1 + static_cast<SiteId>(i) % kActiveSites, ++position);
    }
    return fold;
  }

  void Learn(Fold* fold, SiteId site, std::uint64_t position) {
    const std::string body =
        "word" + std::to_string(position) + " of the comment number " + std::to_string(position);
    Document document;
    document.body = body;
    const Class label = position % 2 == 0 ? Class::kHam : Class::kSpam;
    ASSERT_TRUE(fold->Apply(NewLabel(position, site, label, extractor_.Extract(document))).ok());
  }

 private:
  Extractor extractor_;
};

TEST_F(ManySitesTest, AnIdleSiteTakesLessThanAKibibyte) {
  const std::size_t ten = Make(kActiveSites).Snapshot()->memory_bytes();
  const std::size_t thousand = Make(kSites).Snapshot()->memory_bytes();
  EXPECT_LT(thousand - ten, (kSites - kActiveSites) * 1024);
}

TEST_F(ManySitesTest, ALabelCopiesThePartOfItsSiteAndSharesTheRest) {
  Fold fold = Make(kSites);
  const auto before = fold.Snapshot();
  const SiteModels old = fold.impl().published;
  Learn(&fold, 5, 100'000);
  EXPECT_EQ(fold.impl().stale.size(), 1U) << "one site is made anew";
  const auto after = fold.Snapshot();
  EXPECT_NE(after, before);
  std::size_t shared = 0;
  for (SiteId part = 0; part < SiteModels::kParts; ++part) {
    shared += fold.impl().published.SharesPart(part, old) ? 1U : 0U;
  }
  EXPECT_EQ(shared, SiteModels::kParts - 1);
  for (SiteId site = 1; site <= kSites; ++site) {
    ASSERT_NE(fold.impl().published.Find(site), nullptr);
    EXPECT_EQ(fold.impl().published.Find(site) == old.Find(site), site != 5);
  }
  EXPECT_EQ(after->TrainingOf(5).spam + after->TrainingOf(5).ham,
            before->TrainingOf(5).spam + before->TrainingOf(5).ham + 1);
}

TEST_F(ManySitesTest, TheMemoryIsThatOfAModelMadeAtOnce) {
  Fold fold = Make(kSites);
  for (std::uint64_t position = 100'000; position < 100'050; ++position) {
    Learn(&fold, position % 3 == 0 ? 700 : 3, position);
    (void)fold.Snapshot();
  }
  SiteModels at_once;
  for (SiteId site = 1; site <= kSites; ++site) {
    at_once.Put(site, std::make_shared<const SiteModel>(*fold.impl().published.Find(site)));
  }
  EXPECT_EQ(at_once.memory_bytes(), fold.Snapshot()->memory_bytes());
}

}  // namespace
}  // namespace replyguard::classifier
