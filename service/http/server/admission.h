// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What all connections of a listener share: how many there may be, in whole and from one network
// (an IPv4 address, or a /64 of IPv6), and how many bytes of bodies they may hold together. Nobody
// gets all: a network leaves others as much as it holds itself, and a part of the bytes is for
// bodies of at most kSmallBodyBytes.
//
// Where there is no place for a newcomer, one makes it of the network that has most, if that is
// more than his own has, and nobody has called from it with a good key: the one that has waited
// longest for a request, or the longest at work where none waits. Strangers who only wait keep
// nobody out, and those who have called stay. To these every stranger gives way.
//
// Thread-safe. Tickets keep it alive.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "service/usecases/ranks.h"
#include "storage/mutex.h"

namespace replyguard::service::http {

struct AdmissionLimits {
  std::size_t connections_max = 0;
  std::size_t connections_per_address_max = 0;
  std::size_t bodies_bytes_max = 0;
};

class Admission : public std::enable_shared_from_this<Admission> {
 public:
  static constexpr std::size_t kSmallBodyBytes = 64U << 10U;
  static constexpr std::size_t kSmallShare = 4;  // one of so many parts is theirs
  // No further one makes room while so many that did are not gone yet; for somebody who has called
  // while so many are: strangers who come and go use up the first.
  static constexpr std::size_t kLeavingMax = 64;
  static constexpr std::size_t kLeavingOfAllMax = 2 * kLeavingMax;

  // Whether somebody has called with a good key from a network, as storage::NetworkOfIp names it.
  // Called with locks held; must not block.
  using IsKnown = std::function<bool(std::string_view network)>;
  // Ends a connection, whose place is another's already.
  using MakeRoom = std::function<void()>;

 private:
  struct Network;
  struct Place {
    Network* network = nullptr;  // null: everybody's
    std::size_t body_bytes = 0;
    bool waits = true;
    bool leaves = false;
    MakeRoom make_room{};  // empty: it need not
  };
  using Places = std::list<Place>;
  struct Network {
    std::size_t connections() const { return waiting.size() + busy.size(); }
    // Who is the first to go.
    const Place& first() const { return waiting.empty() ? busy.front() : waiting.front(); }
    std::string name{};
    Places waiting{}, busy{};  // who has been so longest first
    std::size_t leaving = 0;
    std::size_t bodies_bytes = 0;
    Ranks<Network>::Place ranked{};
  };

 public:
  // A place of a connection; leaving gives back all.
  class Ticket {
   public:
    Ticket(std::shared_ptr<Admission> admission, Places::iterator place);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    // From now on it may have to make room. Called at most once, by whoever enters, without locks
    // held; the connection may be gone by then.
    void MakeRoomBy(MakeRoom make_room);
    // Whether it waits for a request, as it does at first, or is at work for one.
    void SetWaits(bool waits);
    // Of the body this connection holds now. False when all, or those of its network, hold too
    // much together; then nothing has changed.
    bool HoldBody(std::size_t bytes);

   private:
    const std::shared_ptr<Admission> admission_;
    const Places::iterator place_;  // what is there is guarded by the admission's mutex
  };

  // `is_known`: empty for nobody.
  static std::shared_ptr<Admission> Make(const AdmissionLimits& limits, IsKnown is_known = {});

  // Null when there are enough. An empty address is not counted by network, and makes no room: a
  // trusted proxy's.
  std::unique_ptr<Ticket> Enter(const std::string& address);

  // BLOCKS until all have left. False when that takes longer.
  bool AwaitEmpty(std::chrono::steady_clock::time_point until);

 private:
  Admission(const AdmissionLimits& limits, IsKnown is_known)
      : limits_(limits), is_known_(std::move(is_known)) {}
  bool HasRoom(std::size_t own, bool counts) const REPLYGUARD_REQUIRES(mutex_);
  // For one of a network that has `own`. Empty when nobody makes room.
  MakeRoom TakePlace(std::size_t own, bool is_known) REPLYGUARD_REQUIRES(mutex_);
  Places& ListOf(const Place& place) REPLYGUARD_REQUIRES(mutex_);
  // Changes what says in which list it is.
  template <typename Change>
  void Move(Places::iterator place, Change change) REPLYGUARD_REQUIRES(mutex_);
  // Where its connections were so many.
  void Rank(Network& network, std::size_t before) REPLYGUARD_REQUIRES(mutex_);
  void Leave(Places::iterator place);
  bool Hold(Place& place, std::size_t bytes);

  const AdmissionLimits limits_;
  const IsKnown is_known_;
  Mutex mutex_;
  CondVar changed_;
  std::size_t connections_ REPLYGUARD_GUARDED_BY(mutex_) = 0;  // but for those that leave
  std::size_t bodies_bytes_ REPLYGUARD_GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, Network> networks_ REPLYGUARD_GUARDED_BY(mutex_);
  Ranks<Network> ranks_ REPLYGUARD_GUARDED_BY(mutex_);  // by their connections
  Places everybodys_ REPLYGUARD_GUARDED_BY(mutex_);
  Places leaving_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::http
