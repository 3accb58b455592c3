// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What all sites together know: who gives, who takes, and when it is forgotten.
#include <gtest/gtest.h>

#include <string>

#include "classifier/extractor.h"
#include "classifier/score.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/fakes.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

constexpr char kCampaign[] = "zorbquil capsules melt belly fat overnight, order zorbquil today";
constexpr int kLabelsOfASite = 60;

class SharingTest : public testing::Test {
 protected:
  // World has made "blog".
  SharingTest() {
    for (const char* slug : {"garden", "kitchen", "fresh"}) MakeSite(slug, true);
    MakeSite("loner", false);
  }

  void MakeSite(const std::string& slug, bool shares) {
    Sites::CreateRequest request;
    request.slug = slug;
    request.display_name = slug;
    request.shared_learning = shares;
    const auto made = world_.sites.Create(world_.admin, request, Soon());
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(made->record.shared_learning, shares);
  }

  // As many spam comments of a campaign as good ones, each by an author of its own unless named.
  void Teach(const std::string& site, const std::string& author = "") {
    std::vector<LabelledExample> labelled;
    for (int i = 0; i < kLabelsOfASite; ++i) {
      const bool spam = i % 2 == 0;
      const std::string number = std::to_string(i);
      LabelledExample example;
      example.submission.body =
          spam ? std::string(kCampaign) + " offer " + number
               : "the bees of " + site + " were busy in the lavender, chapter " + number;
      example.submission.author_name = "Reader";
      example.submission.author_email = storage::SecretText(
          (spam && !author.empty() ? author : "a" + number + "-" + site) + "@example.org");
      example.label = spam ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
      example.external_id = site + number;
      labelled.push_back(std::move(example));
    }
    const auto learnt = world_.examples.Run(world_.admin, site, std::move(labelled), Soon());
    ASSERT_TRUE(learnt.ok()) << learnt.status();
    ASSERT_TRUE(world_.learner.CatchUp().ok());
  }

  void Switch(const std::string& site, bool shares) {
    Sites::UpdateRequest request;
    request.slug = site;
    request.shared_learning = shares;
    const auto changed = world_.sites.Update(world_.admin, request, Soon());
    ASSERT_TRUE(changed.ok()) << changed.status();
    EXPECT_EQ(changed->record.shared_learning, shares);
    ASSERT_TRUE(world_.learner.CatchUp().ok());
  }

  classifier::RawScore ScoreAt(const std::string& site, const Learner& learner) {
    classifier::Extractor extractor;
    classifier::Document document;
    document.body = kCampaign;
    const auto id = world_.db->sites().Get(site, Soon())->site_id;
    return learner.Snapshot()
        ->Score(static_cast<classifier::SiteId>(id), extractor.Extract(document))
        .text;
  }
  classifier::RawScore ScoreAt(const std::string& site) { return ScoreAt(site, world_.learner); }

  World world_;
};

TEST_F(SharingTest, AFreshSiteTakesWhatThreeOthersHaveAndNotBefore) {
  Teach("blog");
  Teach("garden");
  EXPECT_EQ(ScoreAt("fresh"), ScoreAt("loner")) << "two sites are not enough";
  Teach("kitchen");
  EXPECT_GT(ScoreAt("fresh"), ScoreAt("loner"));
}

TEST_F(SharingTest, WhatOneAuthorWritesEverywhereStaysWhereItIs) {
  for (const char* site : {"blog", "garden", "kitchen"}) Teach(site, "one-spammer");
  // Good comments of many authors have a few shapes in common with it; they weigh next to nothing.
  const auto taken = classifier::Nats(ScoreAt("fresh")) - classifier::Nats(ScoreAt("loner"));
  EXPECT_NEAR(taken, 0, 0.05);
}

TEST_F(SharingTest, TheSameCampaignOfManyAuthorsWeighsMuch) {
  for (const char* site : {"blog", "garden", "kitchen"}) Teach(site);
  EXPECT_GT(classifier::Nats(ScoreAt("fresh")) - classifier::Nats(ScoreAt("loner")), 0.5);
}

TEST_F(SharingTest, WhoeverDoesNotShareNeitherTakesNorGivesFromThenOn) {
  for (const char* site : {"blog", "garden", "kitchen"}) Teach(site);
  const auto taking = ScoreAt("fresh");
  const auto position = world_.learner.State().position;
  Switch("fresh", false);
  EXPECT_EQ(world_.learner.State().position, position + 1) << "the change is a row of the log";
  EXPECT_EQ(ScoreAt("fresh"), ScoreAt("loner"));
  Switch("fresh", true);
  EXPECT_EQ(ScoreAt("fresh"), taking);
  Switch("fresh", true);
  EXPECT_EQ(world_.learner.State().position, position + 2) << "no change, no row";

  Switch("blog", false);
  EXPECT_EQ(ScoreAt("fresh"), ScoreAt("loner")) << "two sites are left: all is forgotten at once";
}

TEST_F(SharingTest, AnyServerAndAnyRestartFoldsItAlike) {
  Teach("blog");
  Teach("garden");
  Teach("kitchen");
  Switch("garden", false);
  ASSERT_TRUE(world_.learner.StoreCheckpoint().ok());
  Switch("garden", true);
  Teach("fresh");
  EXPECT_EQ(world_.learner.State().skipped_count, 0);
  FakeCheckpoints none;
  Learner rebuilt(world_.db->labels(), none, world_.clock);
  ASSERT_TRUE(rebuilt.Load().ok() && rebuilt.CatchUp().ok());
  Learner restarted(world_.db->labels(), world_.db->checkpoints(), world_.clock);
  ASSERT_TRUE(restarted.Load().ok() && restarted.CatchUp().ok());
  for (const char* site : {"blog", "garden", "kitchen", "fresh", "loner"}) {
    EXPECT_EQ(ScoreAt(site, rebuilt), ScoreAt(site)) << site;
    EXPECT_EQ(ScoreAt(site, restarted), ScoreAt(site)) << site;
  }
  EXPECT_EQ(rebuilt.Snapshot()->id(), world_.learner.Snapshot()->id());
  EXPECT_EQ(restarted.Snapshot()->id(), world_.learner.Snapshot()->id());
}

TEST_F(SharingTest, NobodySeesCountsOfOthers) {
  for (const char* site : {"blog", "garden", "kitchen"}) Teach(site);
  const Principal backend{"c0c0c0c0c0c0c0c0", "fresh backend", Role::kBackend, "fresh"};
  const auto checked =
      world_.check.Run(backend, {"fresh", world_.Comment(kCampaign), false, Soon()});
  ASSERT_TRUE(checked.ok()) << checked.status();
  bool heard = false;
  for (const AssessmentReason& reason : checked->details.reasons) {
    EXPECT_EQ(reason.spam_count.value_or(0), 0) << reason.text;
    EXPECT_EQ(reason.ham_count.value_or(0), 0) << reason.text;
    heard = heard || reason.text.find("zorbquil") != std::string::npos;
  }
  EXPECT_TRUE(heard) << "the words are reasons all the same";
  EXPECT_EQ(SumOfReasons(checked->details), *checked->assessment.score);
}

}  // namespace
}  // namespace replyguard::service
