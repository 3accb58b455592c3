// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ConnectionWatch: who comes in, and who makes room for him.
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "service/rpc/grpc/connection_watch.h"

namespace replyguard::service::rpc {

using std::chrono::steady_clock;

bool ConnectionWatch::Admits(const sockaddr_storage& address) {
  if (!penalties_.load(std::memory_order_relaxed)) return true;
  const std::optional<PeerName> name = NameOf(address);
  if (!name) return true;
  MutexLock lock(mutex_);
  const auto at = cuts_.find(name->network);
  const bool admits = at == cuts_.end() || at->second.size() < kCutsMax ||
                      at->second.back() + kPenalty < steady_clock::now();
  if (!admits) refused_count_.fetch_add(1, std::memory_order_relaxed);
  return admits;
}

bool ConnectionWatch::Accepted(int descriptor, const sockaddr_storage& address) {
  Connection connection;
  connection.descriptor = descriptor;
  std::optional<PeerName> name = NameOf(address);
  std::string peer = name ? std::move(name->peer) : NameOfUnix(descriptor);
  if (name) {
    connection.address = std::move(name->address);
    connection.network = std::move(name->network);
  }
  connection.listener = ListenerOf(descriptor);
  connection.accepted = steady_clock::now();
  while (true) {
    Chosen leaving;
    Told told;
    {
      MutexLock lock(mutex_);
      if (enter_) connection.place = enter_(connection.address);
      if (!enter_ || connection.place != nullptr) {
        connections_.insert_or_assign(std::move(peer), std::move(connection));
        return true;
      }
      leaving = ChooseToMakeRoom(connection);
      told = told_;
    }
    if (leaving.empty()) {
      refused_count_.fetch_add(1, std::memory_order_relaxed);
      if (told) told("there are too many connections", connection.network);
      return false;
    }
    Cut(leaving, Mark::kNone, "others need its place, and nobody has called from there with a key");
    MutexLock lock(mutex_);
    connections_.erase(leaving.front().first);  // it may have been gone
  }
}

ConnectionWatch::Chosen ConnectionWatch::ChooseToMakeRoom(const Connection& newcomer) const {
  Chosen chosen;
  const bool is_known = begun_calls_.IsKnown(newcomer.network);
  if (ended_.size() >= (is_known ? kEndingOfAllMax : kEndingMax)) return chosen;
  const auto is_proxy = [this](const std::string& address)
                            REPLYGUARD_REQUIRES(mutex_) { return is_proxy_ && is_proxy_(address); };
  std::unordered_map<std::string_view, std::size_t> of_networks;
  for (const auto& [peer, connection] : connections_) ++of_networks[connection.network];
  const bool is_everybodys = newcomer.network.empty() || is_proxy(newcomer.address);
  std::size_t own = is_everybodys ? 0 : of_networks[newcomer.network];
  // Strangers of very many networks have a few connections each. Whoever has as many as that may
  // have come to his own bound, where nobody's place is of use to him.
  if (is_known && own < kEndingMax) own = 0;
  const Connections::value_type* oldest = nullptr;
  for (const auto& of : connections_) {
    const Connection& connection = of.second;
    if (oldest != nullptr && connection.accepted >= oldest->second.accepted) continue;
    if (connection.network.empty() || of_networks[connection.network] <= own ||
        begun_calls_.IsKnown(connection.network) || is_proxy(connection.address)) {
      continue;
    }
    oldest = &of;
  }
  if (oldest != nullptr) chosen.push_back(*oldest);
  return chosen;
}

}  // namespace replyguard::service::rpc
