// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/evaluate/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace replyguard::service {
namespace {

std::vector<Scored> Random(unsigned seed, std::size_t n) {
  std::mt19937 random(seed);
  std::vector<Scored> scored;
  for (std::size_t i = 0; i < n; ++i) {
    const double p = static_cast<double>(random() % 21) / 20;  // with many equals
    scored.push_back({p, p, static_cast<double>(random() % 20) < 20 * p});
  }
  return scored;
}

TEST(Metrics, AKnownExampleByHand) {
  // Ham at 0.1 and 0.6, spam at 0.6 and 0.9: one pair of four is equal, none is inverted.
  const Metrics m =
      Measure({{0.1, 0.1, false}, {0.6, 0.6, false}, {0.6, 0.6, true}, {0.9, 0.9, true}});
  EXPECT_EQ(m.n, 4U);
  EXPECT_EQ(m.spam, 2U);
  EXPECT_DOUBLE_EQ(m.one_minus_roca_pct, 12.5);
  EXPECT_DOUBLE_EQ(m.error_pct, 25);
  EXPECT_DOUBLE_EQ(m.ham_misclassified_pct, 50);
  EXPECT_DOUBLE_EQ(m.spam_misclassified_pct, 0);
  EXPECT_NEAR(m.brier, (0.01 + 0.36 + 0.16 + 0.01) / 4, 1e-12);
  // Bins 1, 6 and 9: |0.1 - 0| + |1.2 - 1| + |0.9 - 1|, over four comments.
  EXPECT_NEAR(m.ece, (0.1 + 0.2 + 0.1) / 4, 1e-12);
  EXPECT_DOUBLE_EQ(m.spam_caught_pct_at_0_5, 50);
}

// A 0 would look perfect.
TEST(Metrics, WhatIsNotDefinedIsNoNumber) {
  const Metrics nothing = Measure({});
  for (const double figure :
       {nothing.one_minus_roca_pct, nothing.error_pct, nothing.ham_misclassified_pct,
        nothing.spam_misclassified_pct, nothing.lam_pct, nothing.brier, nothing.ece,
        nothing.spam_caught_pct_at_0_1, nothing.spam_caught_pct_at_0_5}) {
    EXPECT_TRUE(std::isnan(figure));
  }
  for (const bool spam : {true, false}) {
    const Metrics one = Measure({{1, 0.7, spam}});
    EXPECT_TRUE(std::isnan(one.one_minus_roca_pct));
    EXPECT_TRUE(std::isnan(one.lam_pct));
    EXPECT_TRUE(std::isnan(one.spam_caught_pct_at_0_1));
    EXPECT_TRUE(std::isnan(one.spam_caught_pct_at_0_5));
    EXPECT_EQ(std::isnan(one.ham_misclassified_pct), spam);
    EXPECT_EQ(std::isnan(one.spam_misclassified_pct), !spam);
    EXPECT_EQ(one.error_pct, spam ? 0 : 100);
    EXPECT_NEAR(one.ece, spam ? 0.3 : 0.7, 1e-12);
  }
  EXPECT_TRUE(RocCurve({{1, 0.7, true}}).empty());
}

// One ham and one spam, both right: each share is 0.5 / 2.
TEST(Metrics, LamIsSmoothed) {
  EXPECT_NEAR(Measure({{0.1, 0.1, false}, {0.9, 0.9, true}}).lam_pct, 25, 1e-9);
}

// The area under the curve, by trapezes, is what the pairs say.
TEST(Metrics, TheCurveAndTheAreaAgree) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const auto scored = Random(seed, 300);
    const auto curve = RocCurve(scored);
    ASSERT_FALSE(curve.empty());
    EXPECT_EQ(curve.front().ham_lost, 0);
    EXPECT_NEAR(curve.back().ham_lost, 1, 1e-12);
    EXPECT_NEAR(curve.back().spam_caught, 1, 1e-12);
    double area = 0;
    for (std::size_t i = 1; i < curve.size(); ++i) {
      area += (curve[i].ham_lost - curve[i - 1].ham_lost) *
              (curve[i].spam_caught + curve[i - 1].spam_caught) / 2;
    }
    EXPECT_NEAR(100 * (1 - area), Measure(scored).one_minus_roca_pct, 1e-9);
  }
}

TEST(Metrics, EveryCommentIsInOneBin) {
  const auto scored = Random(7, 500);
  std::size_t all = 0;
  for (const ProbabilityBin& bin : ProbabilityBins(scored, 10)) all += bin.ham + bin.spam;
  EXPECT_EQ(all, scored.size());
}

}  // namespace
}  // namespace replyguard::service
