// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/grpc_source.h"

#include <gtest/gtest.h>

#include "service/auth/sign_in_throttle.h"

namespace replyguard::service::rpc {
namespace {

TEST(GrpcSourceTest, APeerIsItsAddressHoweverGrpcWritesIt) {
  EXPECT_EQ(AddressOf("ipv4:192.0.2.1:55555"), "ipv4:192.0.2.1");
  EXPECT_EQ(AddressOf("ipv6:[2001:db8::1]:55555"), "ipv6:[2001:db8::1]");
  EXPECT_EQ(AddressOf("ipv6:%5B2001:db8::1%5D:55555"), "ipv6:[2001:db8::1]");
  EXPECT_EQ(AddressOf("ipv6:%5Bfe80::1%25eth0%5D:55555"), "ipv6:[fe80::1%eth0]");
}

TEST(GrpcSourceTest, PeersOfANetworkAreCountedAsOne) {
  EXPECT_EQ(auth::NetworkOf(AddressOf("ipv6:%5B2001:db8::1%5D:55555")),
            auth::NetworkOf("ipv6:2001:db8::2"));
}

}  // namespace
}  // namespace replyguard::service::rpc
