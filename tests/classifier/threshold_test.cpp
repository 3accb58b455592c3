#include "classifier/threshold.h"

#include <gtest/gtest.h>

#include <vector>

namespace replyguard::classifier {
namespace {

// `ham` comments scored 0, 1, 2, ... and as many spam scored `offset` higher.
std::vector<JudgedScore> Ladder(int ham, RawScore offset) {
  std::vector<JudgedScore> judged;
  for (int i = 0; i < ham; ++i) {
    judged.push_back({i, Class::kHam, 1});
    judged.push_back({i + offset, Class::kSpam, 1});
  }
  return judged;
}

TEST(Threshold, RefusesWhatTheDataCannotSupportAndSaysHowManyItTakes) {
  // (1 - 0.001)^2994 > 0.05 >= (1 - 0.001)^2995
  const auto few = ThresholdForHamLoss(Ladder(2994, 10), 0.001);
  ASSERT_EQ(few.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(few.status().message().find("2994"), absl::string_view::npos);
  EXPECT_NE(few.status().message().find("2995"), absl::string_view::npos);
  const auto enough = ThresholdForHamLoss(Ladder(2995, 10), 0.001);
  ASSERT_TRUE(enough.ok()) << enough.status();
  EXPECT_EQ(enough->score, 2995);
  EXPECT_EQ(enough->ham_loss, 0);
  EXPECT_EQ(ThresholdForHamLoss({}, 0.5).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Threshold, SharesThatNoDataCouldPromiseAreNoQuestion) {
  const auto code = [](double ham_loss_max, double confidence) {
    return ThresholdForHamLoss(Ladder(10, 10), ham_loss_max, confidence).status().code();
  };
  for (const double share : {0.0, 1e-300, 1e-7, 1.0, -1.0}) {
    EXPECT_EQ(code(share, 0.95), absl::StatusCode::kInvalidArgument) << share;
  }
  EXPECT_EQ(code(0.1, 1), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(kHamLossMin, 0.95), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(HamNeeded(0.001, 0.95), 2995U);
  EXPECT_EQ(HamNeeded(0.5, 0.5), 1U);
}

TEST(Threshold, LosesFewerThanExpectedSoThatTheBoundHolds) {
  // Of 10,000 ham at 1 %, the 5 % quantile of the binomial allows 83 losses (Clopper-Pearson: 84
  // would not do).
  const auto threshold = ThresholdForHamLoss(Ladder(10'000, 5000), 0.01);
  ASSERT_TRUE(threshold.ok());
  EXPECT_EQ(threshold->score, 10'000 - 83);
  EXPECT_DOUBLE_EQ(threshold->ham_loss, 0.0083);
  EXPECT_NEAR(threshold->spam_caught, 0.5083, 1e-9);
}

TEST(Threshold, TiedHamAreLostTogetherOrNotAtAll) {
  auto judged = Ladder(10'000, 5000);
  for (auto& item : judged) {
    if (item.label == Class::kHam && item.score >= 9900) item.score = 9900;
  }
  const auto threshold = ThresholdForHamLoss(judged, 0.01);
  ASSERT_TRUE(threshold.ok());
  EXPECT_EQ(threshold->score, 9901);
}

TEST(Threshold, UnequalWeightsCountAsFewerComments) {
  auto judged = Ladder(3200, 10);
  ASSERT_TRUE(ThresholdForHamLoss(judged, 0.001).ok());
  for (std::size_t i = 0; i < judged.size(); i += 4) judged[i].weight = 50;
  EXPECT_EQ(ThresholdForHamLoss(judged, 0.001).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(Threshold, IsCautiousWhereWhatIsLostWeighsMost) {
  // 1,000 held, all judged, and 100 of 10,000 that were called spam. Kish's number would be 121.
  std::vector<JudgedScore> judged;
  for (int i = 0; i < 1000; ++i) judged.push_back({0, Class::kHam, 1});
  for (int i = 0; i < 100; ++i) judged.push_back({1000, Class::kHam, 100});
  const auto worth = [&](double share) { return ThresholdForHamLoss(judged, share); };
  // 0.05 = (1 - 0.02687)^110: none lost above 1000 promises no less than this.
  EXPECT_EQ(worth(0.0268).status().code(), absl::StatusCode::kFailedPrecondition);
  const auto kept = worth(0.0271);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->score, 1001);
  EXPECT_NEAR(kept->ham_effective, 110, 1e-9);
}

TEST(Threshold, RefusesBoundsOutOfRange) {
  const auto judged = Ladder(10, 1);
  for (const double bad : {0.0, 1.0, -1.0}) {
    EXPECT_EQ(ThresholdForHamLoss(judged, bad).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ThresholdForHamLoss(judged, 0.1, bad).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  const std::vector<JudgedScore> weightless = {{1, Class::kHam, 0}};
  EXPECT_EQ(ThresholdForHamLoss(weightless, 0.1).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace replyguard::classifier
