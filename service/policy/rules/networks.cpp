// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/networks.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

#include "storage/masking.h"

namespace replyguard::service::policy {
namespace {

constexpr int kBits = 128;
constexpr int kIpv4Offset = 96;  // an IPv4 address is the last 32 of 128 bits

struct Parsed {
  std::array<std::uint8_t, 16> address{};
  bool is_ipv4 = false;
};

std::optional<Parsed> ParseAddress(std::string_view text) {
  const std::string canonical = storage::CanonicalIp(text);
  if (canonical.empty()) return std::nullopt;
  Parsed parsed;
  parsed.is_ipv4 = canonical.find(':') == std::string::npos;
  if (parsed.is_ipv4) {
    parsed.address[10] = parsed.address[11] = 0xFF;
    inet_pton(AF_INET, canonical.c_str(), parsed.address.data() + 12);
  } else {
    inet_pton(AF_INET6, canonical.c_str(), parsed.address.data());
  }
  return parsed;
}

void ClearHostBits(std::array<std::uint8_t, 16>& address, int prefix) {
  for (std::size_t i = 0; i < address.size(); ++i) {
    const int kept = prefix - static_cast<int>(8 * i);
    if (kept <= 0) {
      address[i] = 0;
    } else if (kept < 8) {
      address[i] = static_cast<std::uint8_t>(address[i] & (0xFF << (8 - kept)));
    }
  }
}

}  // namespace

std::string Network::Text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_ipv4 ? AF_INET : AF_INET6, address.data() + (is_ipv4 ? 12 : 0), text.data(),
            text.size());
  return std::string(text.data()) + "/" + std::to_string(is_ipv4 ? prefix - kIpv4Offset : prefix);
}

std::optional<Network> ParseNetwork(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<Parsed> parsed = ParseAddress(text.substr(0, slash));
  if (!parsed) return std::nullopt;
  const int longest = parsed->is_ipv4 ? 32 : 128;
  int prefix = longest;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.size() > 3 ||
        digits.front() == '-') {
      return std::nullopt;
    }
  }
  if (prefix > longest || prefix < (parsed->is_ipv4 ? kIpv4PrefixMin : kIpv6PrefixMin))
    return std::nullopt;
  Network network{parsed->address, parsed->is_ipv4 ? prefix + kIpv4Offset : prefix,
                  parsed->is_ipv4};
  ClearHostBits(network.address, network.prefix);
  return network;
}

void NetworkTable::Add(const Network& network, std::uint32_t rule) {
  by_prefix_[network.prefix][network.address].push_back(rule);
}

std::vector<std::uint32_t> NetworkTable::Find(std::string_view ip) const {
  const std::optional<Parsed> parsed = ParseAddress(ip);
  if (!parsed) return {};
  return Find(parsed->address, kBits);
}

std::vector<std::uint32_t> NetworkTable::Containing(const Network& network) const {
  return Find(network.address, network.prefix);
}

std::vector<std::uint32_t> NetworkTable::Within(const Network& network) const {
  std::vector<std::uint32_t> rules;
  for (auto it = by_prefix_.upper_bound(network.prefix); it != by_prefix_.end(); ++it) {
    // They follow each other, as addresses are ordered from the first bit on.
    for (auto part = it->second.lower_bound(network.address); part != it->second.end(); ++part) {
      std::array<std::uint8_t, 16> wider = part->first;
      ClearHostBits(wider, network.prefix);
      if (wider != network.address) break;
      rules.insert(rules.end(), part->second.begin(), part->second.end());
    }
  }
  return rules;
}

std::vector<std::uint32_t> NetworkTable::Find(const std::array<std::uint8_t, 16>& whole,
                                              int prefix_max) const {
  std::vector<std::uint32_t> rules;
  for (const auto& [prefix, networks] : by_prefix_) {
    if (prefix > prefix_max) break;
    std::array<std::uint8_t, 16> address = whole;
    ClearHostBits(address, prefix);
    const auto found = networks.find(address);
    if (found != networks.end())
      rules.insert(rules.end(), found->second.begin(), found->second.end());
  }
  return rules;
}

}  // namespace replyguard::service::policy
