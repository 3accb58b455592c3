// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Calls of gRPC from their headers on, by whose they are: gRPC bounds them by connection only, and
// each takes its memory (13 kB) whether its message ever comes or not. Of those that wait for their
// messages there are no more than kWaitingMax: one more ends the oldest of the network (an IPv4
// address, a /64 of IPv6; all Unix sockets are one) that has most, of those from which no good call
// has come if any waits. Who sends a message right behind his headers is never the oldest.
//
// Thread-safe. Outlives its calls.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "service/rpc/grpc/known_networks.h"
#include "service/rpc/grpc/socket_facts.h"
#include "service/usecases/ranks.h"
#include "storage/mutex.h"

namespace replyguard::service::rpc {

class BegunCalls {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Counts = std::unordered_map<std::string, std::size_t>;

  static constexpr std::size_t kWaitingMax = 4096;
  // Of those that were ended for being too many, and of strangers; so many are forgiven each
  // second.
  static constexpr std::size_t kTooManyMax = 2048;
  static constexpr std::size_t kForgivenASecond = 256;
  // A network of which fewer were ended may merely be slow.
  static constexpr std::size_t kEndedMin = 8;

  enum class Why { kTooMany, kOverdue };
  // Ends the call. On any thread, without locks held; the call may have gone on meanwhile.
  using End = std::function<void(Why why)>;

  // One that is in hand for as long as this lives.
  class Call {
   public:
    ~Call() { calls_.Finish(*this); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    // It waits no longer.
    void HasMessage() { calls_.StopWaiting(*this); }

   private:
    friend class BegunCalls;
    Call(BegunCalls& calls, std::string connection, std::string network)
        : calls_(calls), connection_(std::move(connection)), network_(std::move(network)) {}

    BegunCalls& calls_;
    const std::string connection_;
    const std::string network_;
  };

  // By gRPC's name of the peer. Without `end` it waits for nothing.
  std::unique_ptr<Call> Begin(const std::string& peer, End end);
  // Ends those that have waited since then.
  void EndOverdue(Time since);

  // A call came with a good key or session, by whatever transport; `peer` as of CallSource.
  void NoteGood(std::string_view peer) { known_.Note(NetworkOfPeer(peer)); }
  // Whether such a call has come from a network; of very many the last ones are known.
  bool IsKnown(std::string_view network) const { return known_.Has(network); }

  std::size_t waiting() const;
  // Networks that are not known and go on beginning calls though those are ended: once all of them
  // together are beyond kTooManyMax. To be called at least once a second.
  std::vector<std::string> TakeBeginners(Time now);
  // Those in hand, by connections as NameOfGrpc names them.
  Counts InHand() const;

 private:
  struct Waiting {
    const Call* call = nullptr;
    Time since;
    End end;
  };
  struct Network {
    std::string name{};
    std::list<Waiting> calls{};  // the oldest first
    Ranks<Network>::Place ranked{};
  };
  struct OfCall {
    Network* network = nullptr;
    std::list<Waiting>::iterator at{};
  };

  void StopWaiting(const Call& call);
  void Finish(const Call& call);
  // The oldest of the network that has most; of two that have as many, who has had so many longer.
  End TakeOldest() REPLYGUARD_REQUIRES(mutex_);
  // It waits no longer. What it holds goes to `gone`, to be given up without the lock.
  void Take(const Call* call, std::list<Waiting>* gone) REPLYGUARD_REQUIRES(mutex_);

  KnownNetworks known_;
  mutable Mutex mutex_;
  Counts in_hand_ REPLYGUARD_GUARDED_BY(mutex_);
  Counts ended_ REPLYGUARD_GUARDED_BY(mutex_);  // for being too many, by networks of strangers
  std::size_t too_many_ REPLYGUARD_GUARDED_BY(mutex_) = 0;  // of them all, less what is forgiven
  Time forgiven_ REPLYGUARD_GUARDED_BY(mutex_) = std::chrono::steady_clock::now();
  std::unordered_map<std::string, Network> networks_ REPLYGUARD_GUARDED_BY(mutex_);
  Ranks<Network> ranks_ REPLYGUARD_GUARDED_BY(mutex_);  // by those that wait
  std::unordered_map<const Call*, OfCall> waiting_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::rpc
