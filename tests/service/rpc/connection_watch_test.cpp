// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// With connections of the system's own; what gRPC would hold of calls is made by hand.
// e2e.http2_attack floods a server.
#include "service/rpc/grpc/connection_watch.h"

#include <arpa/inet.h>
#include <grpcpp/server_context.h>
#include <gtest/gtest.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "service/rpc/grpc/grpc_source.h"
#include "service/rpc/watched_peer.h"
#include "support/hidden_function.h"

namespace {
// Whether the system is to be one that does not count yet what was sent.
std::atomic<bool> is_old_linux{false};
replyguard::tests::HiddenFunction<int, int, int, int, void*, socklen_t*> hidden_getsockopt(
    "getsockopt");
}  // namespace

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's are reserved
extern "C" int getsockopt(int descriptor, int level, int name, void* value,
                          socklen_t* size) noexcept {
  if (is_old_linux && level == IPPROTO_TCP && name == TCP_INFO) {
    *size = std::min<socklen_t>(*size, offsetof(tcp_info, tcpi_bytes_sent));
  }
  return hidden_getsockopt(descriptor, level, name, value, size);
}

namespace replyguard::service::rpc {
namespace {

constexpr std::size_t kCallsPerConnection = 256;

class ConnectionWatchTest : public testing::Test {
 protected:
  ConnectionWatchTest() : listener_(ListenOnLoopback()), calls_(watch_.CountCalls()) {}
  ~ConnectionWatchTest() override {
    TakeInHand(0);
    close(listener_);
  }

  std::unique_ptr<Peer> Connect(in_addr_t from = INADDR_LOOPBACK) {
    return std::make_unique<Peer>(listener_, watch_, from);
  }
  bool Admits(const Peer& peer) {
    sockaddr_storage address{};
    const sockaddr_in of_peer = peer.address();
    std::memcpy(&address, &of_peer, sizeof of_peer);
    return watch_.Admits(address);
  }
  std::string listener_name() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    return ":" + std::to_string(ntohs(address.sin_port));
  }
  // So many calls in all.
  void TakeInHand(std::int64_t count) {
    while (in_hand_.size() < static_cast<std::size_t>(count)) {
      in_hand_.push_back(calls_->NewCallbackServerContext());
    }
    while (in_hand_.size() > static_cast<std::size_t>(count)) {
      calls_->Release(in_hand_.back());
      in_hand_.pop_back();
    }
  }
  // Of one's own, which nobody ends.
  void Begin(const Peer& peer, int count) {
    for (int i = 0; i < count; ++i) {
      begun_.push_back(watch_.begun_calls().Begin(peer.name(), nullptr));
    }
  }
  void Relieve(std::size_t in_progress_max = 0) {
    watch_.Relieve({kCallsPerConnection, in_progress_max});
  }
  // Where a few connections stand for many.
  void RelieveOfAll() { watch_.Relieve({std::size_t{1} << 20U, 0}); }

  ConnectionWatch watch_;
  std::vector<std::unique_ptr<BegunCalls::Call>> begun_;

 private:
  const int listener_;
  const std::unique_ptr<grpc::ContextAllocator> calls_;
  std::vector<grpc::CallbackServerContext*> in_hand_;
};

constexpr std::int64_t kTooMany =
    2 * kCallsPerConnection + ConnectionWatch::kStreamsApart + ConnectionWatch::kTakenBackMax + 1;

TEST_F(ConnectionWatchTest, CutsTheOneThatFloods) {
  const auto flooder = Connect();
  const auto backend = Connect();
  flooder->Send(1000);
  backend->Send(1000);
  watch_.Sweep();
  flooder->Send(100'000);
  backend->Send(20'000);
  TakeInHand(kTooMany - 1);
  Relieve();
  EXPECT_FALSE(flooder->is_cut());
  TakeInHand(kTooMany);
  Relieve();
  EXPECT_TRUE(flooder->is_cut());
  EXPECT_FALSE(flooder->has_received()) << "gRPC would begin all those calls";
  EXPECT_FALSE(backend->is_cut());
  EXPECT_TRUE(backend->has_received());
}

TEST_F(ConnectionWatchTest, LeavesTheOthersAloneWhileWhatWasLeftBehindIsDoneWith) {
  const auto flooder = Connect();
  const auto backend = Connect();
  flooder->Send(100'000);
  TakeInHand(2 * kTooMany);
  Relieve();
  ASSERT_TRUE(flooder->is_cut());
  backend->Send(20'000);  // the server is busy and has not answered
  Relieve();
  EXPECT_FALSE(backend->is_cut());
  TakeInHand(2 * kTooMany - 1000);
  backend->Send(20'000);
  Relieve();
  EXPECT_FALSE(backend->is_cut());
  // But not one who makes them more.
  backend->Read(40'000);
  TakeInHand(2 * kTooMany - 1000 + ConnectionWatch::kTakenBackMax + 1);
  backend->Send(20'000);
  Relieve();
  EXPECT_TRUE(backend->is_cut());
}

TEST_F(ConnectionWatchTest, IdleConnectionsMakeNoRoomForMoreCalls) {
  const auto flooder = Connect();
  std::vector<std::unique_ptr<Peer>> idle;
  while (idle.size() * kCallsPerConnection <= ConnectionWatch::kCarriedMax)
    idle.push_back(Connect());
  flooder->Send(1000);
  watch_.Sweep();
  flooder->Send(100'000);
  TakeInHand(kTooMany);
  Relieve();
  EXPECT_TRUE(flooder->is_cut());
}

// Streams that are open for long, say.
TEST_F(ConnectionWatchTest, CallsThatTheServerIsSetToTakeAreNobodysFlood) {
  const auto flooder = Connect();
  const auto backend = Connect();
  backend->Send(1000);
  watch_.Sweep();
  TakeInHand(2 * kTooMany);
  backend->Send(20'000);  // the server has not answered yet
  Relieve(2 * kTooMany);
  EXPECT_FALSE(backend->is_cut());
  flooder->Send(100'000);
  TakeInHand(4 * kTooMany);
  Relieve(2 * kTooMany);
  EXPECT_TRUE(flooder->is_cut());
}

// Answered as they are, they bring more calls than are done with.
TEST_F(ConnectionWatchTest, CutsAllStrangersWhoFloodThoughTheyAreAnswered) {
  const auto backend = Connect();
  const auto one = Connect(INADDR_LOOPBACK + 1), two = Connect(INADDR_LOOPBACK + 2),
             slow = Connect(INADDR_LOOPBACK + 3);
  watch_.begun_calls().NoteGood(AddressOf(backend->name()));
  watch_.Sweep();
  for (Peer* const peer : {backend.get(), one.get(), two.get()}) {
    for (int i = 0; i < 6; ++i) {
      peer->Send(100'000);
      peer->Read(100'000);
    }
    peer->Answer(20'000);
  }
  slow->Send(10'000);
  slow->Answer(1'000);
  TakeInHand(ConnectionWatch::kStrangersCallsMax);
  Relieve();
  EXPECT_FALSE(one->is_cut());
  TakeInHand(ConnectionWatch::kStrangersCallsMax + 1);
  Relieve();
  EXPECT_TRUE(one->is_cut());
  EXPECT_TRUE(two->is_cut());
  EXPECT_FALSE(slow->is_cut());
  EXPECT_FALSE(backend->is_cut());
}

// Nobody sends anything: they do not take their answers, say.
TEST_F(ConnectionWatchTest, CutsTheNetworkThatHasMostCallsInHand) {
  const auto backend = Connect();
  const auto many = Connect(INADDR_LOOPBACK + 1), more = Connect(INADDR_LOOPBACK + 1),
             few = Connect(INADDR_LOOPBACK + 1);
  constexpr int kMax = ConnectionWatch::kStreamsApart + ConnectionWatch::kTakenBackMax;
  Begin(*backend, kMax / 2);
  TakeInHand(2 * kMax);  // of those that are gone
  RelieveOfAll();
  EXPECT_FALSE(backend->is_cut());
  Begin(*many, kMax / 4 + 200);
  Begin(*more, kMax / 4 + 300);
  Begin(*few, kMax / 4 - 100);
  TakeInHand(2 * kMax + ConnectionWatch::kTakenBackMax);
  RelieveOfAll();
  EXPECT_TRUE(many->is_cut());
  EXPECT_TRUE(more->is_cut());
  EXPECT_FALSE(few->is_cut());  // two suffice
  EXPECT_FALSE(backend->is_cut());
}

// They are of so many networks that an honest one has more than each.
TEST_F(ConnectionWatchTest, StrangersCallsCutNobodyWhoHasCalledWithAKey) {
  const auto backend = Connect();
  const auto one = Connect(INADDR_LOOPBACK + 1), two = Connect(INADDR_LOOPBACK + 2);
  constexpr int kMax = ConnectionWatch::kStreamsApart + ConnectionWatch::kTakenBackMax;
  Begin(*backend, kMax);
  watch_.begun_calls().NoteGood(AddressOf(backend->name()));
  Begin(*one, 200);
  Begin(*two, 100);
  TakeInHand(kMax + 300);
  RelieveOfAll();
  EXPECT_FALSE(backend->is_cut());
  EXPECT_TRUE(one->is_cut());
}

TEST_F(ConnectionWatchTest, CutsWhoKeepsToNoBoundOfCalls) {
  const auto one = Connect(), two = Connect();
  constexpr int kMost = static_cast<int>(ConnectionWatch::kBoundsMax * kCallsPerConnection);
  Begin(*one, kMost);
  Begin(*two, kMost);
  TakeInHand(2 * kMost + 1);
  Relieve();
  EXPECT_FALSE(one->is_cut());
  Begin(*one, 1);
  Relieve();
  EXPECT_TRUE(one->is_cut());
  EXPECT_FALSE(two->is_cut());
}

TEST_F(ConnectionWatchTest, CutsStrangersWhoGoOnBeginningCallsThatAreTooMany) {
  const auto backend = Connect();
  const auto one = Connect(INADDR_LOOPBACK + 1), two = Connect(INADDR_LOOPBACK + 2);
  const auto wait = [this](const Peer& peer, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      begun_.push_back(watch_.begun_calls().Begin(peer.name(), [](BegunCalls::Why) {}));
    }
  };
  wait(*backend, 1);
  watch_.begun_calls().NoteGood(AddressOf(backend->name()));
  wait(*two, 1000);
  wait(*one, BegunCalls::kWaitingMax - 1001);
  wait(*backend, BegunCalls::kTooManyMax / 2);  // each ends a stranger's
  wait(*one, BegunCalls::kTooManyMax / 2);
  watch_.Sweep();
  EXPECT_FALSE(one->is_cut());
  wait(*one, 2 * BegunCalls::kTooManyMax);
  watch_.Sweep();
  EXPECT_TRUE(one->is_cut());
  EXPECT_FALSE(two->is_cut());
  EXPECT_FALSE(backend->is_cut());
}

// Gets windows for it, as from gRPC.
void SendTooMuch(Peer& peer, const std::function<void(std::size_t)>& after_each) {
  constexpr std::size_t kWindowUpdate = 13;
  constexpr std::size_t kPiece = 128 << 10;
  for (std::size_t sent = 0; sent <= 2 * std::size_t{ConnectionWatch::kUnfinishedBytesMax};
       sent += kPiece) {
    peer.Send(kPiece);
    peer.Read(kPiece);
    peer.Answer(kWindowUpdate);
    after_each(kPiece);
  }
}

TEST_F(ConnectionWatchTest, CutsAConnectionWhoseMessagesAreNotFinished) {
  const auto flooder = Connect();
  const auto backend = Connect();
  backend->Send(10'000);
  SendTooMuch(*flooder, [](std::size_t) {});
  watch_.Sweep();
  EXPECT_TRUE(flooder->is_cut());
  EXPECT_FALSE(backend->is_cut());
}

TEST_F(ConnectionWatchTest, CutsNobodyWhereTheSystemDoesNotCount) {
  static_assert(2 * ConnectionWatch::kUnfinishedBytesMax > ConnectionWatch::kUnansweredBytesMax);
  const auto importer = Connect();
  is_old_linux = true;
  SendTooMuch(*importer, [](std::size_t) {});
  watch_.Sweep();
  is_old_linux = false;
  EXPECT_FALSE(importer->is_cut());
}

TEST_F(ConnectionWatchTest, LeavesAloneWhoFinishesHisMessages) {
  const auto importer = Connect();
  SendTooMuch(*importer, [&](std::size_t bytes) { watch_.HasRead(importer->name(), bytes); });
  watch_.Sweep();
  EXPECT_FALSE(importer->is_cut());
}

TEST_F(ConnectionWatchTest, KeepsAwayWhoFloodsAndNotWhoReadsSlowly) {
  constexpr in_addr_t kElsewhere = INADDR_LOOPBACK + 8;
  for (std::size_t time = 0; time < ConnectionWatch::kCutsMax; ++time) {
    const auto slow = Connect(kElsewhere);
    EXPECT_TRUE(Admits(*slow));
    watch_.CutSlow({slow->name()});
    EXPECT_TRUE(slow->is_cut());
  }
  const auto flooder = Connect(kElsewhere);
  EXPECT_TRUE(Admits(*flooder));
  std::vector<std::unique_ptr<Peer>> more;
  for (std::size_t time = 0; time < ConnectionWatch::kCutsMax; ++time) {
    more.push_back(Connect(kElsewhere));
    SendTooMuch(*more.back(), [](std::size_t) {});
  }
  watch_.Sweep();
  EXPECT_FALSE(Admits(*flooder));
  EXPECT_EQ(watch_.cut_count(), 2 * std::int64_t{ConnectionWatch::kCutsMax});
}

TEST_F(ConnectionWatchTest, EndsWhatCameInAtAListenerButForThoseThatAreNamed) {
  const auto reader = Connect();
  const auto idle = Connect();
  watch_.EndAll(":1", {});
  EXPECT_FALSE(idle->is_cut());
  watch_.EndAll(listener_name(), {"unix:", reader->name(), "ipv4:192.0.2.1:1"});
  EXPECT_FALSE(reader->is_cut());
  EXPECT_TRUE(idle->is_cut());
  EXPECT_EQ(watch_.cut_count(), 0);
}

// What gRPC waits with: a sign comes once.
class EdgePoll {
 public:
  explicit EdgePoll(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    EXPECT_EQ(epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event), 0);
  }
  EdgePoll(const EdgePoll&) = delete;
  EdgePoll& operator=(const EdgePoll&) = delete;
  ~EdgePoll() { close(poll_); }

  bool HasSign() {
    epoll_event event{};
    return epoll_wait(poll_, &event, 1, 0) == 1;
  }

 private:
  const int poll_ = epoll_create1(EPOLL_CLOEXEC);
};

TEST_F(ConnectionWatchTest, WakesWhoMissedThatItWasCut) {
  const auto flooder = Connect();
  const auto other = Connect();
  flooder->Send(50'000);
  TakeInHand(kTooMany);
  Relieve();
  ASSERT_TRUE(flooder->is_cut());
  EdgePoll poll(flooder->server());
  EXPECT_TRUE(poll.HasSign());
  // Another one comes with the answer to the end, some time later: those that there may be are had.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  while (poll.HasSign()) continue;
  watch_.Sweep();
  EXPECT_TRUE(poll.HasSign());
  // Once it is closed its number may be another's.
  ASSERT_EQ(dup2(other->server(), flooder->server()), flooder->server());
  watch_.Sweep();
  EXPECT_FALSE(other->is_cut());
}

}  // namespace
}  // namespace replyguard::service::rpc
