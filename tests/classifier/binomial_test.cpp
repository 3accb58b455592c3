// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "classifier/binomial.h"

#include <gtest/gtest.h>

#include <cmath>

namespace replyguard::classifier {
namespace {

TEST(BinomialTest, SumsTheFirstTerms) {
  EXPECT_NEAR(BinomialAtMost(0, 10, 0.5), std::pow(0.5, 10), 1e-12);
  EXPECT_NEAR(BinomialAtMost(1, 2, 0.25), 1 - 0.0625, 1e-12);
  EXPECT_EQ(BinomialAtMost(-1, 10, 0.5), 0);
  EXPECT_NEAR(BinomialAtMost(10, 10, 0.3), 1, 1e-12);
}

// R: binom.test(k, n)$conf.int
TEST(BinomialTest, TheIntervalIsClopperAndPearsons) {
  const Interval three = ClopperPearson(3, 100, 0.95);
  EXPECT_NEAR(three.low, 0.006229972, 1e-8);
  EXPECT_NEAR(three.high, 0.08517605, 1e-7);
  const Interval none = ClopperPearson(0, 50, 0.95);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 1 - std::pow(0.025, 1.0 / 50), 1e-9);
  const Interval all = ClopperPearson(50, 50, 0.95);
  EXPECT_NEAR(all.low, std::pow(0.025, 1.0 / 50), 1e-9);
  EXPECT_EQ(all.high, 1);
  const Interval nothing = ClopperPearson(0, 0, 0.95);
  EXPECT_EQ(nothing.low, 0);
  EXPECT_EQ(nothing.high, 1);
}

TEST(BinomialTest, ChernoffIsNeverBelowTheBinomial) {
  EXPECT_NEAR(ChernoffAtMost(0, 110, 0.02), std::pow(0.98, 110), 1e-9) << "exact for none";
  EXPECT_EQ(ChernoffAtMost(3, 10, 0.3), 1);
  for (const double p : {0.01, 0.1, 0.4}) {
    for (int k = 0; k <= 30; ++k) {
      EXPECT_GE(ChernoffAtMost(k, 100, p) + 1e-12, BinomialAtMost(k, 100, p)) << k << " " << p;
    }
  }
}

TEST(BinomialTest, AWeightedShareIsExactWithEqualWeights) {
  WeightSums sums;
  for (int i = 0; i < 100; ++i) sums.Add(4, i < 3);
  const WeightedShare share = BoundShare(sums, 0.975);
  EXPECT_NEAR(share.share, 0.03, 1e-12);
  EXPECT_NEAR(share.upper, ClopperPearson(3, 100, 0.95).high, 1e-9);
  EXPECT_NEAR(share.effective, 100, 1e-9);
}

TEST(BinomialTest, AWeightedShareIsCautiousWithUnequalWeights) {
  WeightSums sums;
  for (int i = 0; i < 1000; ++i) sums.Add(1, false);
  for (int i = 0; i < 100; ++i) sums.Add(100, i < 2);
  const WeightedShare share = BoundShare(sums, 0.95);
  EXPECT_NEAR(share.share, 200.0 / 11'000, 1e-12);
  EXPECT_NEAR(share.effective, 110, 1e-9);
  EXPECT_GT(share.upper, ClopperPearson(2, 110, 0.9).high);
  EXPECT_LT(share.upper, 0.09);
  const WeightedShare none = BoundShare({}, 0.95);
  EXPECT_EQ(none.share, 0);
  EXPECT_EQ(none.upper, 1);
  WeightSums all;
  all.Add(2, true);
  EXPECT_EQ(BoundShare(all, 0.95).upper, 1);
}

}  // namespace
}  // namespace replyguard::classifier
