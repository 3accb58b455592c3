// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/admission.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace replyguard::service::http {
namespace {

TEST(AdmissionTest, BoundsAllConnections) {
  const auto admission = Admission::Make(
      {.connections_max = 2, .connections_per_address_max = 2, .bodies_bytes_max = 1});
  auto first = admission->Enter("192.0.2.1");
  const auto second = admission->Enter("192.0.2.2");
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(admission->Enter("192.0.2.3"), nullptr);
  first.reset();
  EXPECT_NE(admission->Enter("192.0.2.3"), nullptr);
}

TEST(AdmissionTest, BoundsThoseOfOneAddressButNotOfATrustedProxy) {
  const auto admission = Admission::Make(
      {.connections_max = 9, .connections_per_address_max = 1, .bodies_bytes_max = 1});
  auto first = admission->Enter("192.0.2.1");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(admission->Enter("192.0.2.1"), nullptr);
  EXPECT_NE(admission->Enter("192.0.2.2"), nullptr);
  const auto proxy = admission->Enter("");
  EXPECT_NE(proxy, nullptr);
  EXPECT_NE(admission->Enter(""), nullptr);
  first.reset();
  EXPECT_NE(admission->Enter("192.0.2.1"), nullptr);
}

TEST(AdmissionTest, BoundsTheBodiesOfAllTogether) {
  const auto admission = Admission::Make(
      {.connections_max = 9, .connections_per_address_max = 9, .bodies_bytes_max = 100});
  auto first = admission->Enter("a");
  const auto second = admission->Enter("b");
  EXPECT_TRUE(first->HoldBody(60));
  EXPECT_FALSE(second->HoldBody(41));
  EXPECT_TRUE(second->HoldBody(40));
  EXPECT_FALSE(first->HoldBody(61));
  EXPECT_TRUE(first->HoldBody(20));
  EXPECT_TRUE(second->HoldBody(80));
  first.reset();
  EXPECT_TRUE(second->HoldBody(100));
}

TEST(AdmissionTest, NoNetworkTakesEveryConnection) {
  const auto admission = Admission::Make(
      {.connections_max = 8, .connections_per_address_max = 8, .bodies_bytes_max = 1});
  std::vector<std::unique_ptr<Admission::Ticket>> taken;
  for (int i = 0; i < 8; ++i) {
    taken.push_back(admission->Enter("2001:db8:0:1::" + std::to_string(i + 1)));
  }
  EXPECT_EQ(std::count(taken.begin(), taken.end(), nullptr), 4) << "one /64 is one network";
  const auto mapped = admission->Enter("::ffff:192.0.2.1");
  EXPECT_NE(mapped, nullptr);
  EXPECT_NE(admission->Enter("::ffff:192.0.2.2"), nullptr) << "not the same /64";
  EXPECT_NE(admission->Enter("2001:db8:0:2::1"), nullptr);
}

TEST(AdmissionTest, NoNetworkTakesAllBytesOfBodiesAndSmallOnesHaveTheirOwn) {
  constexpr std::size_t kMiB = 1U << 20U;
  constexpr std::size_t kLarge = kMiB / 8;
  const auto admission = Admission::Make(
      {.connections_max = 99, .connections_per_address_max = 99, .bodies_bytes_max = kMiB});
  std::vector<std::unique_ptr<Admission::Ticket>> held;
  const auto hold = [&](const char* address, std::size_t bytes) {
    held.push_back(admission->Enter(address));
    return held.back()->HoldBody(bytes);
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(hold("192.0.2.1", kLarge));
  EXPECT_FALSE(hold("192.0.2.1", kLarge));
  EXPECT_TRUE(hold("192.0.2.2", kLarge));
  EXPECT_TRUE(hold("192.0.2.3", kLarge));
  EXPECT_TRUE(hold("192.0.2.4", kLarge));
  EXPECT_FALSE(hold("192.0.2.5", kLarge)) << "the rest is for small ones";
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(hold("192.0.2.5", Admission::kSmallBodyBytes));
  EXPECT_FALSE(hold("192.0.2.6", 1));
  held.clear();
  EXPECT_TRUE(hold("192.0.2.5", kLarge)) << "all was given back";
}

TEST(AdmissionTest, SaysWhetherAllHaveLeft) {
  const auto admission = Admission::Make(
      {.connections_max = 1, .connections_per_address_max = 1, .bodies_bytes_max = 1});
  auto one = admission->Enter("a");
  EXPECT_FALSE(admission->AwaitEmpty(std::chrono::steady_clock::now()));
  one.reset();
  EXPECT_TRUE(admission->AwaitEmpty(std::chrono::steady_clock::now()));
}

}  // namespace
}  // namespace replyguard::service::http
