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

}  // namespace
}  // namespace replyguard::classifier
