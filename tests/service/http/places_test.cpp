// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Admission: who makes room where there is none. e2e.descriptors has strangers take all of a
// server's places.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/http/server/admission.h"
#include "service/http/server/listener.h"
#include "tests/service/http/listener_support.h"

namespace replyguard::service::http {
namespace {

// Once it is told to leave it does when it is destroyed.
struct Connection {
  bool entered() const { return ticket != nullptr; }
  std::unique_ptr<Admission::Ticket> ticket;
  std::shared_ptr<bool> told = std::make_shared<bool>(false);
};

class PlacesTest : public testing::Test {
 protected:
  explicit PlacesTest(std::size_t places = 4)
      : admission_(Admission::Make(
            {.connections_max = places, .connections_per_address_max = places - 1},
            [this](std::string_view network) { return known_.contains(std::string(network)); })) {}

  Connection Connect(const std::string& address) {
    Connection connection{admission_->Enter(address)};
    if (connection.entered()) {
      connection.ticket->MakeRoomBy([told = connection.told] { *told = true; });
    }
    return connection;
  }

  std::set<std::string> known_;
  const std::shared_ptr<Admission> admission_;
};

TEST_F(PlacesTest, TheLongestWaitingOfTheNetworkThatHasMostMakesRoom) {
  const Connection lone = Connect("192.0.2.1");
  const Connection first = Connect("2001:db8::1"), second = Connect("2001:db8::2");
  const Connection other = Connect("192.0.2.3");
  first.ticket->SetWaits(false);
  first.ticket->SetWaits(true);
  EXPECT_TRUE(Connect("192.0.2.4").entered());
  EXPECT_TRUE(*second.told) << "the other one was at work since";
  for (const Connection* one : {&lone, &first, &other}) EXPECT_FALSE(*one->told);
}

TEST_F(PlacesTest, WhoIsAtWorkMakesRoomWhereNobodyOfHisNetworkWaits) {
  const Connection one = Connect("192.0.2.1"), two = Connect("192.0.2.1");
  const Connection lone = Connect("192.0.2.2"), other = Connect("192.0.2.3");
  for (const Connection* busy : {&two, &one}) busy->ticket->SetWaits(false);
  EXPECT_TRUE(Connect("192.0.2.4").entered());
  EXPECT_TRUE(*two.told);
  EXPECT_FALSE(*one.told);
  EXPECT_FALSE(*lone.told);
}

TEST_F(PlacesTest, ToHaveAsManyAsOthersIsNoReason) {
  const Connection one = Connect("192.0.2.1"), two = Connect("192.0.2.1");
  const Connection three = Connect("192.0.2.2"), four = Connect("192.0.2.3");
  EXPECT_FALSE(Connect("192.0.2.1").entered());
  const Connection newcomer = Connect("192.0.2.3");
  EXPECT_TRUE(newcomer.entered()) << "it had one";
  EXPECT_TRUE(*one.told);
  EXPECT_FALSE(Connect("192.0.2.3").entered());
  EXPECT_FALSE(*two.told);
  EXPECT_FALSE(*three.told);
}

TEST_F(PlacesTest, StrangersGiveWayToWhoeverHasCalledAndHeStays) {
  const Connection one = Connect("192.0.2.1"), two = Connect("192.0.2.1");
  const Connection stranger = Connect("192.0.2.2"), other = Connect("192.0.2.3");
  known_ = {"192.0.2.1"};
  const Connection three = Connect("192.0.2.1");
  EXPECT_TRUE(three.entered()) << "though no stranger has more";
  EXPECT_TRUE(*stranger.told) << "it has had its one for longest";
  known_ = {"192.0.2.1", "192.0.2.3"};
  EXPECT_FALSE(Connect("192.0.2.4").entered());
  EXPECT_FALSE(Connect("192.0.2.1").entered()) << "so many a network may have";
  for (const Connection* stays : {&one, &two, &other}) EXPECT_FALSE(*stays->told);
}

TEST_F(PlacesTest, AProxyMakesNoRoomAndIsGivenSome) {
  const Connection one = Connect(""), two = Connect(""), three = Connect("");
  const Connection stranger = Connect("192.0.2.1");
  EXPECT_FALSE(Connect("192.0.2.1").entered());
  const Connection four = Connect("");
  EXPECT_TRUE(four.entered());
  EXPECT_TRUE(*stranger.told);
  EXPECT_FALSE(Connect("192.0.2.2").entered());
}

TEST_F(PlacesTest, OneThatLeavesMayBeAtWorkStillAndIsWaitedFor) {
  Connection busy = Connect("192.0.2.1");
  std::vector<Connection> others;
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}) {
    others.push_back(Connect(address));
  }
  ASSERT_TRUE(*busy.told);
  busy.ticket->SetWaits(false);
  busy.ticket->SetWaits(true);
  EXPECT_FALSE(busy.ticket->HoldBody(1)) << "there is no room for bodies";
  others.clear();
  EXPECT_FALSE(admission_->AwaitEmpty(std::chrono::steady_clock::now()));
  busy.ticket.reset();
  EXPECT_TRUE(admission_->AwaitEmpty(std::chrono::steady_clock::now()));
  for (int i = 0; i < 4; ++i) others.push_back(Connect("192.0.2." + std::to_string(i)));
  for (const Connection& one : others) EXPECT_TRUE(one.entered());
}

TEST_F(PlacesTest, OneThatIsNotSetUpYetMakesNoRoom) {
  const auto one = admission_->Enter("192.0.2.1"), two = admission_->Enter("192.0.2.1");
  const auto three = admission_->Enter("192.0.2.2"), four = admission_->Enter("192.0.2.3");
  EXPECT_FALSE(Connect("192.0.2.4").entered());
}

class ManyPlacesTest : public PlacesTest {
 protected:
  ManyPlacesTest() : PlacesTest(2 * Admission::kLeavingOfAllMax) {}
};

// Who comes and goes costs descriptors until they are closed.
TEST_F(ManyPlacesTest, NoMoreMakeRoomThanAreClosed) {
  std::vector<Connection> strangers, others;
  // Each as many as it leaves to others.
  for (std::size_t share = Admission::kLeavingOfAllMax; share > 0; share /= 2) {
    for (std::size_t i = 0; i < share; ++i) {
      strangers.push_back(Connect("192.0.2." + std::to_string(share)));
      ASSERT_TRUE(strangers.back().entered());
    }
  }
  std::size_t entered = 0;
  for (std::size_t i = 0; i < 2 * Admission::kLeavingMax; ++i) {
    others.push_back(Connect("198.51.100." + std::to_string(i)));
    if (others.back().entered()) ++entered;
  }
  EXPECT_EQ(entered, 1 + Admission::kLeavingMax) << "one was free";
  known_ = {"203.0.113.1"};
  const Connection backend = Connect("203.0.113.1");
  EXPECT_TRUE(backend.entered());
  EXPECT_FALSE(Connect("203.0.113.2").entered());
  std::erase_if(strangers, [](const Connection& one) { return *one.told; });
  EXPECT_TRUE(Connect("203.0.113.2").entered());
}

TEST(ListenerPlacesTest, WhoWaitsMakesRoomBeforeWhoIsAtWork) {
  Fake fake;
  ListenerOptions options;
  options.address = "127.0.0.1:0";
  options.connections_max = 4;
  const auto listener = StartListener(std::move(options), fake);
  ASSERT_TRUE(listener.ok()) << listener.status();
  const std::string address = (*listener)->address();
  const auto answers = [](Client& client) {
    client.Send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    return client.ReadTo("/a|ipv4:127.0.0.").find("HTTP/1.1 200 ") != std::string::npos;
  };
  Client busy(address, "127.0.0.2"), idle(address, "127.0.0.2");
  busy.Send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return fake.held() != nullptr; }));
  EXPECT_TRUE(answers(idle));
  Client lone(address, "127.0.0.3"), beginning(address, "127.0.0.4");
  EXPECT_TRUE(answers(lone));
  beginning.Send("GET ");
  Client newcomer(address, "127.0.0.5");
  EXPECT_TRUE(answers(newcomer));
  idle.ReadAll();
  EXPECT_TRUE(answers(lone));
  // Whoever has one does not take it from others who have one.
  EXPECT_TRUE(Client(address, "127.0.0.3").ReadAll().starts_with("HTTP/1.1 503 "));
  fake.Release("released");
  EXPECT_TRUE(busy.ReadTo("released").starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(answers(busy));
}

}  // namespace
}  // namespace replyguard::service::http
