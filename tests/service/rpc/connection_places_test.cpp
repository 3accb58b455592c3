// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Who comes in where places are few, and who makes room. e2e.descriptors has strangers take all of
// a server's.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/rpc/grpc/connection_watch.h"
#include "service/rpc/watched_peer.h"

namespace replyguard::service::rpc {
namespace {

constexpr in_addr_t kBackend = INADDR_LOOPBACK, kStranger = INADDR_LOOPBACK + 1,
                    kOther = INADDR_LOOPBACK + 2;

class ConnectionPlacesTest : public testing::Test {
 protected:
  ConnectionPlacesTest() : listener_(ListenOnLoopback()) {
    watch_.SetAdmission([this](const std::string& address) -> std::shared_ptr<void> {
      addresses_.push_back(address);
      if (places_ == 0) return nullptr;
      --places_;
      return {&places_, [](int* of) { ++*of; }};
    });
    watch_.SetTold([this](std::string_view why, std::string_view network) {
      told_.push_back(std::string(why) + ": " + std::string(network));
    });
  }
  ~ConnectionPlacesTest() override { close(listener_); }

  std::unique_ptr<Peer> Connect(in_addr_t from) {
    return std::make_unique<Peer>(listener_, watch_, from);
  }
  // It calls with a key.
  void Call(const Peer& peer) { watch_.begun_calls().Begin(peer.name(), nullptr)->NoteGood(); }

  int places_ = 3;
  std::vector<std::string> addresses_;
  std::vector<std::string> told_;
  ConnectionWatch watch_;

 private:
  const int listener_;
};

TEST_F(ConnectionPlacesTest, AConnectionHasItsPlaceUntilItIsGone) {
  places_ = 2;
  const auto one = Connect(kBackend);
  auto two = Connect(kStranger);
  Call(*one);
  Call(*two);
  EXPECT_TRUE(two->is_admitted());
  EXPECT_FALSE(Connect(kOther)->is_admitted());
  EXPECT_EQ(told_, (std::vector<std::string>{"there are too many connections: 127.0.0.3"}));
  EXPECT_EQ(addresses_, (std::vector<std::string>{"127.0.0.1", "127.0.0.2", "127.0.0.3"}));
  two.reset();
  watch_.Sweep();
  EXPECT_TRUE(Connect(kBackend)->is_admitted());
}

TEST_F(ConnectionPlacesTest, TheOldestOfStrangersMakesRoom) {
  const auto backend = Connect(kBackend);
  Call(*backend);
  const auto first = Connect(kStranger), second = Connect(kStranger);
  const auto other = Connect(kOther);
  EXPECT_TRUE(other->is_admitted());
  EXPECT_TRUE(first->is_cut());
  EXPECT_EQ(told_, (std::vector<std::string>{"others need its place, and nobody has called from "
                                             "there with a key: 127.0.0.2"}));
  // To have as many as others is no reason.
  EXPECT_FALSE(Connect(kOther)->is_admitted());
  EXPECT_FALSE(Connect(kStranger)->is_admitted());
  Call(*second);
  Call(*other);
  EXPECT_FALSE(Connect(INADDR_LOOPBACK + 3)->is_admitted());
  for (const Peer* peer : {backend.get(), second.get(), other.get()}) {
    EXPECT_FALSE(peer->is_cut());
  }
}

// Though none of them has more than he: they may be of as many networks as they like.
TEST_F(ConnectionPlacesTest, AnyStrangerMakesRoomForWhoeverHasCalled) {
  const auto one = Connect(kBackend), two = Connect(kBackend), stranger = Connect(kStranger);
  EXPECT_FALSE(Connect(kBackend)->is_admitted());
  Call(*one);
  EXPECT_TRUE(Connect(kBackend)->is_admitted());
  EXPECT_TRUE(stranger->is_cut());
  EXPECT_FALSE(two->is_cut());
}

TEST_F(ConnectionPlacesTest, OneThatIsGoneMakesRoomAtOnce) {
  places_ = 1;
  auto gone = Connect(kStranger);
  gone.reset();
  EXPECT_TRUE(Connect(kOther)->is_admitted());
}

TEST_F(ConnectionPlacesTest, AProxyMakesNoRoomAndIsGivenSome) {
  watch_.SetProxies([](std::string_view address) { return address == "127.0.0.1"; });
  const auto one = Connect(kBackend), two = Connect(kBackend), stranger = Connect(kStranger);
  EXPECT_TRUE(Connect(kBackend)->is_admitted());
  EXPECT_TRUE(stranger->is_cut());
  watch_.Sweep();
  const auto three = Connect(kBackend);
  ASSERT_TRUE(three->is_admitted());
  EXPECT_FALSE(Connect(kOther)->is_admitted());
}

// Who comes and goes costs descriptors until gRPC has closed them.
TEST_F(ConnectionPlacesTest, NoMoreMakeRoomThanAreClosed) {
  places_ = ConnectionWatch::kEndingMax + 2;
  std::vector<std::unique_ptr<Peer>> strangers, others;
  while (places_ > 0) strangers.push_back(Connect(kStranger));
  for (in_addr_t i = 1; i <= ConnectionWatch::kEndingMax; ++i) {
    others.push_back(Connect(kStranger + i));
    ASSERT_TRUE(others.back()->is_admitted());
  }
  const auto backend = Connect(kBackend);
  EXPECT_FALSE(backend->is_admitted());
  Call(*backend);
  EXPECT_TRUE(Connect(kBackend)->is_admitted());
  const in_addr_t next = kStranger + ConnectionWatch::kEndingMax + 1;
  EXPECT_FALSE(Connect(next)->is_admitted());
  strangers.erase(strangers.begin(), strangers.begin() + ConnectionWatch::kEndingMax);
  watch_.Sweep();
  EXPECT_TRUE(Connect(next)->is_admitted());
}

}  // namespace
}  // namespace replyguard::service::rpc
