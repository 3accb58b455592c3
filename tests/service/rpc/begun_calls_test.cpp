// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/begun_calls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace replyguard::service::rpc {
namespace {

using Ended = std::vector<std::pair<std::string, BegunCalls::Why>>;
using Calls = std::vector<std::unique_ptr<BegunCalls::Call>>;

class BegunCallsTest : public testing::Test {
 protected:
  void Begin(const std::string& peer, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = peer + " " + std::to_string(i);
      calls_.push_back(begun_.Begin(
          peer, [this, name](BegunCalls::Why why) { ended_.emplace_back(name, why); }));
    }
  }

  BegunCalls begun_;
  Ended ended_;
  Calls calls_;
};

TEST_F(BegunCallsTest, OneTooManyEndsTheOldestOfTheNetworkThatHasMost) {
  Begin("ipv4:192.0.2.1:1", 3);
  // One network, as they cost nothing.
  Begin("ipv6:[2001:db8::1]:1", BegunCalls::kWaitingMax / 2);
  Begin("ipv6:%5B2001:db8::2%5D:1", BegunCalls::kWaitingMax / 2 - 3);
  ASSERT_EQ(begun_.waiting(), BegunCalls::kWaitingMax);
  EXPECT_TRUE(ended_.empty());
  Begin("ipv4:192.0.2.1:2", 2);
  EXPECT_EQ(ended_, (Ended{{"ipv6:[2001:db8::1]:1 0", BegunCalls::Why::kTooMany},
                           {"ipv6:[2001:db8::1]:1 1", BegunCalls::Why::kTooMany}}));
  EXPECT_EQ(begun_.waiting(), BegunCalls::kWaitingMax);
}

TEST_F(BegunCallsTest, StrangersEndNoneOfANetworkThatHasCalledWithAKey) {
  Begin("ipv4:192.0.2.1:1", 2);
  begun_.NoteGood("ipv4:192.0.2.1");
  for (std::size_t i = 2; i < BegunCalls::kWaitingMax; ++i) {
    Begin("ipv4:198.51." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ":1", 1);
  }
  ASSERT_TRUE(ended_.empty());
  Begin("ipv4:203.0.113.1:1", 1);
  Begin("ipv4:203.0.113.2:1", 1);
  // Of those that have as many the older.
  EXPECT_EQ(ended_, (Ended{{"ipv4:198.51.0.2:1 0", BegunCalls::Why::kTooMany},
                           {"ipv4:198.51.0.3:1 0", BegunCalls::Why::kTooMany}}));
}

TEST_F(BegunCallsTest, TellsOfStrangersWhoGoOn) {
  const auto now = std::chrono::steady_clock::now();
  Begin("ipv4:192.0.2.1:1", BegunCalls::kWaitingMax + BegunCalls::kTooManyMax);
  EXPECT_TRUE(begun_.TakeBeginners(now).empty());
  Begin("ipv4:192.0.2.1:2", 1);
  EXPECT_EQ(begun_.TakeBeginners(now), std::vector<std::string>{"192.0.2.1"});
  EXPECT_TRUE(begun_.TakeBeginners(now).empty());
  // What comes slowly is forgiven.
  Begin("ipv4:192.0.2.1:1", BegunCalls::kTooManyMax);
  EXPECT_TRUE(begun_.TakeBeginners(now + std::chrono::seconds(2)).empty());
  Begin("ipv4:192.0.2.1:1", 2 * BegunCalls::kForgivenASecond);
  EXPECT_TRUE(begun_.TakeBeginners(now + std::chrono::seconds(2)).empty());
  Begin("ipv4:192.0.2.1:1", 1);
  EXPECT_EQ(begun_.TakeBeginners(now + std::chrono::seconds(2)).size(), 1U);
}

// Each of them would be forgiven.
TEST_F(BegunCallsTest, TellsOfStrangersOfManyNetworks) {
  constexpr std::size_t kNetworks = 64;
  const auto now = std::chrono::steady_clock::now();
  Begin("ipv4:192.0.2.1:1", 2);  // slow, and one of few
  const auto begin_all = [this](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      Begin("ipv4:198.51.100." + std::to_string(i % kNetworks) + ":1", 1);
    }
  };
  begin_all(BegunCalls::kWaitingMax + BegunCalls::kTooManyMax - 2);
  EXPECT_TRUE(begun_.TakeBeginners(now).empty());
  begun_.NoteGood("ipv4:198.51.100.7");
  begin_all(1);
  const std::vector<std::string> beginners = begun_.TakeBeginners(now);
  EXPECT_EQ(beginners.size(), kNetworks - 1);
  EXPECT_EQ(std::count(beginners.begin(), beginners.end(), "192.0.2.1"), 0);
  EXPECT_EQ(std::count(beginners.begin(), beginners.end(), "198.51.100.7"), 0);
}

TEST_F(BegunCallsTest, KnowsNetworksWhateverTransportNamesTheirPeers) {
  for (const char* peer : {"ipv4:192.0.2.1", "ipv6:[2001:db8::1]", "ipv6:2001:db8:0:1::1",
                           "ipv6:[fe80::1%eth0]", "unix"}) {
    begun_.NoteGood(peer);
  }
  for (const char* network :
       {"192.0.2.1", "2001:db8::/64", "2001:db8:0:1::/64", "fe80::/64", "unix"}) {
    EXPECT_TRUE(begun_.IsKnown(network)) << network;
  }
  EXPECT_FALSE(begun_.IsKnown("192.0.2.2"));
}

TEST_F(BegunCallsTest, WhatHasItsMessageIsNotEnded) {
  Begin("ipv4:192.0.2.1:1", 2);
  calls_.front()->HasMessage();
  calls_.front()->HasMessage();
  begun_.EndOverdue(std::chrono::steady_clock::now());
  EXPECT_EQ(ended_, (Ended{{"ipv4:192.0.2.1:1 1", BegunCalls::Why::kOverdue}}));
  EXPECT_EQ(begun_.waiting(), 0U);
  begun_.EndOverdue(std::chrono::steady_clock::now());
  EXPECT_EQ(ended_.size(), 1U);
}

TEST_F(BegunCallsTest, WhatIsNotOldYetIsNotEnded) {
  const auto before = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  Begin("unix:", 2);
  begun_.EndOverdue(before);
  EXPECT_TRUE(ended_.empty());
  calls_.clear();
  EXPECT_EQ(begun_.waiting(), 0U);
}

TEST_F(BegunCallsTest, CountsThoseInHandByConnections) {
  Begin("ipv4:192.0.2.1:1", 2);
  Begin("ipv4:192.0.2.1:2", 1);
  calls_.front()->HasMessage();
  EXPECT_EQ(begun_.InHand(), (BegunCalls::Counts{{"192.0.2.1 1", 2}, {"192.0.2.1 2", 1}}));
  calls_.clear();
  EXPECT_TRUE(begun_.InHand().empty());
}

}  // namespace
}  // namespace replyguard::service::rpc
