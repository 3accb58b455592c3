// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::service::policy {

// The widest networks a rule may name.
inline constexpr int kIpv4PrefixMin = 8;
inline constexpr int kIpv6PrefixMin = 16;

// An IPv4 or IPv6 network. IPv4 is kept as IPv6 (::ffff:0:0/96), so that one table serves both.
struct Network {
  std::array<std::uint8_t, 16> address{};  // host bits are zero
  int prefix = 0;                          // of 128
  bool is_ipv4 = false;

  auto operator<=>(const Network&) const = default;
  // "203.0.113.0/24"
  std::string Text() const;
};

// "203.0.113.7/24" or one address; host bits are cleared. Nothing when it is none or wider than
// allowed.
std::optional<Network> ParseNetwork(std::string_view text);

// Which rules' networks an address lies in. One look-up a prefix length in use.
class NetworkTable {
 public:
  void Add(const Network& network, std::uint32_t rule);
  // In no particular order; empty when `ip` is not an address.
  std::vector<std::uint32_t> Find(std::string_view ip) const;
  // Rules whose networks hold the whole of `network`; those whose networks are a smaller part of
  // it.
  std::vector<std::uint32_t> Containing(const Network& network) const;
  std::vector<std::uint32_t> Within(const Network& network) const;

 private:
  std::vector<std::uint32_t> Find(const std::array<std::uint8_t, 16>& whole, int prefix_max) const;

  std::map<int, std::map<std::array<std::uint8_t, 16>, std::vector<std::uint32_t>>> by_prefix_;
};

}  // namespace replyguard::service::policy
