// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/outgoing/public_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace replyguard::service::outgoing {
namespace {

struct Network4 {
  std::uint32_t first;
  int prefix_bits;
};

constexpr std::uint32_t V4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr std::array<Network4, 16> kNotPublic4 = {{
    {V4(0, 0, 0, 0), 8},        // this network
    {V4(10, 0, 0, 0), 8},       // private
    {V4(100, 64, 0, 0), 10},    // shared by carriers
    {V4(127, 0, 0, 0), 8},      // loopback
    {V4(169, 254, 0, 0), 16},   // link-local; metadata of clouds
    {V4(172, 16, 0, 0), 12},    // private
    {V4(192, 0, 0, 0), 24},     // protocol assignments
    {V4(192, 0, 2, 0), 24},     // documentation
    {V4(192, 31, 196, 0), 24},  // AS112
    {V4(192, 88, 99, 0), 24},   // 6to4 relays
    {V4(192, 168, 0, 0), 16},   // private
    {V4(198, 18, 0, 0), 15},    // benchmarking
    {V4(198, 51, 100, 0), 24},  // documentation
    {V4(203, 0, 113, 0), 24},   // documentation
    {V4(224, 0, 0, 0), 4},      // multicast
    {V4(240, 0, 0, 0), 4},      // reserved; broadcast
}};

bool IsPublic4(std::uint32_t address) {
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(), [address](const Network4& network) {
    return (address ^ network.first) >> (32 - network.prefix_bits) == 0;
  });
}

// Global unicast is 2000::/3 and nothing else is reachable; of it these are not, or lead elsewhere.
bool IsPublic6(const std::array<std::uint8_t, 16>& b) {
  if ((b[0] & 0xE0U) != 0x20U) return false;
  const std::uint32_t head = V4(b[0], b[1], b[2], b[3]);
  if (head >> 9 == 0x20010000U >> 9) return false;        // 2001::/23: Teredo, ORCHID, benchmarking
  if (head == 0x20010DB8U) return false;                  // documentation
  if (head >> 16 == 0x2002U) return false;                // 6to4: an IPv4 address
  if (head >> 12 == 0x3FFF0U) return false;               // documentation, 3fff::/20
  if (head == 0x2620004FU && b[4] == 0x80) return false;  // AS112
  return true;
}

}  // namespace

bool IsPublicAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return IsPublic4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return IsPublic6(bytes);
}

}  // namespace replyguard::service::outgoing
