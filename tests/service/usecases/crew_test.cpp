// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Who does a courier's work, and for whom.
#include "service/usecases/deliver/crew.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <future>

#include "service/usecases/deliver/site_turns.h"
#include "support/patience.h"

namespace replyguard::service {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::chrono::hours kNever{1};

TEST(Crew, WhoeverIsIdleLooksWhileAnotherIsBusy) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::promise<void> slow, quick;
  std::atomic<int> steps{0};
  Crew crew(
      2, kNever,
      [&]() -> absl::StatusOr<bool> {
        const int step = steps++;
        if (step == 0) {
          slow.set_value();
          released.wait();
        } else if (step == 1) {
          quick.set_value();
        }
        return false;
      },
      [](const absl::Status&) {});
  crew.Start();
  crew.Wake();
  ASSERT_EQ(slow.get_future().wait_for(tests::kPatience), std::future_status::ready);
  crew.Wake();
  EXPECT_EQ(quick.get_future().wait_for(tests::kPatience), std::future_status::ready);
  crew.AskToStop();
  release.set_value();
  crew.Stop();
}

TEST(Crew, LooksAtEveryIntervalUnwokenAndTellsOfItsFirstError) {
  std::promise<void> third;
  std::atomic<int> steps{0}, told{0};
  Crew crew(
      1, std::chrono::milliseconds(1),
      [&]() -> absl::StatusOr<bool> {
        if (++steps == 3) third.set_value();
        return absl::UnavailableError("away");
      },
      [&](const absl::Status& why) {
        EXPECT_EQ(why.message(), "away");
        ++told;
      });
  crew.Start();
  EXPECT_EQ(third.get_future().wait_for(tests::kPatience), std::future_status::ready);
  crew.Stop();
  EXPECT_EQ(told, 1);
}

// Which sites are to be left alone; `site` has a turn then.
SiteTurns::Sites Next(SiteTurns& turns, std::optional<storage::SiteId> site = std::nullopt) {
  SiteTurns::Sites away;
  const auto got = turns.Next([&](const SiteTurns::Sites& but) {
    away = but;
    return site;
  });
  EXPECT_TRUE(got.ok() && *got == site);
  return away;
}

TEST(SiteTurns, ASiteHasOneTurnAtATimeAndRestsAfterAFailure) {
  constexpr std::array<std::chrono::seconds, 1> kRests = {kNever};
  SiteTurns turns(kRests);
  EXPECT_THAT(Next(turns, 7), IsEmpty());
  EXPECT_THAT(Next(turns, 8), ElementsAre(7));
  EXPECT_THAT(Next(turns), ElementsAre(7, 8));
  turns.End(7, false);
  turns.End(8, true);
  EXPECT_THAT(Next(turns, 7), ElementsAre(8)) << "it rests";
  EXPECT_THAT(Next(turns), ElementsAre(7, 8));
}

TEST(SiteTurns, WhereTakingFailsNobodyHasATurn) {
  SiteTurns turns;
  const absl::Status away = absl::UnavailableError("away");
  EXPECT_EQ(turns.Next([&](const SiteTurns::Sites&) { return away; }).status(), away);
  EXPECT_THAT(Next(turns), IsEmpty());
}

TEST(SiteTurns, NobodyRestsWithoutRests) {
  SiteTurns turns;
  EXPECT_THAT(Next(turns, 7), IsEmpty());
  turns.End(7, true);
  EXPECT_THAT(Next(turns), IsEmpty());
}

}  // namespace
}  // namespace replyguard::service
