// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/proxies.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/http/server/text.h"

namespace replyguard::service::http {
namespace {

namespace ip = boost::asio::ip;

constexpr int kIpv4Offset = 96;  // an IPv4 address is the last 32 of 128 bits

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80".
std::optional<ip::address> AddressOf(std::string_view text) {
  text = Trim(text);
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

std::string BytesOf(const ip::address& address) {
  const auto bytes =
      (address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6())
          .to_bytes();
  return {bytes.begin(), bytes.end()};
}

bool SameBits(std::string_view a, std::string_view b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (a.substr(0, whole) != b.substr(0, whole)) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const int mask = 0xFF << (8 - rest) & 0xFF;
  return ((a[whole] ^ b[whole]) & mask) == 0;
}

}  // namespace

absl::StatusOr<TrustedProxies> TrustedProxies::Parse(const std::vector<std::string>& networks) {
  TrustedProxies out;
  for (const std::string& text : networks) {
    const std::size_t slash = text.find('/');
    const auto address = AddressOf(std::string_view(text).substr(0, slash));
    const int longest = address && address->is_v4() ? 32 : 128;
    int bits = longest;
    const bool good =
        address.has_value() &&
        (slash == std::string::npos || absl::SimpleAtoi(text.substr(slash + 1), &bits)) &&
        bits >= 0 && bits <= longest;
    if (!good) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" is no address and no network, such as 10.0.0.0/8"));
    }
    out.networks_.push_back({BytesOf(*address), bits + (address->is_v4() ? kIpv4Offset : 0)});
  }
  return out;
}

bool TrustedProxies::Trusts(std::string_view address) const {
  const auto parsed = AddressOf(address);
  if (!parsed) return false;
  const std::string bytes = BytesOf(*parsed);
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return SameBits(bytes, network.bytes, network.bits);
  });
}

std::string TrustedProxies::ClientOf(std::string_view peer, std::string_view forwarded) const {
  std::string client(peer);
  while (Trusts(client) && !forwarded.empty()) {
    const std::size_t comma = forwarded.rfind(',');
    const auto next =
        AddressOf(comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1));
    // Whatever a trusted proxy passed on is no address: then the proxy is all that is known.
    if (!next) break;
    client = next->to_string();
    forwarded = comma == std::string_view::npos ? std::string_view() : forwarded.substr(0, comma);
  }
  return client;
}

std::string PeerName(std::string_view address) {
  const auto parsed = AddressOf(address);
  if (!parsed) return absl::StrCat("unknown:", View(address));
  return absl::StrCat(parsed->is_v4() ? "ipv4:" : "ipv6:", parsed->to_string());
}

}  // namespace replyguard::service::http
