// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "storage/masking.h"

namespace replyguard::storage {
namespace {

TEST(Ip, CanonicalForms) {
  EXPECT_EQ(CanonicalIp("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(CanonicalIp("2001:0DB8:0000::0001"), "2001:db8::1");
  EXPECT_EQ(CanonicalIp("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(CanonicalIp("::FFFF:c000:0201"), "192.0.2.1");
}

TEST(Ip, NetworksPeopleMaySee) {
  EXPECT_EQ(MaskIp("192.0.2.255"), "192.0.2.0/24");
  EXPECT_EQ(MaskIp("2001:db8:1:2:3:4:5:6"), "2001:db8:1::/48");
  EXPECT_EQ(MaskIp("::ffff:192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(MaskIp("::1"), "::/48");
}

TEST(Ip, OfAnIpv4AddressInsideAnotherNoMoreIsSeenThanOfItself) {
  // 6to4, which holds it in front.
  EXPECT_EQ(MaskIp("2002:c000:0201::1"), "2002:c000:200::/40");
  EXPECT_EQ(MaskIp("2002:c000:02ff:1::1"), MaskIp("2002:c000:0201::1"));
  EXPECT_EQ(MaskIp("2003:c000:0201::1"), "2003:c000:201::/48");
  // Mapped, compatible, translated, by NAT64, Teredo (inverted, and the server's) and ISATAP.
  for (const auto& [ip, seen] : std::vector<std::pair<std::string, std::string>>{
           {"::ffff:192.0.2.1", "192.0.2.0/24"},
           {"::192.0.2.1", "::/48"},
           {"::ffff:0:192.0.2.1", "::/48"},
           {"64:ff9b::192.0.2.1", "64:ff9b::/48"},
           {"64:ff9b:1:c000:2:100::", "64:ff9b:1::/48"},
           {"2001:0:c633:6401:8000:fbff:3fff:fdfe", "2001:0:c633::/48"},
           {"2001:db8:1::5efe:192.0.2.1", "2001:db8:1::/48"},
           {"2001:db8:1::200:5efe:c000:201", "2001:db8:1::/48"}}) {
    EXPECT_EQ(MaskIp(ip), seen);
  }
}

TEST(Ip, WhatIsNoAddressIsEmpty) {
  for (const std::string& bad :
       {std::string(), std::string("1.2.3"), std::string("1.2.3.4.5"), std::string("01.2.3.4"),
        std::string("256.1.1.1"), std::string("1.2.3.4:80"), std::string(" 1.2.3.4"),
        std::string("1.2.3.4\n"), std::string("1.2.3.4\0", 8), std::string("fe80::1%eth0"),
        std::string("[::1]"), std::string("::1/64"), std::string(":::"),
        std::string("1:2:3:4:5:6:7:8:9"), std::string("localhost"), std::string(100, '1')}) {
    EXPECT_EQ(CanonicalIp(bad), "") << bad;
    EXPECT_EQ(MaskIp(bad), "") << bad;
  }
}

TEST(NetworkOfIp, IsWhatOneSubscriberHas) {
  EXPECT_EQ(NetworkOfIp("192.0.2.77"), "192.0.2.77");
  EXPECT_EQ(NetworkOfIp("::ffff:192.0.2.77"), "192.0.2.77");
  EXPECT_EQ(NetworkOfIp("2001:db8:0:1::1"), NetworkOfIp("2001:DB8:0:1:ffff::2"));
  EXPECT_EQ(NetworkOfIp("2001:db8:0:1::1"), "2001:db8:0:1::/64");
  EXPECT_NE(NetworkOfIp("2001:db8:0:1::1"), NetworkOfIp("2001:db8:0:2::1"));
  EXPECT_EQ(NetworkOfIp("nonsense"), "");
}

}  // namespace
}  // namespace replyguard::storage
