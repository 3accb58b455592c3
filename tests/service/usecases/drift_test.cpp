// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace replyguard::service {
namespace {

using storage::DailyFigures;
using testing::HasSubstr;

constexpr std::chrono::sys_days kToday{std::chrono::days(20'000)};

// A day with so many comments of low and of high probability.
DailyFigures Day(int days_ago, std::int64_t low, std::int64_t high) {
  DailyFigures day;
  day.day = kToday - std::chrono::days(days_ago);
  day.approved_count = low;
  day.spam_count = high;
  day.probability_counts[0] = low;
  day.probability_counts[9] = high;
  return day;
}

std::vector<DailyFigures> Days(std::int64_t recent_low, std::int64_t recent_high) {
  std::vector<DailyFigures> days;
  for (int ago = 0; ago < kDriftRecentDays + kDriftBaseDays; ++ago) {
    const bool recent = ago < kDriftRecentDays;
    days.push_back(Day(ago, recent ? recent_low : 70, recent ? recent_high : 30));
  }
  return days;
}

TEST(Drift, TheSameDaysDoNotDiffer) {
  const DriftComparison found = CompareDays(Days(70, 30), kToday);
  EXPECT_EQ(found.recent.scored_count, 7 * 100);
  EXPECT_EQ(found.base.scored_count, 28 * 100);
  EXPECT_EQ(found.level, DriftLevel::kNone);
  EXPECT_LT(*found.psi, *found.psi_noise);
  EXPECT_THAT(found.summary, HasSubstr("Nothing tells the scores of the last 7 days"));
}

TEST(Drift, TheIndexIsTheTextbooks) {
  const DriftComparison found = CompareDays(Days(40, 60), kToday);
  // (0.4 - 0.7) ln(0.4/0.7) + (0.6 - 0.3) ln(0.6/0.3), but for the halves that are added.
  EXPECT_NEAR(*found.psi, -0.3 * std::log(4.0 / 7) + 0.3 * std::log(2.0), 0.02);
  EXPECT_EQ(found.level, DriftLevel::kStrong);
  EXPECT_NEAR(*found.psi_noise, 16.919 * (1.0 / 700 + 1.0 / 2800), 1e-12);
  EXPECT_THAT(found.summary, HasSubstr("Much tells"));
  EXPECT_EQ(CompareDays(Days(52, 48), kToday).level, DriftLevel::kSome);
}

TEST(Drift, WhatChanceMakesIsNoDrift) {
  // 20 comments a week against 80: an index of 0.2 is nothing then.
  std::vector<DailyFigures> days = {Day(0, 52, 48), Day(10, 70, 30)};
  const DriftComparison found = CompareDays(days, kToday);
  EXPECT_GT(*found.psi, kPsiSome);
  EXPECT_LT(*found.psi, *found.psi_noise);
  EXPECT_EQ(found.level, DriftLevel::kNone);
}

TEST(Drift, TooFewCommentsSayNothing) {
  std::vector<DailyFigures> days = {Day(0, 99, 0), Day(10, 500, 500)};
  const DriftComparison found = CompareDays(days, kToday);
  EXPECT_EQ(found.level, DriftLevel::kTooFew);
  EXPECT_FALSE(found.psi.has_value());
  EXPECT_THAT(found.summary, HasSubstr("99 in the last 7 days and 1000 in the 28 days before"));
}

TEST(Drift, DaysBelongToOneSpanAndOldOnesToNone) {
  std::vector<DailyFigures> days = {Day(6, 1, 0), Day(7, 10, 0), Day(34, 100, 0), Day(35, 1000, 0)};
  days[0].decided_count = 5;
  days[0].spam_then_approved_count = 2;
  days[0].approved_then_spam_count = 1;
  days[1].novelty_count = 4;
  days[1].novelty_sum = 1;
  days[2].novelty_count = 4;
  days[2].novelty_sum = 3;
  const DriftComparison found = CompareDays(days, kToday);
  EXPECT_EQ(found.recent.comment_count, 1);
  EXPECT_EQ(found.base.comment_count, 110);
  EXPECT_EQ(found.recent.decided_count, 5);
  EXPECT_EQ(found.recent.override_count, 3);
  EXPECT_FALSE(found.recent.novelty.has_value());
  EXPECT_DOUBLE_EQ(*found.base.novelty, 0.5);
  EXPECT_THAT(found.summary, HasSubstr("contradicted the machine in 3 of 5 decisions"));
}

}  // namespace
}  // namespace replyguard::service
