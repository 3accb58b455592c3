// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/storage_state.h"

#include <gtest/gtest.h>

namespace replyguard::service {
namespace {

using std::chrono::seconds;
const StorageState::Time kStart{seconds(1000)};

TEST(StorageState, IsAwayUntilItIsToldOtherwise) {
  StorageState state;
  EXPECT_TRUE(state.away());
  state.SetAway(false);
  EXPECT_FALSE(state.away());
}

TEST(StorageState, IsLongAwayWhenSeveralLooksFindItSoAndNothingIsStored) {
  StorageState state;
  state.SetAway(true);
  EXPECT_FALSE(state.LongAway());
  state.SetAway(true);
  EXPECT_TRUE(state.LongAway());
  state.NoteStored();
  EXPECT_FALSE(state.LongAway());
  state.SetAway(true);
  state.SetAway(true);
  state.SetAway(false);
  EXPECT_FALSE(state.LongAway());
}

TEST(StorageState, TakesNoWritesAfterSomeRefusalsInARow) {
  StorageState state;
  EXPECT_TRUE(state.TakesWrites(kStart));
  for (int i = 1; i < StorageState::kRefusalsMin; ++i) state.NoteRefusal(kStart);
  state.NoteStored();
  for (int i = 1; i < StorageState::kRefusalsMin; ++i) state.NoteRefusal(kStart);
  EXPECT_TRUE(state.TakesWrites(kStart));
  state.NoteRefusal(kStart);
  EXPECT_FALSE(state.TakesWrites(kStart));
  state.NoteStored();
  EXPECT_TRUE(state.TakesWrites(kStart));
}

TEST(StorageState, TakesNoWritesWhereTheyStandStill) {
  StorageState state;
  for (int i = 0; i < StorageState::kRefusalsMin; ++i) {
    EXPECT_TRUE(state.TakesWrites(kStart));
    state.NoteLate(kStart, StorageState::kStallTimeMin);
  }
  EXPECT_FALSE(state.TakesWrites(kStart));
}

TEST(StorageState, BelievesThoseInAHurryOnceNothingIsStoredForLong) {
  constexpr std::chrono::milliseconds kGiven{700};
  StorageState state;
  for (int i = 0; i < 10; ++i) state.NoteLate(kStart, kGiven);
  EXPECT_TRUE(state.TakesWrites(kStart));
  state.NoteStored();
  for (int i = 0; i < 10; ++i) state.NoteLate(kStart + kGiven, kGiven);
  EXPECT_TRUE(state.TakesWrites(kStart + kGiven));
  for (int i = 0; i < 10; ++i) state.NoteLate(kStart + 3 * kGiven, kGiven);
  EXPECT_FALSE(state.TakesWrites(kStart + 3 * kGiven));
  state.NoteStored();
  EXPECT_TRUE(state.TakesWrites(kStart + 3 * kGiven));
}

TEST(StorageState, LateOnesNowAndThenAreNoStall) {
  StorageState state;
  for (int i = 0; i < 10; ++i) {
    state.NoteLate(kStart + i * StorageState::kRefusalTime, StorageState::kHurryTimeMin);
  }
  const auto end = kStart + 10 * StorageState::kRefusalTime;
  EXPECT_TRUE(state.TakesWrites(end));
  for (int i = 0; i < 1000; ++i) {
    state.NoteLate(end + i * std::chrono::milliseconds(10),
                   StorageState::kHurryTimeMin - std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(state.TakesWrites(end + std::chrono::seconds(10)));
}

TEST(StorageState, LetsSomebodyTryAgainAfterAWhile) {
  StorageState state;
  for (int i = 0; i < StorageState::kRefusalsMin; ++i) state.NoteRefusal(kStart);
  EXPECT_FALSE(state.TakesWrites(kStart + StorageState::kRefusalTime - seconds(1)));
  EXPECT_TRUE(state.TakesWrites(kStart + StorageState::kRefusalTime));
  state.NoteRefusal(kStart + StorageState::kRefusalTime);
  EXPECT_FALSE(state.TakesWrites(kStart + StorageState::kRefusalTime));
}

}  // namespace
}  // namespace replyguard::service
