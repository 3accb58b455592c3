// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/connection_watch.h"

#include <fcntl.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server_context.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <unordered_set>

#include "service/rpc/grpc/cancellable_context.h"

namespace replyguard::service::rpc {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kOwnAddresses[] = {"127.0.0.1", "::1"};

// What the system holds of a flood is a hundred thousand calls, which gRPC would begin one by one.
void DropReceived(int descriptor) {
  constexpr std::size_t kStepBytes = 1 << 20;
  constexpr int kStepsMax = 64;  // beyond what a window holds
  for (int i = 0; i < kStepsMax; ++i) {
    // Of TCP, MSG_TRUNC copies nothing.
    if (recv(descriptor, nullptr, kStepBytes, MSG_TRUNC | MSG_DONTWAIT) <= 0) return;
  }
}

}  // namespace

// gRPC makes a context as soon as it has read of a call, and gives it back when that is done with.
class ConnectionWatch::CountingAllocator final : public grpc::ContextAllocator {
 public:
  explicit CountingAllocator(std::atomic<std::int64_t>& calls) : calls_(calls) {}

  grpc::CallbackServerContext* NewCallbackServerContext() override {
    calls_.fetch_add(1, std::memory_order_relaxed);
    return new CancellableContext();
  }
  // Of methods that nobody has. gRPC gives back also the one that it would make itself.
  grpc::GenericCallbackServerContext* NewGenericCallbackServerContext() override {
    calls_.fetch_add(1, std::memory_order_relaxed);
    return new grpc::GenericCallbackServerContext();
  }
  void Release(grpc::CallbackServerContext* context) override {
    delete context;
    calls_.fetch_sub(1, std::memory_order_relaxed);
  }
  void Release(grpc::GenericCallbackServerContext* context) override {
    Release(static_cast<grpc::CallbackServerContext*>(context));
  }

 private:
  std::atomic<std::int64_t>& calls_;
};

ConnectionWatch& ConnectionWatch::OfProcess() {
  static auto* const kWatch = new ConnectionWatch();  // never destroyed: gRPC's threads use it
  return *kWatch;
}

ConnectionWatch::ConnectionWatch()
    : nothing_(open("/dev/null", O_RDONLY | O_CLOEXEC)),
      slot_(open("/dev/null", O_RDONLY | O_CLOEXEC)) {}

ConnectionWatch::~ConnectionWatch() {
  close(slot_);
  close(nothing_);
}

void ConnectionWatch::SetProxies(IsProxy is_proxy) {
  MutexLock lock(mutex_);
  is_proxy_ = std::move(is_proxy);
}

void ConnectionWatch::SetAdmission(Enter enter) {
  MutexLock lock(mutex_);
  enter_ = std::move(enter);
}

void ConnectionWatch::SetTold(Told told) {
  MutexLock lock(mutex_);
  told_ = std::move(told);
}

std::unique_ptr<grpc::ContextAllocator> ConnectionWatch::CountCalls() {
  return std::make_unique<CountingAllocator>(calls_);
}

bool ConnectionWatch::Look(const std::string& peer, Connection& connection,
                           ConnectionBytes& since) {
  if (!IsOf(connection.descriptor, peer)) return false;
  since = {};
  if (connection.network.empty()) return true;
  const std::optional<ConnectionBytes> bytes = BytesOf(connection.descriptor);
  if (!bytes) return false;
  const ConnectionBytes before = std::exchange(connection.seen, *bytes);
  since = {bytes->received - before.received, bytes->sent - before.sent};
  const auto now = steady_clock::now();
  const std::chrono::duration<double> passed = now - std::exchange(connection.looked, now);
  connection.lately = std::max(0.0, 1 - passed / kHeardTime) * connection.lately +
                      static_cast<double>(since.received);
  if (since.received > 0) connection.heard = now;
  const bool answered = since.sent * kFloodBytesPerByte > since.received;
  connection.burst = answered ? 0 : connection.burst + since.received;
  connection.unanswered = std::max<std::int64_t>(
      0, connection.unanswered + since.received - since.sent * kCreditPerByte);
  connection.unfinished = std::max<std::int64_t>(0, connection.unfinished + since.received -
                                                        since.sent * kUnfinishedCreditPerByte -
                                                        std::exchange(connection.whole, 0));
  return true;
}

void ConnectionWatch::HasRead(const std::string& peer, std::size_t bytes) {
  if (bytes < kLargeMessageBytes) return;
  const std::string name = NameOfGrpc(peer);
  MutexLock lock(mutex_);
  const auto at = connections_.find(name);
  if (at != connections_.end()) at->second.whole += static_cast<std::int64_t>(bytes);
}

void ConnectionWatch::CutSlow(const std::vector<std::string>& peers) {
  Chosen slow;
  {
    MutexLock lock(mutex_);
    for (const std::string& peer : peers) {
      const auto at = connections_.find(NameOfGrpc(peer));
      if (at != connections_.end() && !at->second.network.empty()) slow.push_back(*at);
    }
  }
  Cut(slow, Mark::kNone, "its client does not take its answers");
}

std::vector<std::string> ConnectionWatch::PeersAt(std::string_view listener) const {
  std::vector<std::string> peers;
  MutexLock lock(mutex_);
  for (const auto& [peer, connection] : connections_) {
    if (connection.listener == listener) peers.push_back(peer);
  }
  return peers;
}

std::int64_t ConnectionWatch::RemoveSettled(std::vector<std::string>& peers) {
  std::int64_t all = 0;
  MutexLock lock(mutex_);
  std::erase_if(peers, [&](const std::string& peer) REPLYGUARD_REQUIRES(mutex_) {
    const auto at = connections_.find(peer);
    const bool there = at != connections_.end() && IsOf(at->second.descriptor, peer);
    const std::int64_t unsent = there ? UnsentBytes(at->second.descriptor) : 0;
    all += unsent;
    return unsent == 0;
  });
  return all;
}

void ConnectionWatch::EndAll(std::string_view listener, const std::vector<std::string>& but) {
  bool keeps_unix = false;
  std::unordered_set<std::string> kept;
  for (const std::string& peer : but) {
    keeps_unix = keeps_unix || peer.starts_with(kUnix);
    kept.insert(NameOfGrpc(peer));
  }
  Chosen all;
  {
    MutexLock lock(mutex_);
    std::copy_if(connections_.begin(), connections_.end(), std::back_inserter(all),
                 [&](const auto& of) {
                   const bool is_unix = of.second.network.empty();
                   return of.second.listener == listener &&
                          !(is_unix ? keeps_unix : kept.contains(of.first));
                 });
  }
  for (const auto& [peer, connection] : all) {
    const auto socket = End(peer, connection.descriptor, Unsent::kSend);
    MutexLock lock(mutex_);
    if (socket) ended_.push_back({connection.descriptor, *socket});
  }
}

ConnectionWatch::Chosen ConnectionWatch::ChooseUnfinished() const {
  std::unordered_map<std::string_view, std::int64_t> of_networks;
  std::int64_t all = 0;
  for (const auto& [peer, connection] : connections_) {
    if (connection.unfinished == 0) continue;
    of_networks[connection.network] += connection.unfinished;
    all += connection.unfinished;
  }
  Chosen chosen;
  while (all > kUnfinishedBytesMax) {
    const auto most =
        std::max_element(of_networks.begin(), of_networks.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    for (const auto& [peer, connection] : connections_) {
      if (connection.network != most->first || connection.unfinished < kFloodBytesMin) continue;
      chosen.emplace_back(peer, connection);
    }
    all -= most->second;
    of_networks.erase(most);
  }
  return chosen;
}

void ConnectionWatch::Sweep() {
  EndAgain();
  Chosen endless;
  Chosen unfinished;
  Chosen beginners;
  {
    MutexLock lock(mutex_);
    for (auto at = connections_.begin(); at != connections_.end();) {
      ConnectionBytes since;
      const bool there = Look(at->first, at->second, since);
      if (there && at->second.unanswered > kUnansweredBytesMax) endless.push_back(*at);
      at = there ? std::next(at) : connections_.erase(at);
    }
    unfinished = ChooseUnfinished();
    beginners = ChooseBeginners();
    const auto old = steady_clock::now() - kPenalty;
    std::erase_if(cuts_, [old](const auto& of) { return of.second.back() < old; });
    penalties_.store(!cuts_.empty(), std::memory_order_relaxed);
  }
  Cut(endless, Mark::kFlood, "its client sends without an end");
  Cut(unfinished, Mark::kFlood, "its client does not finish its messages");
  Cut(beginners, Mark::kFlood, "its client begins calls and sends no messages");
}

void ConnectionWatch::OnSlot(int descriptor, const std::function<void(int slot)>& act) {
  // A descriptor of our own is the same connection's whatever gRPC does meanwhile. It takes the
  // number of one that was there before: a flood may have left no other.
  MutexLock lock(slot_mutex_);
  if (dup3(descriptor, slot_, O_CLOEXEC) < 0) return;
  act(slot_);
  dup3(nothing_, slot_, O_CLOEXEC);
}

std::optional<std::uint64_t> ConnectionWatch::End(const std::string& peer, int descriptor,
                                                  Unsent unsent) {
  std::optional<std::uint64_t> socket;
  OnSlot(descriptor, [&](int slot) {
    if (!IsOf(slot, peer) || shutdown(slot, SHUT_RDWR) != 0) return;
    socket = SocketOf(slot);
    if (unsent == Unsent::kSend) return;
    DropReceived(slot);
    // Once gRPC closes it, it is reset: it would go on for a minute with one who sends to a closed
    // window.
    const linger reset{1, 0};
    setsockopt(slot, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  });
  return socket;
}

void ConnectionWatch::EndAgain() {
  std::vector<Ended> open;
  {
    MutexLock lock(mutex_);
    open.swap(ended_);
  }
  std::erase_if(open, [this](const Ended& ended) {
    bool same = false;
    OnSlot(ended.descriptor, [&](int slot) {
      same = SocketOf(slot) == ended.socket;
      if (!same) return;
      if (ended.unsent == Unsent::kDrop) DropReceived(slot);
      // Of no use but for the sign that the system gives whoever waits for one.
      shutdown(slot, SHUT_RDWR);
    });
    return !same;
  });
  MutexLock lock(mutex_);
  ended_.insert(ended_.end(), open.begin(), open.end());
}

void ConnectionWatch::Penalise(const Connection& connection) {
  const auto& own = kOwnAddresses;
  if (std::find(std::begin(own), std::end(own), connection.address) != std::end(own)) return;
  if (is_proxy_ && is_proxy_(connection.address)) return;
  if (cuts_.size() >= kPenalisedMax && !cuts_.contains(connection.network)) return;
  auto& times = cuts_[connection.network];
  times.push_back(steady_clock::now());
  while (times.size() > kCutsMax || times.front() + kPenalty < times.back()) times.pop_front();
  penalties_.store(true, std::memory_order_relaxed);
}

void ConnectionWatch::Cut(const Chosen& chosen, Mark mark, std::string_view why) {
  for (const auto& [peer, connection] : chosen) {
    const auto socket = End(peer, connection.descriptor, Unsent::kDrop);
    if (!socket) continue;
    Told told;
    {
      MutexLock lock(mutex_);
      // Chosen twice, for two reasons.
      if (connections_.erase(peer) == 0) continue;
      ended_.push_back({connection.descriptor, *socket, connection.place, Unsent::kDrop});
      cut_count_.fetch_add(1, std::memory_order_relaxed);
      if (mark == Mark::kFlood) Penalise(connection);
      told = told_;
    }
    if (told) told(why, connection.network);
  }
}

}  // namespace replyguard::service::rpc
