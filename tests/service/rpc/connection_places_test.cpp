// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Who comes in where places are few, and who gives way. Whose turn that is http_test says;
// e2e.descriptors has strangers take all of a server's.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
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
    watch_.SetAdmission([this](const std::string& address,
                               ConnectionWatch::MakeRoom make_room) -> std::shared_ptr<void> {
      addresses_.push_back(address);
      make_room_.push_back(std::move(make_room));
      if (gives_way_at_once_) make_room_.back()();
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

  int places_ = 2;
  bool gives_way_at_once_ = false;
  std::vector<std::string> addresses_;
  std::vector<ConnectionWatch::MakeRoom> make_room_;
  std::vector<std::string> told_;
  ConnectionWatch watch_;

 private:
  const int listener_;
};

TEST_F(ConnectionPlacesTest, AConnectionHasItsPlaceUntilItIsGone) {
  const auto one = Connect(kBackend);
  auto two = Connect(kStranger);
  EXPECT_TRUE(two->is_admitted());
  EXPECT_FALSE(Connect(kOther)->is_admitted());
  EXPECT_EQ(told_, (std::vector<std::string>{"there are too many connections: 127.0.0.3"}));
  EXPECT_EQ(watch_.refused_count(), 1);
  EXPECT_EQ(addresses_, (std::vector<std::string>{"127.0.0.1", "127.0.0.2", "127.0.0.3"}));
  two.reset();
  watch_.Sweep();
  EXPECT_TRUE(Connect(kBackend)->is_admitted());
}

// Who comes and goes costs descriptors until gRPC has closed them.
TEST_F(ConnectionPlacesTest, OneThatGivesWayIsCutAndHasItsPlaceUntilItIsClosed) {
  const auto backend = Connect(kBackend);
  auto stranger = Connect(kStranger);
  make_room_.back()();
  EXPECT_TRUE(stranger->is_cut());
  EXPECT_FALSE(backend->is_cut());
  EXPECT_EQ(told_, (std::vector<std::string>{"others need its place, and nobody has called from "
                                             "there with a key: 127.0.0.2"}));
  watch_.Sweep();
  EXPECT_EQ(places_, 0);
  stranger.reset();
  watch_.Sweep();
  EXPECT_EQ(places_, 1);
}

TEST_F(ConnectionPlacesTest, OneThatIsGoneGivesWayAtOnce) {
  Connect(kStranger).reset();
  EXPECT_EQ(places_, 1);
  make_room_.back()();
  EXPECT_EQ(places_, 2);
  make_room_.back()();
  EXPECT_EQ(told_, std::vector<std::string>{});
}

TEST_F(ConnectionPlacesTest, OneMayGiveWayBeforeItHasItsPlace) {
  gives_way_at_once_ = true;
  const auto stranger = Connect(kStranger);
  EXPECT_TRUE(stranger->is_cut());
  EXPECT_EQ(places_, 2);
}

}  // namespace
}  // namespace replyguard::service::rpc
