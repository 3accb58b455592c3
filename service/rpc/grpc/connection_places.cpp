// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ConnectionWatch: who comes in, and who makes room for him.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
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
  const PeerName name = NameOf(address).value_or(PeerName{NameOfUnix(descriptor), {}, {}});
  Connection connection;
  connection.descriptor = descriptor;
  connection.address = name.address;
  connection.network = name.network;
  connection.listener = ListenerOf(descriptor);
  Enter enter;
  Told told;
  {
    MutexLock lock(mutex_);
    connections_.insert_or_assign(name.peer, std::move(connection));
    enter = enter_;
    told = told_;
  }
  if (!enter) return true;
  std::shared_ptr<void> place = enter(name.address, [this, peer = name.peer] { GiveWay(peer); });
  {
    MutexLock lock(mutex_);
    const auto at = connections_.find(name.peer);  // it may have been cut
    if (place != nullptr) {
      if (at != connections_.end()) at->second.place = std::move(place);
      return true;
    }
    if (at != connections_.end()) connections_.erase(at);
  }
  refused_count_.fetch_add(1, std::memory_order_relaxed);
  if (told) told("there are too many connections", name.network);
  return false;
}

void ConnectionWatch::GiveWay(const std::string& peer) {
  Chosen leaving;
  {
    MutexLock lock(mutex_);
    const auto at = connections_.find(peer);
    if (at == connections_.end()) return;
    leaving.push_back(*at);
  }
  Cut(leaving, Mark::kNone, "others need its place, and nobody has called from there with a key");
  MutexLock lock(mutex_);
  // It may have been gone, and another be there by its name.
  const auto at = connections_.find(peer);
  if (at != connections_.end() && at->second.place == leaving.front().second.place) {
    connections_.erase(at);
  }
}

}  // namespace replyguard::service::rpc
