// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Generations of the model: without a poisoned key's labels it is as if that key had never
// labelled; changing over and going back neither stops nor blurs anything.
#include <gtest/gtest.h>

#include <random>

#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

constexpr char kEvil[] = "eeeeeeeeeeeeeeee";
constexpr char kBadImport[] = "archive.2024-1";
constexpr char kGood[] = "0000000000000001";

storage::ExternalLabel Example(const std::string& id, storage::LabelClass label,
                               const std::string& body) {
  storage::ExternalLabel external;
  external.external_id = id;
  external.label = label;
  external.sample.body = body;
  return external;
}

std::vector<classifier::RawScore> ScoresOf(const Learner& learner) {
  std::vector<classifier::RawScore> scores;
  classifier::Extractor extractor;
  for (const char* body : {"cheap pills casino", "the chapter about bees", "word3 word7"}) {
    classifier::Document document;
    document.body = body;
    classifier::Features features;
    extractor.Extract(document, &features);
    scores.push_back(learner.Snapshot()->Score(1, features).text);
  }
  return scores;
}

class GenerationsTest : public testing::Test {
 protected:
  static void Say(World& world, const char* by, const storage::ExternalLabel& label) {
    ASSERT_TRUE(
        world.db->labels()
            .Append(1, {label}, storage::LabelSource::kImport, by, world.clock.Now(), Soon())
            .ok());
  }
  // Goes round until the active generation answers.
  static void Follow(Learner& learner, std::int64_t generation) {
    ASSERT_TRUE(learner.CatchUp().ok());
    for (int i = 0; i < 1'000 && learner.State().generation != generation; ++i) {
      ASSERT_TRUE(learner.FollowActive().ok());
    }
    ASSERT_EQ(learner.State().generation, generation);
  }
  static std::int64_t MakeWithout(World& world, const std::string& key) {
    storage::Generation generation;
    generation.excluded = {key};
    generation.created_at = world.clock.Now();
    return world.db->generations().Create(generation, nullptr, Soon())->number;
  }
  static void Activate(World& world, std::int64_t number, std::int64_t expected) {
    const auto done = world.db->generations().Activate(
        {number, expected, false, kGood, world.clock.Now()}, Soon());
    ASSERT_TRUE(done.ok()) << done.status();
  }
  // The evil third of a log is left out: the labels of a key, or those of an import by the same key
  // as the others.
  static void LeavesOutExactly(std::uint32_t seed, bool import) {
    World poisoned;
    World clean;
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return random() % n; };
    for (int i = 0; i < 150; ++i) {
      const bool evil = below(3) == 0;
      std::string body = std::to_string(i);
      for (int w = 0; w < 5; ++w) body += " word" + std::to_string(below(12));
      // The evil one only labels; the good one takes labels back too, his own or the other's.
      const auto label = static_cast<storage::LabelClass>(evil ? 1 + below(2) : below(3));
      auto example = Example("x" + std::to_string(below(25)), label, body);
      if (evil && import) example.import_id = kBadImport;
      Say(poisoned, evil && !import ? kEvil : kGood, example);
      if (!evil) Say(clean, kGood, example);
    }
    ASSERT_TRUE(clean.learner.CatchUp().ok());
    ASSERT_TRUE(poisoned.learner.CatchUp().ok());
    EXPECT_NE(poisoned.learner.CountsDigest(), clean.learner.CountsDigest()) << "no poison";
    Activate(poisoned,
             MakeWithout(poisoned, import ? storage::ImportExclusion(1, kBadImport) : kEvil), 1);
    Follow(poisoned.learner, 2);
    EXPECT_EQ(poisoned.learner.CountsDigest(), clean.learner.CountsDigest()) << "seed " << seed;
    EXPECT_EQ(ScoresOf(poisoned.learner), ScoresOf(clean.learner)) << "seed " << seed;
    EXPECT_EQ(poisoned.learner.State().skipped_count, 0);
  }
};

TEST_F(GenerationsTest, WithoutAPoisonedKeyItIsTheFoldOfALogWithoutThatKey) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) LeavesOutExactly(seed, /*import=*/false);
}

TEST_F(GenerationsTest, WithoutAnImportItIsTheFoldOfALogWithoutThatImport) {
  for (const std::uint32_t seed : {4U, 5U, 6U}) LeavesOutExactly(seed, /*import=*/true);
}

TEST_F(GenerationsTest, GoingBackGivesTheSameScoresAndIdsSayWhichItIs) {
  World world;
  world.Train();
  for (int i = 0; i < 10; ++i) {
    Say(world, kEvil,
        Example("e" + std::to_string(i), storage::LabelClass::kHam,
                "cheap pills casino number " + std::to_string(i)));
  }
  ASSERT_TRUE(world.learner.CatchUp().ok());
  const auto before = ScoresOf(world.learner);
  const auto id = world.learner.Snapshot()->id();
  Activate(world, MakeWithout(world, kEvil), 1);
  EXPECT_EQ(world.learner.Snapshot()->id(), id) << "the one that runs answers until the change";
  Follow(world.learner, 2);
  EXPECT_EQ(world.learner.Snapshot()->id().ToString().substr(0, 4), "g2.x");
  EXPECT_EQ(world.learner.State().position, static_cast<std::int64_t>(id.position));
  EXPECT_NE(ScoresOf(world.learner), before);
  ASSERT_TRUE(world.db->generations().Rollback(0, kGood, world.clock.Now(), Soon()).ok());
  Follow(world.learner, 1);
  EXPECT_EQ(world.learner.Snapshot()->id(), id);
  EXPECT_EQ(ScoresOf(world.learner), before);
}

TEST_F(GenerationsTest, AStartTakesTheActiveGenerationAndNeverAnothersCheckpoint) {
  World world;
  world.Train();
  Say(world, kEvil, Example("e", storage::LabelClass::kHam, "cheap pills casino"));
  ASSERT_TRUE(world.learner.CatchUp().ok());
  ASSERT_TRUE(world.learner.StoreCheckpoint().ok());
  Activate(world, MakeWithout(world, kEvil), 1);
  // As a server that was killed after the activation, before it changed over.
  LearnerOptions options;
  options.generations = &world.db->generations();
  Learner restarted(world.db->labels(), world.db->checkpoints(), world.clock, options);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().generation, 2);
  EXPECT_EQ(restarted.State().position, 0) << "there is no checkpoint of this generation yet";
  ASSERT_TRUE(restarted.CatchUp().ok());
  ASSERT_TRUE(restarted.StoreCheckpoint().ok());
  Follow(world.learner, 2);
  EXPECT_EQ(ScoresOf(restarted), ScoresOf(world.learner));
  Learner again(world.db->labels(), world.db->checkpoints(), world.clock, options);
  ASSERT_TRUE(again.Load().ok());
  EXPECT_EQ(again.State().position, 41);
  EXPECT_EQ(ScoresOf(again), ScoresOf(world.learner));
}

TEST_F(GenerationsTest, TheOneThatRunsGoesOnLearningWhileTheNextIsBuilt) {
  World world;
  world.Train();
  Activate(world, MakeWithout(world, kEvil), 1);
  Follow(world.learner, 2);
  Say(world, kGood, Example("later", storage::LabelClass::kSpam, "later casino"));
  ASSERT_TRUE(world.learner.CatchUp().ok());
  ASSERT_TRUE(world.db->generations().Rollback(0, kGood, world.clock.Now(), Soon()).ok());
  Say(world, kGood, Example("latest", storage::LabelClass::kSpam, "latest casino"));
  Follow(world.learner, 1);
  EXPECT_EQ(world.learner.State().position, 42) << "positions never go back";
}

}  // namespace
}  // namespace replyguard::service
