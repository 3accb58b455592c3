// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The shadow beside the active generation: it scores what comes, and changes nothing.
#include <gtest/gtest.h>

#include "service/usecases/errors.h"
#include "service/usecases/world.h"
#include "usecases/learn/checkpoint.h"

namespace replyguard::service {
namespace {

constexpr char kEvil[] = "eeeeeeeeeeeeeeee";
constexpr char kSpamText[] = "cheap pills casino bonus click here now";

class ShadowTest : public testing::Test {
 protected:
  // A trained world in which an evil key called the spam good, so that the active generation lets
  // it through; generation 2 leaves that out.
  ShadowTest() {
    world.Train();
    std::vector<storage::ExternalLabel> labels;
    for (int i = 0; i < 60; ++i) {
      storage::ExternalLabel label;
      label.external_id = "evil-" + std::to_string(i);
      label.label = storage::LabelClass::kHam;
      label.sample.body = kSpamText + std::string(" ") + std::to_string(i);
      labels.push_back(label);
    }
    EXPECT_TRUE(
        world.db->labels()
            .Append(1, labels, storage::LabelSource::kImport, kEvil, world.clock.Now(), Soon())
            .ok());
    EXPECT_TRUE(world.learner.CatchUp().ok());
    storage::Generation generation;
    generation.excluded = {kEvil};
    generation.created_at = world.clock.Now();
    EXPECT_EQ(world.db->generations().Create(generation, nullptr, Soon())->number, 2);
  }

  void Follow(Learner& learner, std::int64_t shadow) {
    for (int i = 0; i < 1'000 && learner.State().shadow_generation != shadow; ++i) {
      ASSERT_TRUE(learner.FollowActive().ok());
    }
    ASSERT_EQ(learner.State().shadow_generation, shadow);
  }
  void SetShadow() {
    const auto set = world.shadows.Set(world.admin, 2, Soon());
    ASSERT_TRUE(set.ok()) << set.status();
    Follow(world.learner, 2);
  }
  // Where a start of the generation would go on; the writers of checkpoints have ended.
  std::uint64_t StoredPosition(std::int64_t generation) {
    const auto loaded =
        LoadNewestCheckpoint(world.db->checkpoints(), nullptr, generation, 0, Soon(), [](auto) {});
    EXPECT_TRUE(loaded.status.ok()) << loaded.status;
    return loaded.fold ? loaded.fold->position() : 0;
  }
  Shadows::Report Report() {
    auto report = world.shadows.GetReport(world.admin, "blog", 30, std::nullopt, Soon());
    EXPECT_TRUE(report.ok()) << report.status();
    return *std::move(report);
  }

  World world;
};

TEST_F(ShadowTest, TheVerdictIsTheSameWithAndWithoutIt) {
  const auto before = world.Stored(kSpamText);
  SetShadow();
  const auto beside = world.Stored(kSpamText);
  EXPECT_EQ(beside.status, before.status);
  EXPECT_EQ(beside.assessment.model_id, before.assessment.model_id);
  EXPECT_EQ(beside.assessment.verdict, before.assessment.verdict);
  EXPECT_EQ(beside.assessment.score, before.assessment.score);
  EXPECT_EQ(beside.assessment.details_json, before.assessment.details_json);
  const auto report = Report();
  EXPECT_EQ(report.generation, 2);
  EXPECT_EQ(report.compared_count, 1) << "the first came before there was a shadow";
  EXPECT_EQ(report.disagreed_count, 1);
}

TEST_F(ShadowTest, ItSaysWhatItsGenerationWouldHaveSaid) {
  SetShadow();
  const auto beside = world.Stored(kSpamText);
  const auto rows = world.shadows.List(world.admin, "blog", {}, Soon());
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1U);
  const auto& said = rows->front().disagreement.shadow;
  EXPECT_EQ(rows->front().disagreement.active.score, beside.assessment.score);
  EXPECT_EQ(rows->front().excerpt, kSpamText);
  ASSERT_TRUE(
      world.db->generations().Activate({2, 1, true, kEvil, world.clock.Now()}, Soon()).ok());
  for (int i = 0; i < 1'000 && world.learner.State().generation != 2; ++i) {
    ASSERT_TRUE(world.learner.FollowActive().ok());
  }
  ASSERT_EQ(world.learner.State().generation, 2);
  EXPECT_EQ(world.learner.State().shadow_generation, 0) << "no shadow of itself";
  const auto active = world.Stored(kSpamText);
  EXPECT_EQ(active.assessment.verdict, said.verdict);
  EXPECT_EQ(active.assessment.score, said.score);
  EXPECT_EQ(active.assessment.model_id, said.model_id);
}

TEST_F(ShadowTest, PeopleSettleWhoWasRight) {
  SetShadow();
  const auto first = world.Stored(kSpamText);
  const auto second = world.Stored(kSpamText + std::string(" again"));
  EXPECT_TRUE(world.Decide(first.comment_id, storage::DecisionAction::kSpam).status.ok());
  EXPECT_TRUE(world.Decide(second.comment_id, storage::DecisionAction::kApprove).status.ok());
  const auto report = Report();
  EXPECT_EQ(report.disagreed_count, 2);
  EXPECT_EQ(report.shadow_right_count, 1);
  EXPECT_EQ(report.active_right_count, 1);
  ASSERT_EQ(report.pairs.size(), 1U);
  EXPECT_EQ(report.pairs[0].count, 2);
  EXPECT_TRUE(world.shadows.List(world.admin, "blog", {.unsettled_only = true}, Soon())->empty());
}

TEST_F(ShadowTest, TheQueueOffersThemAndAHeldCommentHasOneLease) {
  SetShadow();
  const auto beside = world.Stored(kSpamText);
  ReviewQueue::LeaseRequest lease;
  lease.site = "blog";
  lease.filter.shadow = true;
  const auto items = world.queue.LeaseNext(world.moderator, lease, Soon());
  ASSERT_TRUE(items.ok()) << items.status();
  ASSERT_EQ(items->size(), 1U);
  EXPECT_EQ(items->front().item.comment.comment_id, beside.comment_id);
  EXPECT_TRUE(world.queue.LeaseNext(world.moderator, lease, Soon())->empty());
}

TEST_F(ShadowTest, ARestartAndAnotherServerHaveTheSameOne) {
  SetShadow();
  world.Stored(kSpamText);
  Learner other(world.db->labels(), world.db->checkpoints(), world.clock,
                {.generations = &world.db->generations()});
  ASSERT_TRUE(other.Load().ok());
  ASSERT_TRUE(other.CatchUp().ok());
  EXPECT_EQ(other.State().shadow_generation, 0) << "not built yet";
  Follow(other, 2);
  EXPECT_EQ(other.Both().shadow->id(), world.learner.Both().shadow->id());
  EXPECT_EQ(other.Both().active->id(), world.learner.Both().active->id());
}

TEST_F(ShadowTest, ItFollowsTheLogAndGoesWhenTakenOff) {
  SetShadow();
  world.Train();  // nothing new: the same labels
  const auto held = world.Stored("an offer for your garden");
  ASSERT_TRUE(world.Decide(held.comment_id, storage::DecisionAction::kApprove).status.ok());
  ASSERT_TRUE(world.learner.CatchUp().ok());
  ASSERT_TRUE(world.learner.FollowActive().ok());
  EXPECT_EQ(world.learner.Both().shadow->id().position, world.learner.Both().active->id().position);
  ASSERT_TRUE(world.shadows.Set(world.admin, std::nullopt, Soon()).ok());
  ASSERT_TRUE(world.learner.FollowActive().ok());
  EXPECT_EQ(world.learner.Both().shadow, nullptr);
  const auto compared = Report().compared_count;
  world.Stored(kSpamText);
  EXPECT_EQ(Report().compared_count, compared);
}

TEST_F(ShadowTest, ItsCheckpointsAreStoredWhileItFollows) {
  ASSERT_TRUE(world.shadows.Set(world.admin, 2, Soon()).ok());
  std::uint64_t position = 0;
  {
    Learner learner(world.db->labels(), world.db->checkpoints(), world.clock,
                    {.generations = &world.db->generations(), .checkpoint_labels = 1});
    ASSERT_TRUE(learner.Load().ok());
    ASSERT_TRUE(learner.CatchUp().ok());
    Follow(learner, 2);
    position = learner.Both().shadow->id().position;
  }
  EXPECT_GT(position, 0U);
  EXPECT_EQ(StoredPosition(2), position);
}

TEST_F(ShadowTest, TakenOffItsCheckpointIsStoredAndItComesBackAsItWas) {
  ASSERT_TRUE(world.shadows.Set(world.admin, 2, Soon()).ok());
  classifier::ModelId id;
  {
    Learner learner(world.db->labels(), world.db->checkpoints(), world.clock,
                    {.generations = &world.db->generations(),
                     .checkpoint_work = std::chrono::milliseconds(3'600'000)});
    ASSERT_TRUE(learner.Load().ok());
    ASSERT_TRUE(learner.CatchUp().ok());
    Follow(learner, 2);
    id = learner.Both().shadow->id();
    EXPECT_EQ(StoredPosition(2), 0U) << "none is due yet";
    ASSERT_TRUE(world.shadows.Set(world.admin, std::nullopt, Soon()).ok());
    Follow(learner, 0);
    ASSERT_TRUE(world.shadows.Set(world.admin, 2, Soon()).ok());
    Follow(learner, 2);
    EXPECT_EQ(learner.Both().shadow->id(), id);
  }
  EXPECT_EQ(StoredPosition(2), id.position);
}

TEST_F(ShadowTest, IsForOperatorsOfEverySiteToSet) {
  const Principal one{"c0c0c0c0c0c0c0c0", "ops", Role::kOperator, "blog"};
  EXPECT_EQ(world.shadows.Set(one, 2, Soon()).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(world.shadows.GetReport(one, "blog", 30, std::nullopt, Soon()).ok());
  EXPECT_EQ(world.shadows.List(one, "other", {}, Soon()).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ReasonOf(world.shadows.Set(world.admin, 1, Soon()).status()), reasons::kShadowIsActive);
  EXPECT_EQ(ReasonOf(world.shadows.Set(world.admin, 7, Soon()).status()),
            reasons::kGenerationNotFound);
  EXPECT_EQ(world.shadows.GetReport(one, "blog", 366, std::nullopt, Soon()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace replyguard::service
