// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Ends connections of gRPC: those whose clients do not take their answers (CutSlow), all when a
// server stops (EndAll), and, by itself, each whose client floods: one that takes its calls back as
// soon as it has made them (rapid reset, CVE-2023-44487), or that sends headers without an end
// (CONTINUATION frames), or messages that it does not finish. gRPC 1.51 bounds neither of the first
// two, and what waits takes its memory; of messages it has a quota, beyond which it ends calls of
// whomever.
//
// A connection carries so many calls at once, but one that is taken back makes room for the next
// while the server still has it in hand. So more calls in hand than all connections may carry are
// proof that somebody takes them back. Who it is, and who sends without an end, is seen from the
// outside, by the bytes that the system counts (TCP_INFO): what others receive is answered, or at
// least gets a window for more. What one has left behind takes a while to be done with: until it no
// longer gets less, the next one is not looked for, as that would be one who only waits.
//
// Where there is no place for a newcomer, a stranger's connection may make it: which one, whoever
// gives the places out says (SetAdmission).
//
// Who has been sent away for a flood kCutsMax times within kPenalty gets no new connection from
// that network (an IPv4 address, a /64 of IPv6) for as long; but for proxies, and this machine's
// own address. Connections of Unix sockets are counted, never cut; nor is any on a Linux
// before 4.19, which does not count what was sent.
//
// Thread-safe. There is one a process, as accept4() is, which tells it of connections.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "service/rpc/grpc/begun_calls.h"
#include "service/rpc/grpc/socket_facts.h"
#include "storage/mutex.h"

namespace grpc {
class ContextAllocator;
}  // namespace grpc

namespace replyguard::service::rpc {

// What the server is set to take.
struct CallBounds {
  std::size_t per_connection_max = 0;
  std::size_t in_progress_max = 0;  // of all connections, streams among them
};

class ConnectionWatch {
 public:
  // Calls in hand beyond those that the connections may carry; or as many as the server takes by
  // its own bounds, where these are more: nobody needs to take any back for that.
  static constexpr std::int64_t kTakenBackMax = 4096;
  // What one may carry is told to its client (SETTINGS_MAX_CONCURRENT_STREAMS), to whom gRPC holds
  // only those who say that they heard it. Whoever has so many times as much in hand is cut.
  static constexpr std::size_t kBoundsMax = 2;
  // What all connections together may carry: those that were heard of lately their calls, and all
  // others some streams.
  static constexpr std::int64_t kCarriedMax = 4096;
  static constexpr std::int64_t kStreamsApart = 256;
  static constexpr std::chrono::seconds kHeardTime{1};
  // How long the calls in hand may take to get fewer, after one was cut, before the next one is;
  // but for one that received so much.
  static constexpr std::chrono::seconds kDrainTime{1};
  static constexpr std::int64_t kSureFloodBytesMin = 1 << 20;
  // The one that is cut then: it received so much, in looks at each of which it was sent no more
  // than one byte for so many.
  static constexpr std::int64_t kFloodBytesMin = 16 << 10;
  static constexpr std::int64_t kFloodBytesPerByte = 50;
  // Of those from which nobody has called with a good key, all that received so much are: while one
  // is cut the others bring more calls than are done with.
  static constexpr std::int64_t kStrangersFloodBytesMin = 256 << 10;
  // And all that received kFloodBytesMin within kHeardTime, answered or not, while all of them
  // together received so much, and there are more calls in hand than strangers alone may cause.
  static constexpr double kStrangersBytesASecondMax = 1 << 20;
  static constexpr std::int64_t kStrangersCallsMax = 1024;
  // What may be received of any beyond kCreditPerByte for each byte sent.
  static constexpr std::int64_t kUnansweredBytesMax = 32 << 20;
  static constexpr std::int64_t kCreditPerByte = 100'000;

  // What may be received of all connections together of messages that are not whole yet, well
  // within the transport's quota; beyond it, those of the network that has sent most are cut. An
  // answer vouches for so many bytes for each of its own; a message that is larger than that may
  // vouch for is told of by HasRead.
  static constexpr std::int64_t kUnfinishedBytesMax = 96 << 20;
  static constexpr std::int64_t kUnfinishedCreditPerByte = 200;
  static constexpr std::size_t kLargeMessageBytes = 16 << 10;

  static constexpr std::size_t kCutsMax = 3;
  static constexpr std::chrono::seconds kPenalty{10};
  static constexpr std::size_t kPenalisedMax = 1024;  // networks that are remembered

  static ConnectionWatch& OfProcess();

  // Whoever wants to know of what is cut. Called on any thread, without locks held.
  using Told = std::function<void(std::string_view why, std::string_view network)>;
  void SetTold(Told told);
  // Whose addresses are never kept away, as they may be everybody's: proxies. Called with locks
  // held.
  using IsProxy = std::function<bool(std::string_view address)>;
  void SetProxies(IsProxy is_proxy);

  // Ends a connection, whose place is another's already. On any thread, without locks held.
  using MakeRoom = std::function<void()>;
  // A place among all connections, and those of its network, which it has until it is closed; null:
  // there is none. By the address, empty for one of a Unix socket. Called without locks held, and
  // `make_room` perhaps before it returns; a place is given back with some held.
  using Enter =
      std::function<std::shared_ptr<void>(const std::string& address, MakeRoom make_room)>;
  void SetAdmission(Enter enter);

  // Of accept4(). Whether its network may have a connection more.
  bool Admits(const sockaddr_storage& address);
  // `descriptor` stays the caller's. False: there is no place for it, and it is to be closed.
  bool Accepted(int descriptor, const sockaddr_storage& address);

  // Connections that Admits or Accepted turned away.
  std::int64_t refused_count() const { return refused_count_.load(std::memory_order_relaxed); }
  std::int64_t cut_count() const { return cut_count_.load(std::memory_order_relaxed); }

  // To be given to a server, whose calls it counts.
  std::unique_ptr<grpc::ContextAllocator> CountCalls();
  // A message is whole. By gRPC's name of the peer.
  void HasRead(const std::string& peer, std::size_t bytes);
  BegunCalls& begun_calls() { return begun_calls_; }
  std::int64_t calls_in_hand() const { return calls_.load(std::memory_order_relaxed); }

  // Ends these connections, by gRPC's names of the peers: their clients do not take their answers,
  // which keeps nobody away.
  void CutSlow(const std::vector<std::string>& peers);

  // What came in at this listener, ":PORT" or "unix:PATH".
  std::vector<std::string> PeersAt(std::string_view listener) const;
  // Removes those that are gone, or whose systems have all that was written to them. The bytes that
  // the others lack.
  std::int64_t RemoveSettled(std::vector<std::string>& peers);
  // Ends what came in at this listener, but for those for whom gRPC holds answers, by its names of
  // them (all of a Unix socket have one); at once and without a mark on anybody: what reaches a
  // server of gRPC that shuts down is cancelled, what loses its connection is UNAVAILABLE.
  void EndAll(std::string_view listener, const std::vector<std::string>& but);

  // To be called a few times a second: forgets connections that are gone, cuts those whose bytes go
  // unanswered, whose messages are not finished or do not come, and wakes gRPC for those that were
  // cut.
  void Sweep();
  // To be called oftener: cuts those who keep to no bound of calls, and strangers who together
  // bring more than is done with. If there are more calls in hand than may be, cuts whoever is the
  // worst; where nobody floods, those of the network that has most of them, as many as suffice: of
  // those from which nobody has called with a good key, if any has some.
  void Relieve(const CallBounds& bounds);

  ConnectionWatch();
  ~ConnectionWatch();
  ConnectionWatch(const ConnectionWatch&) = delete;
  ConnectionWatch& operator=(const ConnectionWatch&) = delete;

 private:
  class CountingAllocator;

  struct Connection {
    int descriptor = -1;
    std::string address;
    std::string network;  // see Admits; empty: of a Unix socket
    std::string listener;
    std::shared_ptr<void> place;
    ConnectionBytes seen;
    std::chrono::steady_clock::time_point looked;
    std::chrono::steady_clock::time_point heard;
    double lately = 0;  // bytes received within kHeardTime, about
    std::int64_t burst = 0;
    std::int64_t unanswered = 0;
    std::int64_t unfinished = 0;
    std::int64_t whole = 0;  // bytes of large messages that were read since the last look
  };
  using Connections = std::unordered_map<std::string, Connection>;  // by address and port
  using Chosen = std::vector<std::pair<std::string, Connection>>;

  // What it received and was sent since the last look; false when it is gone.
  static bool Look(const std::string& peer, Connection& connection, ConnectionBytes& since);
  // Ends the one whose place is another's, if it is there still.
  void GiveWay(const std::string& peer);
  // One that was looked at. Its name and itself are connections_'.
  struct Seen {
    const std::string* peer = nullptr;
    const Connection* connection = nullptr;
    bool stranger = false;
  };
  std::vector<Seen> LookAtAll() REPLYGUARD_REQUIRES(mutex_);
  // `unanswered_min`: the bytes without an answer that make one alone a flood.
  static Chosen ChooseStrangers(const std::vector<Seen>& all, std::int64_t unanswered_min);
  static Chosen ChooseWorst(const std::vector<Seen>& all, std::int64_t unanswered_min);
  // Those whose messages are to be waited for no longer.
  Chosen ChooseUnfinished() const REPLYGUARD_REQUIRES(mutex_);
  // Those of networks that go on beginning calls which are ended for being too many: each costs as
  // much as one that is answered.
  Chosen ChooseBeginners() REPLYGUARD_REQUIRES(mutex_);
  Chosen ChooseUnbounded(const CallBounds& bounds) const REPLYGUARD_REQUIRES(mutex_);
  // By the calls that are known to be of connections that are there: others may be of one that was
  // cut, or of anybody.
  Chosen ChooseCallers(std::int64_t calls_max) const REPLYGUARD_REQUIRES(mutex_);
  std::int64_t CallsMax(const CallBounds& bounds) const REPLYGUARD_REQUIRES(mutex_);
  // Whether what was cut last is still being done with.
  bool IsGettingFewer(std::int64_t in_hand) REPLYGUARD_REQUIRES(mutex_);
  // Whether it counts for Admits.
  enum class Mark { kNone, kFlood };
  void Cut(const Chosen& chosen, Mark mark, std::string_view why);
  // With a descriptor that stays what this one is, whoever closes it meanwhile; not when there is
  // no such descriptor.
  void OnSlot(int descriptor, const std::function<void(int slot)>& act);
  // What becomes of bytes that the peer has not taken yet; where they are dropped, so are those of
  // the peer that gRPC has not read.
  enum class Unsent { kDrop, kSend };
  // Its socket's inode; nothing when it was not that peer's any more.
  std::optional<std::uint64_t> End(const std::string& peer, int descriptor, Unsent unsent);
  // Those that were cut and that gRPC has not closed yet: it reads what had come before, takes it
  // from TCP_INQ that there is no more, and waits for a sign of which it has had the last.
  void EndAgain();
  void Penalise(const Connection& connection) REPLYGUARD_REQUIRES(mutex_);

  BegunCalls begun_calls_;
  std::atomic<std::int64_t> calls_{0};
  std::atomic<std::int64_t> refused_count_{0};
  std::atomic<std::int64_t> cut_count_{0};
  std::atomic<bool> penalties_{false};  // whether cuts_ holds any
  mutable Mutex mutex_;
  struct Fewest {
    std::int64_t calls = 0;
    std::chrono::steady_clock::time_point at;
  } fewest_ REPLYGUARD_GUARDED_BY(mutex_);  // calls in hand since the last cut
  Connections connections_ REPLYGUARD_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::deque<std::chrono::steady_clock::time_point>> cuts_
      REPLYGUARD_GUARDED_BY(mutex_);
  Told told_ REPLYGUARD_GUARDED_BY(mutex_);
  IsProxy is_proxy_ REPLYGUARD_GUARDED_BY(mutex_);
  Enter enter_ REPLYGUARD_GUARDED_BY(mutex_);
  struct Ended {
    int descriptor = -1;
    std::uint64_t socket = 0;  // its inode: a socket that was reset has no peer any more
    std::shared_ptr<void> place{};
    Unsent unsent = Unsent::kSend;
  };
  std::vector<Ended> ended_ REPLYGUARD_GUARDED_BY(mutex_);
  // So that one can be cut when the process has no descriptor left.
  Mutex slot_mutex_;
  const int nothing_;
  const int slot_ REPLYGUARD_GUARDED_BY(slot_mutex_);
};

}  // namespace replyguard::service::rpc
