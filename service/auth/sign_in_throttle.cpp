// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/sign_in_throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

namespace replyguard::service::auth {

SignInThrottle::SignInThrottle(SteadyNow now) : now_(std::move(now)) {}

std::string SignInThrottle::NameOf(std::string_view handle, std::string_view network) const {
  const bool known = known_.contains({std::string(network), std::string(handle)});
  return known ? std::string(handle).append("\n").append(network) : std::string(handle);
}

std::optional<std::chrono::milliseconds> SignInThrottle::Try(std::string_view handle,
                                                             std::string_view peer) {
  const std::string network = NetworkOf(peer);
  const TokenBuckets::Time now = now_();
  MutexLock lock(mutex_);
  const std::string name = NameOf(handle, network);
  auto wait = peers_.Wait(network, now);
  if (!handle.empty()) wait = std::max(wait, handles_.Wait(name, now));
  if (wait > std::chrono::milliseconds::zero()) return wait;
  peers_.Take(network, now);
  if (!handle.empty()) handles_.Take(name, now);
  return std::nullopt;
}

void SignInThrottle::GiveBack(std::string_view handle, std::string_view peer, bool signed_in) {
  const std::string network = NetworkOf(peer);
  const TokenBuckets::Time now = now_();
  MutexLock lock(mutex_);
  peers_.GiveBack(network, now);
  if (handle.empty()) return;
  handles_.GiveBack(NameOf(handle, network), now);
  if (!signed_in) return;
  if (known_.size() >= kKnownPairsMax) known_.clear();
  known_.emplace(network, handle);
}

bool SignInThrottle::KnowsNetworkOf(std::string_view peer) {
  const std::string network = NetworkOf(peer);
  MutexLock lock(mutex_);
  const auto first = known_.lower_bound({network, {}});
  return first != known_.end() && first->first == network;
}

bool SignInThrottle::TakeRecord() {
  MutexLock lock(mutex_);
  return records_.Take({}, now_());
}

std::string NetworkOf(std::string_view peer) {
  constexpr std::string_view kIpv6 = "ipv6:";
  std::string text(peer);
  if (!peer.starts_with(kIpv6)) return text;
  std::string address = text.substr(kIpv6.size());
  std::erase_if(address, [](char c) { return c == '[' || c == ']'; });
  address.resize(std::min(address.size(), address.find('%')));
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return text;
  return "ipv6/64:" + std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace replyguard::service::auth
