// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/proxies.h"

#include <gtest/gtest.h>

namespace replyguard::service::http {
namespace {

TrustedProxies Proxies(const std::vector<std::string>& networks) {
  auto parsed = TrustedProxies::Parse(networks);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return *std::move(parsed);
}

TEST(ProxiesTest, ReadsNetworks) {
  const TrustedProxies proxies = Proxies({"10.0.0.0/8", "::1", "2001:db8::/33", "192.0.2.7"});
  for (const char* yes :
       {"10.255.0.1", "::1", "2001:db8:7fff::1", "192.0.2.7", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(proxies.Trusts(yes)) << yes;
  }
  for (const char* no :
       {"11.0.0.1", "::2", "2001:db8:8000::1", "192.0.2.8", "", "proxy", "::10.1.2.3"}) {
    EXPECT_FALSE(proxies.Trusts(no)) << no;
  }
  EXPECT_TRUE(Proxies({"0.0.0.0/0"}).Trusts("203.0.113.1"));
  EXPECT_FALSE(Proxies({"0.0.0.0/0"}).Trusts("2001:db8::1"));
  EXPECT_FALSE(Proxies({}).Trusts("127.0.0.1"));
}

TEST(ProxiesTest, RefusesWhatIsNoNetworkByName) {
  for (const char* text : {"", "ten", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "10.0.0.0/",
                           "10.0.0.0/8/8", "10.0.0.256"}) {
    const auto parsed = TrustedProxies::Parse({"127.0.0.1", text});
    EXPECT_TRUE(absl::IsInvalidArgument(parsed.status())) << text;
    EXPECT_NE(parsed.status().ToString().find("\"" + std::string(text) + "\""), std::string::npos);
  }
}

TEST(ProxiesTest, BelievesNobodyElse) {
  EXPECT_EQ(Proxies({}).ClientOf("192.0.2.1", "203.0.113.5"), "192.0.2.1");
  EXPECT_EQ(Proxies({"10.0.0.0/8"}).ClientOf("192.0.2.1", "203.0.113.5"), "192.0.2.1");
}

// The client wrote the first two itself.
TEST(ProxiesTest, TakesTheRightmostThatNoProxyIs) {
  const TrustedProxies proxies = Proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "127.0.0.1, 10.9.9.9, 203.0.113.5, 10.0.0.2"),
            "203.0.113.5");
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", ""), "10.0.0.1");
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "203.0.113.5:1234"), "203.0.113.5");
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "[2001:db8::5]:80"), "2001:db8::5");
  EXPECT_EQ(proxies.ClientOf("::ffff:10.0.0.1", "203.0.113.5"), "203.0.113.5");
}

TEST(ProxiesTest, StopsAtWhatIsNoAddress) {
  const TrustedProxies proxies = Proxies({"10.0.0.0/8"});
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "203.0.113.5, unknown"), "10.0.0.1");
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "203.0.113.5, "), "10.0.0.1");
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "203.0.113.5, x, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(proxies.ClientOf("10.0.0.1", "["), "10.0.0.1");
}

TEST(ProxiesTest, NamesPeersAsGrpcDoes) {
  EXPECT_EQ(PeerName("192.0.2.1"), "ipv4:192.0.2.1");
  EXPECT_EQ(PeerName("::ffff:192.0.2.1"), "ipv4:192.0.2.1");
  EXPECT_EQ(PeerName("2001:DB8::1"), "ipv6:2001:db8::1");
}

}  // namespace
}  // namespace replyguard::service::http
