// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>

#include <array>
#include <cstring>
#include <string>

#include "storage/masking.h"

namespace replyguard::storage {
namespace {

// An address in network order: 4 bytes or 16.
struct Address {
  std::array<unsigned char, 16> bytes{};
  std::size_t size = 0;  // 0: none

  ~Address() { sodium_memzero(bytes.data(), bytes.size()); }
};

void Parse(std::string_view ip, Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (ip.empty() || ip.size() >= text.size() || ip.find('\0') != std::string_view::npos) return;
  std::memcpy(text.data(), ip.data(), ip.size());
  if (inet_pton(AF_INET, text.data(), address.bytes.data()) == 1) {
    address.size = 4;
  } else if (inet_pton(AF_INET6, text.data(), address.bytes.data()) == 1) {
    address.size = 16;
    constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::memcmp(address.bytes.data(), kMapped.data(), kMapped.size()) == 0) {
      std::memmove(address.bytes.data(), address.bytes.data() + kMapped.size(), 4);
      address.size = 4;
    }
  }
  sodium_memzero(text.data(), text.size());
}

// 6to4 (RFC 3056): behind it stands an IPv4 address. Others that hold one have it beyond what a
// mask leaves, or no more of it than a mask leaves of itself (RFC 5969, RFC 6052).
bool Is6to4(const Address& address) {
  return address.size == 16 && address.bytes[0] == 0x20 && address.bytes[1] == 0x02;
}

std::string Print(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(address.size == 4 ? AF_INET : AF_INET6, address.bytes.data(), text.data(),
                text.size()) == nullptr) {
    return {};
  }
  return text.data();
}

}  // namespace

std::string CanonicalIp(std::string_view ip) {
  Address address;
  Parse(ip, address);
  return address.size == 0 ? std::string() : Print(address);
}

std::string NetworkOfIp(std::string_view ip) {
  Address address;
  Parse(ip, address);
  if (address.size == 0) return {};
  if (address.size == 4) return Print(address);
  constexpr std::size_t kKept = 8;
  std::memset(address.bytes.data() + kKept, 0, address.bytes.size() - kKept);
  return Print(address) + "/64";
}

std::string MaskIp(std::string_view ip) {
  Address address;
  Parse(ip, address);
  if (address.size == 0) return {};
  constexpr std::size_t kIpv4Kept = 3, kIpv6Kept = 6, kBefore6to4 = 2;
  const std::size_t kept = address.size == 4 ? kIpv4Kept
                           : Is6to4(address) ? kBefore6to4 + kIpv4Kept
                                             : kIpv6Kept;
  std::memset(address.bytes.data() + kept, 0, address.bytes.size() - kept);
  return Print(address) + "/" + std::to_string(8 * kept);
}

}  // namespace replyguard::storage
