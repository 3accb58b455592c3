// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/submit/site_shares.h"

#include <gtest/gtest.h>

namespace replyguard::service {
namespace {

int EnterAll(SiteShares& shares, storage::SiteId site) {
  int entered = 0;
  while (shares.Enter(site)) ++entered;
  return entered;
}

TEST(SiteShares, OneAloneGetsHalfAndTheNextFindsRoom) {
  SiteShares shares(100);
  EXPECT_EQ(EnterAll(shares, 1), 50);
  EXPECT_FALSE(shares.Enter(1));
  EXPECT_EQ(EnterAll(shares, 2), 25);
  EXPECT_TRUE(shares.Enter(3));
}

TEST(SiteShares, RefusalsTakeNoRoomAndWhatLeavesGivesItBack) {
  SiteShares shares(100);
  EXPECT_EQ(EnterAll(shares, 1), 50);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(shares.Enter(1));
  shares.Leave(1);
  EXPECT_TRUE(shares.Enter(1));
  EXPECT_FALSE(shares.Enter(1));
}

TEST(SiteShares, LessRoomForAWhile) {
  SiteShares shares(100);
  int entered = 0;
  while (shares.Enter(1, 20)) ++entered;
  EXPECT_EQ(entered, 10);
  EXPECT_TRUE(shares.Enter(2, 20));
  EXPECT_TRUE(shares.Enter(1, 1000));
}

}  // namespace
}  // namespace replyguard::service
