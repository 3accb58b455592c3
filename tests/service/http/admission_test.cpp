// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/admission.h"

#include <gtest/gtest.h>

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
