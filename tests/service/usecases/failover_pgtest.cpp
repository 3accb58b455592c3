// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL fails over, while servers run, to a standby that lacks the last commits: their numbers
// are given to others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/usecases/fakes.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

class Failover : public testing::Test {
 protected:
  Failover() {
    world_.Train();
    EXPECT_TRUE(server_.Load().ok() && server_.CatchUp().ok());
  }

  // As if another server had learnt them.
  void Teach(const std::string& words, int count, storage::LabelClass label) {
    std::vector<storage::ExternalLabel> labels;
    for (int i = 0; i < count; ++i) {
      storage::ExternalLabel& one = labels.emplace_back();
      one.external_id = words + std::to_string(i);
      one.label = label;
      one.sample.body = words + " number " + std::to_string(i);
    }
    ASSERT_TRUE(
        world_.db->labels()
            .Append(1, labels, storage::LabelSource::kImport, "k1", world_.clock.Now(), Soon())
            .ok());
  }
  // What the standby has: the log up to a position.
  void TakeOverAt(int position) {
    const std::string at = std::to_string(position);
    world_.test.Sql("DELETE FROM replyguard.checkpoints WHERE position > " + at +
                    "; DELETE FROM replyguard.labels WHERE position > " + at +
                    "; UPDATE replyguard.label_head SET position = " + at);
  }
  // All of the log, read from its beginning.
  std::uint64_t Truth() {
    FakeCheckpoints none;
    Learner fresh(world_.db->labels(), none, world_.clock);
    EXPECT_TRUE(fresh.Load().ok() && fresh.CatchUp().ok());
    return fresh.CountsDigest();
  }
  std::string Stored() { return world_.test.Sql("SELECT count(*) FROM replyguard.checkpoints"); }

  World world_;
  std::string warned_;
  LearnerOptions options_{.generations = &world_.db->generations(),
                          .warn = [this](std::string_view text) { warned_ += text; }};
  Learner server_{world_.db->labels(), world_.db->checkpoints(), world_.clock, options_};
};

TEST_F(Failover, OtherLabelsAtThePositionsOfThoseThatWereLostAreLearnt) {
  ASSERT_TRUE(server_.StoreCheckpoint().ok());
  for (const int written : {1, 2, 4}) {  // up to before where the server stands, there, and beyond
    SCOPED_TRACE(written);
    warned_.clear();
    const auto before = server_.State().astray_count;
    Teach("lost" + std::to_string(written), 2, storage::LabelClass::kSpam);
    ASSERT_TRUE(server_.CatchUp().ok());
    ASSERT_EQ(server_.State().position, 42);
    TakeOverAt(40);
    Teach("new" + std::to_string(written), written, storage::LabelClass::kHam);
    ASSERT_TRUE(server_.CatchUp().ok());
    EXPECT_EQ(server_.State().position, 40 + written);
    EXPECT_EQ(server_.CountsDigest(), Truth());
    EXPECT_EQ(server_.Snapshot()->id().position, 40U + static_cast<unsigned>(written));
    EXPECT_EQ(server_.State().astray_count, before + 1);
    EXPECT_THAT(warned_, testing::HasSubstr("built anew"));
    TakeOverAt(40);
    ASSERT_TRUE(server_.CatchUp().ok());
  }
}

TEST_F(Failover, WhatWasLearntOfTheLostIsNotStored) {
  Teach("lost", 2, storage::LabelClass::kSpam);
  ASSERT_TRUE(server_.CatchUp().ok());
  TakeOverAt(40);
  Teach("new", 4, storage::LabelClass::kHam);
  EXPECT_FALSE(server_.StoreCheckpoint().ok()) << "not of this log";
  EXPECT_EQ(Stored(), "0");
  ASSERT_TRUE(server_.CatchUp().ok());
  ASSERT_TRUE(server_.StoreCheckpoint().ok());
  EXPECT_EQ(Stored(), "1");
  Learner restarted(world_.db->labels(), world_.db->checkpoints(), world_.clock, options_);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().position, 44);
  ASSERT_TRUE(restarted.CatchUp().ok());
  EXPECT_EQ(restarted.CountsDigest(), Truth());
}

TEST_F(Failover, AStoredModelOfAnotherLogIsNeitherLoadedNorKept) {
  ASSERT_TRUE(server_.StoreCheckpoint().ok());
  Teach("more", 2, storage::LabelClass::kSpam);
  ASSERT_TRUE(server_.CatchUp().ok() && server_.StoreCheckpoint().ok());
  for (const char* const other : {"mark = gen_random_uuid()", "position = 1000, mark = NULL"}) {
    world_.test.Sql(std::string("UPDATE replyguard.checkpoints SET ") + other +
                    " WHERE position >= 42");
    Learner restarted(world_.db->labels(), world_.db->checkpoints(), world_.clock, options_);
    ASSERT_TRUE(restarted.Load().ok());
    EXPECT_EQ(restarted.State().position, 40) << "the one before";
    EXPECT_EQ(restarted.State().torn_checkpoint_count, 0);
    ASSERT_TRUE(restarted.CatchUp().ok());
    EXPECT_EQ(restarted.CountsDigest(), Truth());
  }
  Teach("yet more", 2, storage::LabelClass::kSpam);
  ASSERT_TRUE(server_.CatchUp().ok() && server_.StoreCheckpoint().ok());
  EXPECT_EQ(world_.test.Sql("SELECT string_agg(position::text, ' ' ORDER BY position) FROM "
                            "replyguard.checkpoints"),
            "40 44");
}

TEST_F(Failover, EveryPageOfTheLogHasTheMarkBeforeIt) {
  const auto mark_at = [&](std::int64_t position) {
    return world_.db->labels().Look(position, Soon())->mark;
  };
  EXPECT_EQ(mark_at(0), std::nullopt);
  EXPECT_EQ(mark_at(41), std::nullopt);
  EXPECT_NE(mark_at(40), mark_at(39));
  for (const auto& excluded : {std::vector<std::string>{}, {"0000000000000001"}}) {
    const auto page = world_.db->labels().ReadWithout(excluded, 37, 10, Soon());
    ASSERT_EQ(page->size(), 3U);
    for (const storage::LabelEntry& entry : *page) {
      EXPECT_TRUE(entry.mark);
      EXPECT_EQ(entry.mark, mark_at(entry.position));
      EXPECT_EQ(entry.mark_before, mark_at(entry.position - 1));
    }
  }
}

TEST_F(Failover, LabelsAndModelsOfBeforeThereWereMarksFit) {
  world_.test.Sql("UPDATE replyguard.labels SET mark = NULL");
  Learner old(world_.db->labels(), world_.db->checkpoints(), world_.clock, options_);
  ASSERT_TRUE(old.Load().ok() && old.CatchUp().ok() && old.StoreCheckpoint().ok());
  EXPECT_EQ(world_.test.Sql("SELECT count(*) FROM replyguard.checkpoints WHERE mark IS NULL"), "1");
  Teach("more", 2, storage::LabelClass::kSpam);
  ASSERT_TRUE(old.CatchUp().ok());
  EXPECT_EQ(old.CountsDigest(), Truth());
  EXPECT_EQ(old.State().astray_count, 0);
  Learner restarted(world_.db->labels(), world_.db->checkpoints(), world_.clock, options_);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().position, 40);
}

TEST_F(Failover, ARevokedKeyHasNoRevisionThatALostChangeHad) {
  const auto revision = [&] { return *world_.db->sites().ConfigRevision(Soon()); };
  storage::ApiKeyRecord key;
  key.key_id = "00000000000000aa";
  key.secret_hash = std::string(16, 'x');
  key.role = storage::KeyRole::kOperator;
  key.created_at = world_.clock.Now();
  ASSERT_TRUE(world_.db->api_keys().Create(key, Soon()).ok());
  const auto before = revision();
  storage::SiteChange change;
  change.site_id = 1;
  change.display_name = "Lost";
  change.now = world_.clock.Now();
  ASSERT_TRUE(world_.db->sites().Change(change, Soon()).ok());
  const auto lost = revision();
  EXPECT_GT(lost, before);
  world_.test.Sql("UPDATE replyguard.config_head SET revision = " + std::to_string(before));
  ASSERT_TRUE(world_.db->api_keys().Revoke(key.key_id, world_.clock.Now(), false, Soon()).ok());
  EXPECT_GT(revision(), before);
  EXPECT_NE(revision(), lost) << "a server that has seen the lost change would not look";
}

TEST_F(Failover, TheRulesOfASiteAreThoseThatTheDatabaseHas) {
  const auto rule = [](const std::string& pattern) {
    Sites::RuleRequest request;
    request.site = "blog";
    request.kind = storage::RuleKind::kWord;
    request.action = storage::RuleAction::kSpam;
    request.pattern = pattern;
    request.reason = "no";
    return request;
  };
  ASSERT_TRUE(world_.sites.CreateRule(world_.admin, rule("lost"), Soon()).ok());
  ASSERT_TRUE(world_.directory.Refresh().ok());
  world_.test.Sql(
      "DELETE FROM replyguard.rules; UPDATE replyguard.sites SET revision = revision - 1, "
      "policy_revision = policy_revision - 1");
  SiteDirectory other{world_.db->sites()};
  ASSERT_TRUE(other.Refresh().ok());
  Sites sites{other, world_.db->sites(), world_.clock, world_.random};
  ASSERT_TRUE(sites.CreateRule(world_.admin, rule("bees"), Soon()).ok());
  ASSERT_TRUE(world_.directory.Refresh().ok());
  const auto result = world_.Submit("thank you, the chapter about bees helped my garden");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->assessment.verdict, storage::Verdict::kSpam);
}

}  // namespace
}  // namespace replyguard::service
