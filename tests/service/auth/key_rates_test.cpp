// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/key_rates.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr KeyRates::Time kStart{std::chrono::hours(1)};

constexpr std::optional<storage::CallRate> kNoneOfItsOwn;

int TakeAll(KeyRates& rates, const std::string& key, KeyRates::Time now,
            const std::optional<storage::CallRate>& own = kNoneOfItsOwn) {
  int taken = 0;
  while (taken < 1000 && rates.Take(key, own, now).count() == 0) ++taken;
  return taken;
}

TEST(KeyRates, NothingIsLimitedWithoutARate) {
  KeyRates rates(std::nullopt);
  EXPECT_EQ(TakeAll(rates, "a", kStart), 1000);
}

TEST(KeyRates, GivesTheBurstAndThenTheRate) {
  KeyRates rates(storage::CallRate{10, 5});
  const std::string key = "a";
  EXPECT_EQ(TakeAll(rates, key, kStart), 5);
  EXPECT_EQ(rates.Take(key, kNoneOfItsOwn, kStart), milliseconds(100));
  EXPECT_EQ(rates.Take(key, kNoneOfItsOwn, kStart + milliseconds(99)), milliseconds(1));
  EXPECT_EQ(TakeAll(rates, key, kStart + milliseconds(100)), 1);
  EXPECT_EQ(TakeAll(rates, key, kStart + milliseconds(300)), 2);
  // No rest saves up more than the burst.
  EXPECT_EQ(TakeAll(rates, key, kStart + seconds(100)), 5);
}

TEST(KeyRates, RefusalsCostNothing) {
  KeyRates rates(storage::CallRate{10, 1});
  const std::string key = "a";
  EXPECT_EQ(TakeAll(rates, key, kStart), 1);
  for (int i = 0; i < 1000; ++i) EXPECT_NE(rates.Take(key, kNoneOfItsOwn, kStart).count(), 0);
  EXPECT_EQ(rates.Take(key, kNoneOfItsOwn, kStart + milliseconds(100)).count(), 0);
}

TEST(KeyRates, EachHasItsOwn) {
  KeyRates rates(storage::CallRate{10, 2});
  for (const char* credential : {"a", "b", "sessions/0011", "sessions/0022"}) {
    EXPECT_EQ(TakeAll(rates, credential, kStart), 2);
  }
}

TEST(KeyRates, AKeysOwnRateGoesBeforeTheStandardOne) {
  KeyRates rates(storage::CallRate{10, 2});
  EXPECT_EQ(TakeAll(rates, "a", kStart, storage::CallRate{1000, 20}), 20);
  KeyRates without(std::nullopt);
  EXPECT_EQ(TakeAll(without, "a", kStart, storage::CallRate{1000, 20}), 20);
}

TEST(KeyRates, ForgetsThoseWhoHaveRestedWhenThereAreMany) {
  KeyRates rates(storage::CallRate{1, 1});
  const std::string busy = "busy";
  for (std::size_t i = 0; i < kRatedKeysMax - 1; ++i) {
    EXPECT_EQ(rates.Take(std::to_string(i), kNoneOfItsOwn, kStart).count(), 0);
  }
  EXPECT_EQ(rates.Take(busy, kNoneOfItsOwn, kStart + seconds(2)).count(), 0);
  // The table is full; the others have rested, the busy one has not.
  EXPECT_EQ(rates.Take("new", kNoneOfItsOwn, kStart + seconds(2)).count(), 0);
  EXPECT_NE(rates.Take(busy, kNoneOfItsOwn, kStart + seconds(2)).count(), 0);
}

}  // namespace
}  // namespace replyguard::service::auth
