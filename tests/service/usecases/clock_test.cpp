// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/clock.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace replyguard::service {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

class SetClock final : public Clock {
 public:
  storage::Timestamp Now() const override { return now; }

  storage::Timestamp now{hours(24 * 365 * 50)};
};

class DatingClockTest : public testing::Test {
 protected:
  void Pass(seconds time) {
    own_.now += time;
    boot_ += time;
  }
  // The database's clock says so now.
  void Note(storage::Timestamp database) { clock_.Note(database, boot_); }

  SetClock own_;
  microseconds boot_ = hours(3);
  std::vector<std::string> told_;
  DatingClock clock_{own_, [this](std::string_view text) { told_.emplace_back(text); },
                     [this] { return boot_; }};
};

TEST_F(DatingClockTest, AloneItIsTheOwnClock) {
  EXPECT_EQ(clock_.Now(), own_.now);
  EXPECT_EQ(clock_.Ahead(), microseconds(0));
  Note(own_.now + seconds(5));
  EXPECT_EQ(clock_.Now(), own_.now) << "about the same";
  EXPECT_EQ(clock_.Ahead(), seconds(-5));
  EXPECT_TRUE(told_.empty());
}

TEST_F(DatingClockTest, OneThatIsBehindDatesByTheDatabases) {
  const storage::Timestamp database = own_.now + hours(24 * 40);
  Note(database);
  EXPECT_EQ(clock_.Now(), database);
  Pass(seconds(7));
  EXPECT_EQ(clock_.Now(), database + seconds(7)) << "it goes on between two looks";
}

TEST_F(DatingClockTest, OneThatIsSetBackBetweenTwoLooksIsNoticedAtOnce) {
  Note(own_.now);
  const storage::Timestamp right = own_.now;
  own_.now -= hours(24 * 40);
  EXPECT_EQ(clock_.Now(), right);
  Pass(seconds(1));
  own_.now = right + seconds(1);
  EXPECT_EQ(clock_.Now(), own_.now) << "and that it is right again";
}

// Which of them is wrong nobody can tell: nothing is to be old before its time.
TEST_F(DatingClockTest, OneThatIsAheadIsLeftAlone) {
  Note(own_.now - hours(24 * 40));
  EXPECT_EQ(clock_.Now(), own_.now);
  EXPECT_EQ(clock_.Ahead(), hours(24 * 40));
}

TEST_F(DatingClockTest, ThatTheyAreApartIsToldOnce) {
  for (const seconds behind : {seconds(4), seconds(6), seconds(9), seconds(4), seconds(6)}) {
    Note(own_.now + behind);
  }
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_NE(told_.back().find("6 s behind"), std::string::npos) << told_.back();
  Note(own_.now + seconds(1));
  ASSERT_EQ(told_.size(), 2U);
  EXPECT_NE(told_.back().find("agree again"), std::string::npos) << told_.back();
  Note(own_.now - hours(1));
  Note(own_.now - hours(1));
  ASSERT_EQ(told_.size(), 3U);
  EXPECT_NE(told_.back().find("3600 s ahead"), std::string::npos) << told_.back();
}

TEST(SinceBootTest, DoesNotStandStill) {
  const microseconds first = SinceBoot();
  EXPECT_GT(first, microseconds(0));
  while (SinceBoot() == first) {
  }
  EXPECT_GT(SinceBoot(), first);
}

}  // namespace
}  // namespace replyguard::service
