// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// SuggestThreshold: a promise made of what was said before people judged, and of nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "service/usecases/errors.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::DecisionAction;
using testing::HasSubstr;

class ThresholdOfASite : public testing::Test {
 protected:
  // People judge everything, so that all of it counts and counts once.
  ThresholdOfASite() {
    Sites::UpdateRequest update;
    update.slug = "blog";
    update.policy.emplace().mode = policy::Mode::kModerateAll;
    EXPECT_TRUE(world_.sites.Update(world_.admin, std::move(update), Soon()).ok());
  }

  storage::CommentId Judged(const std::string& body, DecisionAction action) {
    const storage::CommentId id = world_.Stored(body).comment_id;
    EXPECT_TRUE(world_.Decide(id, action).status.ok());
    return id;
  }
  void Ham(int count) {
    for (int i = 0; i < count; ++i) {
      Judged("thank you, the chapter about bees helped my garden, page " + std::to_string(++made_),
             DecisionAction::kApprove);
    }
  }
  void Spam(int count) {
    for (int i = 0; i < count; ++i) {
      Judged("cheap pills casino bonus click here now, number " + std::to_string(++made_),
             DecisionAction::kSpam);
    }
  }
  absl::StatusOr<ModelInfo::Suggestion> Suggest(double ham_loss_max, double confidence = 0.95) {
    return world_.model_info.SuggestThreshold(world_.admin, "blog", ham_loss_max, confidence,
                                              Soon());
  }

  World world_;
  int made_ = 0;
};

TEST_F(ThresholdOfASite, KeepsThePromiseOrSaysBothNumbers) {
  world_.Train();
  Ham(13);
  Spam(5);
  const auto refused = Suggest(0.2);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_FEW_JUDGED");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("there are 13, it takes 14"));

  Ham(1);
  const auto found = Suggest(0.2);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->threshold.ham_seen, 14U);
  EXPECT_EQ(found->threshold.ham_loss, 0);
  EXPECT_EQ(found->spam_count, 5);
  EXPECT_EQ(found->threshold.spam_caught, 1);
  EXPECT_LT(found->threshold.probability, 0.9);

  // A good comment that the machine is sure is spam, as soon as a person says so.
  const storage::CommentId lost =
      Judged("cheap pills casino bonus click here now, this is a quote", DecisionAction::kApprove);
  const auto higher = Suggest(0.2);
  ASSERT_TRUE(higher.ok()) << higher.status();
  const auto said = world_.comments.Get(world_.backend, "blog", lost, Soon());
  ASSERT_TRUE(said.ok());
  EXPECT_GT(higher->threshold.score, *said->assessment.score);
}

TEST_F(ThresholdOfASite, LeavesOutWhatTellsNothing) {
  Judged("an early comment", DecisionAction::kApprove);
  world_.Train();
  const auto counted = [this] {
    const auto found = Suggest(0.5, 0.5);
    return found.ok() ? static_cast<int>(found->threshold.ham_seen) : 0;
  };
  EXPECT_EQ(counted(), 0) << "neither examples nor what an untrained model said";
  EXPECT_EQ(ReasonOf(Suggest(0.5, 0.5).status()), "TOO_FEW_JUDGED");
  Ham(4);
  EXPECT_EQ(counted(), 4);

  const storage::CommentId undone = world_.Stored("thank you for the garden").comment_id;
  const auto decision = world_.Decide(undone, DecisionAction::kApprove);
  EXPECT_EQ(counted(), 5);
  ASSERT_TRUE(
      world_.moderate.Undo(world_.moderator, "blog", decision.decision->decision_id, Soon()).ok());
  EXPECT_EQ(counted(), 4) << "no label is in force";

  const storage::CommentId edited = Judged("thank you for the bees", DecisionAction::kApprove);
  EXPECT_EQ(counted(), 5);
  UpdateComment::Request edit;
  edit.site = "blog";
  edit.comment_id = edited;
  edit.body = "thank you for all the bees";
  edit.deadline = Soon();
  ASSERT_TRUE(world_.update.Run(world_.backend, std::move(edit)).ok());
  ASSERT_TRUE(world_.Decide(edited, DecisionAction::kApprove).status.ok());
  EXPECT_EQ(counted(), 4) << "judged anew by a model that may have learnt it";

  const storage::CommentId old = Judged("thank you for the honey", DecisionAction::kApprove);
  EXPECT_EQ(counted(), 5);
  world_.test.Sql("UPDATE replyguard.comments SET model_id = 'x1.e1.p1' WHERE comment_id = '" +
                  old.ToHex() + "'");
  EXPECT_EQ(counted(), 4) << "of another extractor";
}

TEST_F(ThresholdOfASite, ReadsTheNewestLabelsFirstAndNoMore) {
  world_.Train();
  Ham(3);
  Spam(2);
  storage::JudgedQuery query;
  query.site_id = 1;
  query.model_id_prefix = "x";
  query.details = {"{"};
  query.decided = {"{"};
  const auto all = world_.db->labels().Judged(query, Soon());
  ASSERT_TRUE(all.ok() && all->size() == 5U) << all.status();
  query.limit = 3;
  const auto newest = world_.db->labels().Judged(query, Soon());
  ASSERT_TRUE(newest.ok() && newest->size() == 3U) << newest.status();
  EXPECT_EQ((*newest)[0].label, storage::LabelClass::kSpam);
  EXPECT_EQ((*newest)[1].label, storage::LabelClass::kSpam);
  EXPECT_EQ((*newest)[2].label, storage::LabelClass::kHam);
  query.site_id = 2;
  EXPECT_TRUE(world_.db->labels().Judged(query, Soon())->empty());
  query = {.site_id = 1, .model_id_prefix = "x", .details = {}, .decided = {"{"}};
  EXPECT_TRUE(world_.db->labels().Judged(query, Soon())->empty());
}

TEST_F(ThresholdOfASite, IsForOperatorsAndWithinBounds) {
  EXPECT_EQ(
      ReasonOf(world_.model_info.SuggestThreshold(world_.moderator, "blog", 0.001, 0.95, Soon())
                   .status()),
      "PERMISSION_DENIED");
  EXPECT_EQ(
      ReasonOf(world_.model_info.SuggestThreshold(world_.admin, "nowhere", 0.001, 0.95, Soon())
                   .status()),
      "SITE_NOT_FOUND");
  const auto wrong = Suggest(std::nan(""), 1);
  const auto detail = GetErrorDetail(wrong.status());
  ASSERT_TRUE(detail.has_value());
  ASSERT_EQ(detail->violations.size(), 2U);
  EXPECT_EQ(detail->violations[0].field, "ham_loss_max");
  EXPECT_EQ(detail->violations[1].field, "confidence");
  EXPECT_FALSE(Suggest(1e-9).ok());
  EXPECT_FALSE(Suggest(1).ok());
}

}  // namespace
}  // namespace replyguard::service
