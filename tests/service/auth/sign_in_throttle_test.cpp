// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/sign_in_throttle.h"

#include <gtest/gtest.h>

namespace replyguard::service::auth {
namespace {

class SignInThrottleTest : public testing::Test {
 protected:
  // Tries until it is told to wait; how many there were.
  int TriesOf(const std::string& handle, const std::string& peer) {
    int tries = 0;
    while (tries < 1000 && !throttle_.Try(handle, peer)) ++tries;
    return tries;
  }

  TokenBuckets::Time now_{std::chrono::hours(1)};
  SignInThrottle throttle_{[this] { return now_; }};
};

TEST_F(SignInThrottleTest, AHandleHasItsTriesWhereverTheyComeFrom) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(throttle_.Try("anna", "ipv4:192.0.2." + std::to_string(i)));
  }
  const auto wait = throttle_.Try("anna", "ipv4:198.51.100.1");
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, std::chrono::minutes(1));
  EXPECT_FALSE(throttle_.Try("bert", "ipv4:198.51.100.1"));
  now_ += std::chrono::minutes(1);
  EXPECT_FALSE(throttle_.Try("anna", "ipv4:198.51.100.1"));
  EXPECT_TRUE(throttle_.Try("anna", "ipv4:198.51.100.1"));
}

TEST_F(SignInThrottleTest, ANetworkHasItsTriesWhoeverIsMeant) {
  int tries = 0;
  while (!throttle_.Try("handle" + std::to_string(tries), "ipv4:192.0.2.1")) ++tries;
  EXPECT_EQ(tries, static_cast<int>(kTriesOfPeerBurst));
  EXPECT_TRUE(throttle_.Try("", "ipv4:192.0.2.1"));
  EXPECT_FALSE(throttle_.Try("", "ipv4:192.0.2.2"));
}

TEST_F(SignInThrottleTest, AnAddressOfVersion6IsItsNetwork) {
  EXPECT_EQ(NetworkOf("ipv6:2001:db8::1"), NetworkOf("ipv6:2001:db8::ffff:1"));
  EXPECT_EQ(NetworkOf("ipv6:[2001:db8::1]"), NetworkOf("ipv6:2001:db8:0:0:1::"));
  EXPECT_NE(NetworkOf("ipv6:2001:db8::1"), NetworkOf("ipv6:2001:db8:0:1::1"));
  EXPECT_NE(NetworkOf("ipv4:192.0.2.1"), NetworkOf("ipv4:192.0.2.2"));
  EXPECT_EQ(NetworkOf("unix:"), "unix:");
}

TEST_F(SignInThrottleTest, ATryThatWasRightIsGivenBack) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(throttle_.Try("anna", "ipv4:192.0.2.1")) << i;
    throttle_.GiveBack("anna", "ipv4:192.0.2.1");
  }
  EXPECT_EQ(TriesOf("anna", "ipv4:192.0.2.1"), 10);
}

TEST_F(SignInThrottleTest, AGuesserElsewhereDoesNotLockOutWhoHasSignedInHere) {
  ASSERT_FALSE(throttle_.Try("anna", "ipv4:192.0.2.1"));
  throttle_.GiveBack("anna", "ipv4:192.0.2.1", true);
  EXPECT_EQ(TriesOf("anna", "ipv4:203.0.113.9"), 10);
  EXPECT_TRUE(throttle_.Try("anna", "ipv4:203.0.113.10"));
  EXPECT_EQ(TriesOf("anna", "ipv4:192.0.2.1"), 10);
}

TEST_F(SignInThrottleTest, ManyNamesGiveNobodyHisTriesBack) {
  EXPECT_EQ(TriesOf("anna", "ipv4:192.0.2.1"), 10);
  for (int i = 0; i < 100'000; ++i) {
    throttle_.Try("h" + std::to_string(i), "ipv4:" + std::to_string(i));
  }
  EXPECT_TRUE(throttle_.Try("anna", "ipv4:198.51.100.77"));
}

TEST_F(SignInThrottleTest, WhatIsRecordedIsBounded) {
  int records = 0;
  while (records < 1000 && throttle_.TakeRecord()) ++records;
  EXPECT_EQ(records, static_cast<int>(kRecordedBurst));
}

}  // namespace
}  // namespace replyguard::service::auth
