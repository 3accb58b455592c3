// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The blind sample from the draw to what it tells: thresholds and calibrations speak for all
// comments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <utility>

#include "service/usecases/assessment_details.h"
#include "service/usecases/errors.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using storage::CommentStatus;
using storage::DecisionAction;
using storage::QueueCause;
using testing::HasSubstr;

constexpr const char* kHam = "thank you, the chapter about bees helped my garden, page ";
constexpr const char* kSpam = "cheap pills casino bonus click here now, number ";

class BlindSample : public testing::Test {
 protected:
  void Rate(double rate) {
    Sites::UpdateRequest update;
    update.slug = "blog";
    update.policy.emplace().blind_sample_rate = rate;
    ASSERT_TRUE(world_.sites.Update(world_.admin, std::move(update), Soon()).ok());
  }
  storage::CommentRecord Ham() { return world_.Stored(kHam + std::to_string(++made_)); }
  storage::CommentRecord Spam() { return world_.Stored(kSpam + std::to_string(++made_)); }

  std::vector<ReviewItem> Blind() {
    ReviewQueue::ListRequest request;
    request.site = "blog";
    request.filter.cause = QueueCause::kSampled;
    request.limit = 200;
    return *world_.queue.List(world_.moderator, request, Soon());
  }
  std::vector<ReviewItem> Lease(std::int32_t count) {
    ReviewQueue::LeaseRequest request;
    request.count = count;
    auto items = world_.queue.LeaseNext(world_.moderator, request, Soon());
    EXPECT_TRUE(items.ok()) << items.status();
    return *std::move(items);
  }
  static std::size_t Drawn(const std::vector<ReviewItem>& items) {
    return static_cast<std::size_t>(std::count_if(
        items.begin(), items.end(),
        [](const ReviewItem& item) { return item.item.cause == QueueCause::kSampled; }));
  }
  auto Suggest(double ham_loss_max) {
    return world_.model_info.SuggestThreshold(world_.admin, "blog", ham_loss_max, 0.95, Soon());
  }
  auto Calibrate() { return world_.model_info.Calibrate(world_.admin, "blog", Soon()); }

  World world_;
  int made_ = 0;
};

TEST_F(BlindSample, IsDrawnOfWhatTheMachineDecidesAndChangesNothing) {
  Rate(1);
  const auto held = world_.Stored("an untrained machine holds this");
  EXPECT_TRUE(Blind().empty()) << "what is held is seen anyway";
  world_.Train();
  const auto ham = Ham();
  const auto spam = Spam();
  EXPECT_EQ(ham.status, CommentStatus::kApproved);
  EXPECT_EQ(spam.status, CommentStatus::kSpam);
  ASSERT_EQ(Blind().size(), 2U);
  Rate(0);
  Ham();
  EXPECT_EQ(Blind().size(), 2U);
  EXPECT_EQ(Blind().front().item.inclusion_probability, 1) << "as it was drawn";
}

TEST_F(BlindSample, ARepeatedRequestIsDrawnOnce) {
  world_.Train();
  Rate(0.5);
  std::size_t drawn = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string body = kHam + std::to_string(i);
    const std::string id = "request-" + std::to_string(i);
    ASSERT_TRUE(world_.Submit(body, id).ok());
    const std::size_t after = Blind().size();
    for (int again = 0; again < 3; ++again) EXPECT_TRUE(world_.Submit(body, id)->replayed);
    EXPECT_EQ(Blind().size(), after);
    drawn = after;
  }
  // 40 fair coins all alike: once in 5e11.
  EXPECT_GT(drawn, 0U);
  EXPECT_LT(drawn, 40U);
}

TEST_F(BlindSample, TellsNothingOfTheVerdict) {
  world_.Train();
  Rate(1);
  const auto spam = Spam();
  const auto ham = Ham();
  for (const ReviewItem& item : Blind()) {
    const storage::Assessment& said = item.item.comment.assessment;
    EXPECT_FALSE(said.probability || said.score || said.blatant);
    EXPECT_TRUE(said.model_id.empty() && said.details_json.empty());
    EXPECT_EQ(said.verdict, storage::Assessment{}.verdict);
    EXPECT_EQ(item.item.comment.status, CommentStatus::kPending);
    EXPECT_EQ(item.item.comment.status_source, storage::StatusSource::kMachine);
    EXPECT_EQ(item.item.comment.status_at, item.item.comment.submitted_at);
    EXPECT_FALSE(item.item.comment.body.empty());
  }
  // A decision that agrees settles it; one that does not changes the status.
  const auto agreed = world_.Decide(ham.comment_id, DecisionAction::kApprove);
  EXPECT_EQ(agreed.comment->status, CommentStatus::kApproved);
  EXPECT_TRUE(agreed.decision->teaches);
  const auto differs = world_.Decide(spam.comment_id, DecisionAction::kApprove);
  EXPECT_EQ(differs.comment->status, CommentStatus::kApproved);
  EXPECT_TRUE(Blind().empty());
  ASSERT_TRUE(
      world_.moderate.Undo(world_.moderator, "blog", differs.decision->decision_id, Soon()).ok());
  EXPECT_TRUE(Blind().empty()) << "its verdict has been told";
  ReviewQueue::ListRequest request;
  request.site = "blog";
  const auto waiting = world_.queue.List(world_.moderator, request, Soon());
  ASSERT_EQ(waiting->size(), 1U);
  EXPECT_EQ(waiting->front().item.cause, QueueCause::kReturned);
  EXPECT_EQ(waiting->front().item.comment.assessment.probability, spam.assessment.probability);
}

// Neither the comment nor a filter or a count of any answer that moderators get.
TEST_F(BlindSample, NoOtherAnswerTellsEither) {
  world_.Train();
  Rate(1);
  const auto spam = Spam();
  const auto ham = Ham();
  ASSERT_EQ(spam.status, CommentStatus::kSpam);
  ASSERT_EQ(ham.author_hash, spam.author_hash);
  while (*world_.indexer.RunOnce() > 0) {
  }
  const auto is_blind = [](const storage::CommentRecord& comment) {
    return comment.status == CommentStatus::kPending && !comment.assessment.probability &&
           comment.assessment.model_id.empty() && !comment.body.empty();
  };
  const auto found = [&](CommentFilter filter, std::vector<CommentStatus> statuses = {}) {
    Search::Request request;
    request.site = "blog";
    request.filter = std::move(filter);
    request.statuses = std::move(statuses);
    const auto page = world_.search.Run(world_.moderator, request, Soon());
    EXPECT_TRUE(page.ok()) << page.status();
    for (const SiteComment& one : page->comments) EXPECT_TRUE(is_blind(one.comment));
    return page->comments.size();
  };
  EXPECT_EQ(found({}), 2U);
  EXPECT_EQ(found({}, {CommentStatus::kSpam}), 0U);
  CommentFilter filter;
  filter.text = "casino";
  EXPECT_EQ(found(filter), 1U);
  EXPECT_EQ(found(filter, {CommentStatus::kSpam, CommentStatus::kApproved}), 0U);
  filter.probability_min = 0;
  EXPECT_EQ(found(filter), 0U);
  filter = {};
  const auto reasons = PolicyReasonsFromJson(spam.assessment.details_json);
  ASSERT_FALSE(reasons.empty());
  filter.reason = reasons.front().code;
  EXPECT_EQ(found(filter), 0U);

  const StatusCounts two_wait = {{CommentStatus::kPending, 2}};
  const auto history = world_.search.History(world_.moderator, "blog", spam.comment_id, 10, Soon());
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->counts, two_wait);
  EXPECT_THAT(history->comments, testing::Each(testing::Truly(is_blind)));
  const auto campaign = world_.search.GetCampaign(world_.moderator, "blog", ham.comment_id, Soon());
  ASSERT_TRUE(campaign.ok()) << campaign.status();
  EXPECT_EQ(campaign->group.counts, (StatusCounts{{CommentStatus::kPending, 1}}));
  EXPECT_TRUE(is_blind(campaign->newest));

  const auto preview = world_.bulks.Preview(
      world_.moderator, {"blog", {spam.comment_id, ham.comment_id}, {}, {}}, Soon());
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->group.counts, two_wait);
  EXPECT_THAT(preview->sample, testing::Each(testing::Truly(is_blind)));
  const auto explained =
      world_.model_info.Explain(world_.moderator, "blog", spam.comment_id, 5, Soon());
  EXPECT_EQ(ReasonOf(explained.status()), "BLIND_SAMPLE");

  world_.Decide(spam.comment_id, DecisionAction::kSpam);
  EXPECT_TRUE(world_.model_info.Explain(world_.moderator, "blog", spam.comment_id, 5, Soon()).ok());
  Search::Request request;
  request.site = "blog";
  request.statuses = {CommentStatus::kSpam};
  EXPECT_EQ(world_.search.Run(world_.moderator, request, Soon())->comments.size(), 1U);
}

TEST_F(BlindSample, WhatAnAnswerAnswersIsBlindToo) {
  world_.Train();
  Rate(1);
  const auto above = Spam();
  Rate(0);
  storage::Submission reply = world_.Comment("an answer to that");
  reply.parent_comment = above.comment_id.ToHex();
  std::promise<storage::CommentRecord> stored;
  world_.submit.Run(
      world_.backend, {"blog", std::move(reply), "", Soon()},
      [&](absl::StatusOr<SubmitComment::Result> result) { stored.set_value(result->comment); });
  const auto review =
      world_.desk.Review(world_.moderator, "blog", stored.get_future().get().comment_id, Soon());
  ASSERT_TRUE(review.ok()) << review.status();
  ASSERT_EQ(review->ancestors.size(), 1U);
  EXPECT_EQ(review->ancestors[0].status, CommentStatus::kPending);
  EXPECT_FALSE(review->ancestors[0].assessment.probability);
}

TEST_F(BlindSample, OneLeasedItemInTenIsABlindOne) {
  for (int i = 0; i < 50; ++i) world_.Stored("held before anything is known, " + std::to_string(i));
  world_.Train();
  Rate(1);
  for (int i = 0; i < 10; ++i) Ham();
  const auto mixed = Lease(40);
  ASSERT_EQ(mixed.size(), 40U);
  EXPECT_EQ(Drawn(mixed), 4U);
  for (const ReviewItem& item : mixed) {
    if (item.item.cause == QueueCause::kSampled) {
      EXPECT_FALSE(item.item.comment.assessment.probability);
    }
  }
  const auto rest = Lease(50);
  EXPECT_EQ(rest.size(), 20U) << "when nothing else waits they are all there is";
  EXPECT_EQ(Drawn(rest), 6U);
}

TEST_F(BlindSample, WhatWasFoundByItsOutcomeIsNoEvidence) {
  world_.Train();
  Rate(0);
  for (int i = 0; i < 20; ++i) world_.Decide(Ham().comment_id, DecisionAction::kApprove);
  const auto refused = Suggest(0.5);
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_FEW_JUDGED");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("drawn blind"));
  EXPECT_EQ(ReasonOf(Calibrate().status()), "TOO_FEW_JUDGED");

  Rate(0.5);
  while (Blind().size() < 14) Ham();
  for (const ReviewItem& item : Blind()) {
    world_.Decide(item.item.comment.comment_id, DecisionAction::kApprove);
  }
  const auto found = Suggest(0.2);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->threshold.ham_seen, 14U);
  EXPECT_EQ(found->blind_count, 14);
  EXPECT_EQ(found->left_out_count, 20);
}

TEST_F(BlindSample, ACalibrationWeighsByTheDraw) {
  world_.Train();
  Rate(0.5);
  while (Blind().size() < 40) Ham();
  const auto few = Calibrate();
  EXPECT_THAT(std::string(few.status().message()), HasSubstr("0 have been judged"));
  // One of the forty was spam after all.
  bool first = true;
  for (const ReviewItem& item : Blind()) {
    world_.Decide(item.item.comment.comment_id,
                  std::exchange(first, false) ? DecisionAction::kSpam : DecisionAction::kApprove);
  }
  // What is held counts once where those count twice.
  Sites::UpdateRequest update;
  update.slug = "blog";
  update.policy.emplace().mode = policy::Mode::kModerateAll;
  ASSERT_TRUE(world_.sites.Update(world_.admin, std::move(update), Soon()).ok());
  for (int i = 0; i < 20; ++i) world_.Decide(Ham().comment_id, DecisionAction::kApprove);
  const auto calibration = Calibrate();
  ASSERT_TRUE(calibration.ok()) << calibration.status();
  EXPECT_EQ(calibration->judged_count, 60);
  EXPECT_EQ(calibration->blind_count, 40);
  std::int64_t count = 0;
  for (const CalibrationBin& bin : calibration->bins) {
    EXPECT_LE(bin.spam_lower, bin.spam.weighted.share);
    EXPECT_GE(bin.spam.weighted.upper, bin.spam.weighted.share);
    EXPECT_GE(bin.mean_probability, bin.probability_min);
    EXPECT_LE(bin.mean_probability, bin.probability_max);
    count += bin.spam.count;
  }
  EXPECT_EQ(count, calibration->judged_count);
  EXPECT_EQ(calibration->spam_missed.count, 1);
  EXPECT_EQ(calibration->spam_missed.weighted.share, 1);
  EXPECT_EQ(calibration->ham_lost.count, 59);
  EXPECT_EQ(calibration->ham_lost.weighted.share, 0);
  // 39 that count twice and 20 that count once.
  EXPECT_NEAR(calibration->ham_lost.weighted.effective, (39 * 2 + 20) / 2.0, 1e-9);
  EXPECT_NEAR(calibration->ham_lost.weighted.upper, 1 - std::pow(0.05, 1 / 49.0), 1e-6);
}

}  // namespace
}  // namespace replyguard::service
