// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The listener over real sockets, with a handler of the test's own.
#include "service/http/server/listener.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/service/http/listener_support.h"

namespace replyguard::service::http {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShort{50};
// Than a machine stands still at times.
constexpr milliseconds kLonger{5'000};

class ListenerTest : public ::testing::Test {
 protected:
  static ListenerOptions Options() {
    ListenerOptions options;
    options.address = "127.0.0.1:0";
    options.threads = 2;
    return options;
  }
  void Start(ListenerOptions options = Options()) {
    auto started = StartListener(std::move(options), fake_);
    ASSERT_TRUE(started.ok()) << started.status();
    listener_ = *std::move(started);
  }
  Client Connect() { return Client(listener_->address()); }

  Fake fake_;
  std::unique_ptr<Listener> listener_;
};

const std::string kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string kGetOnce = "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
const std::string kHold = "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(ListenerTest, KeepsAConnectionAndAnswersInOrder) {
  Start();
  Client client = Connect();
  client.Send(kGet);
  EXPECT_TRUE(client.ReadTo("/a|ipv4:127.0.0.1|").starts_with("HTTP/1.1 200 OK\r\n"));
  client.Send(
      "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi" + kGet +
      "HEAD /c HTTP/1.1\r\nHost: h\r\n\r\nGET /d HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" +
      kGet);
  const std::string all = client.ReadAll();
  EXPECT_LT(all.find("/b|ipv4:127.0.0.1|hi"), all.find("/a|"));
  EXPECT_LT(all.find("/a|"), all.find("/d|"));
  EXPECT_EQ(all.find("/c|"), std::string::npos) << "no body for HEAD";
  EXPECT_TRUE(all.ends_with("/d|ipv4:127.0.0.1|")) << "nothing after the last";
}

TEST_F(ListenerTest, SpeaksTheOldVersion) {
  Start();
  Client once = Connect();
  once.Send("GET /a HTTP/1.0\r\n\r\n" + kGet);
  const std::string all = once.ReadAll();
  EXPECT_TRUE(all.starts_with("HTTP/1.0 200 OK\r\n"));
  EXPECT_NE(all.find("content-length: 18\r\n"), std::string::npos) << all;
  EXPECT_TRUE(all.ends_with("/a|ipv4:127.0.0.1|"));
  Client kept = Connect();
  kept.Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(kept.ReadTo("127.0.0.1|").find("connection: keep-alive\r\n"), std::string::npos);
  kept.Send("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(kept.ReadAll().ends_with("/b|ipv4:127.0.0.1|"));
}

TEST_F(ListenerTest, AnswersAClientThatOnlyStoppedSending) {
  Start();
  Client client = Connect();
  client.Send(kGet);
  client.Finish();
  EXPECT_TRUE(client.ReadAll().ends_with("/a|ipv4:127.0.0.1|"));
}

TEST_F(ListenerTest, BoundsTheTimeOfAHeadHoweverItTrickles) {
  ListenerOptions options = Options();
  options.head_time_max = kShort;
  Start(options);
  Client client = Connect();
  client.Send("GET /a HTTP/1.1\r\nX: ");
  // Slowly, or the bound on a head's bytes is met before the one on its time.
  EXPECT_TRUE(Eventually([&] {
    std::this_thread::sleep_for(milliseconds(1));
    return client.available() > 0 || !client.Send("y");
  }));
  const std::string all = client.ReadAll();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 408 ")) << all;
}

TEST_F(ListenerTest, BoundsTheTimeOfABody) {
  ListenerOptions options = Options();
  options.body_time_max = kShort;
  Start(options);
  Client client = Connect();
  client.Send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nx");
  EXPECT_TRUE(client.ReadAll().starts_with("HTTP/1.1 408 "));
}

TEST_F(ListenerTest, EndsWhatIsIdle) {
  ListenerOptions options = Options();
  options.idle_time_max = kShort;
  Start(options);
  Client fresh = Connect();
  EXPECT_EQ(fresh.ReadAll(), "");
  // One that is idle already when it asks at last hears nothing, either.
  EXPECT_TRUE(Eventually([&] {
    Client used = Connect();
    used.Send(kGet);
    return used.ReadAll().ends_with("/a|ipv4:127.0.0.1|");
  }));
}

TEST_F(ListenerTest, BoundsTheTimeOfWriting) {
  ListenerOptions options = Options();
  options.write_time_max = kLonger;  // the head is to be written in it
  Start(options);
  Client client = Connect();
  client.Send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return fake_.pieces->started(); }));
  // More than the sockets' buffers hold, to one that does not read.
  fake_.pieces->Put(std::string(64U << 20U, 'x'), false);
  EXPECT_TRUE(Eventually([&] { return fake_.pieces->cancelled(); }));
}

TEST_F(ListenerTest, BoundsConnections) {
  ListenerOptions options = Options();
  options.connections_max = 1;
  Start(options);
  Client first = Connect();
  first.Send(kGet);
  first.ReadTo("127.0.0.1|");
  const std::string refused = Connect().ReadAll();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
  EXPECT_NE(refused.find("retry-after: 1\r\n"), std::string::npos);
  first.Close();
  EXPECT_TRUE(Eventually([&] {
    Client next = Connect();
    next.Send("GET /a HTTP/1.0\r\n\r\n");
    return next.ReadAll().starts_with("HTTP/1.0 200 ");
  }));
}

TEST_F(ListenerTest, BoundsWhatBodiesHoldTogether) {
  ListenerOptions options = Options();
  options.bodies_bytes_max = 100;
  Start(options);
  const std::string post = "POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ";
  Client fits = Connect();
  fits.Send(post + "100\r\n\r\n" + std::string(100, 'x'));
  EXPECT_TRUE(fits.ReadAll().starts_with("HTTP/1.1 200 "));
  Client large = Connect();
  large.Send(post + "101\r\n\r\n" + std::string(101, 'x'));
  const std::string refused = large.ReadAll();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
  EXPECT_NE(refused.find("retry-after: 1\r\n"), std::string::npos);
}

TEST_F(ListenerTest, ARefusalReachesOneThatStillSends) {
  Start();
  Client client = Connect();
  client.Send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000001\r\n\r\n" +
              std::string(1'000'000, 'x'));
  EXPECT_TRUE(client.ReadAll().starts_with("HTTP/1.1 413 "));
}

TEST_F(ListenerTest, AsksForABodyThatWaits) {
  Start();
  Client client = Connect();
  client.Send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadTo("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("hi");
  EXPECT_TRUE(client.ReadTo("|hi").starts_with("HTTP/1.1 200 "));
}

TEST_F(ListenerTest, TellsAHandlerThatTheClientIsGone) {
  Start();
  Client client = Connect();
  client.Send(kHold);
  ASSERT_TRUE(Eventually([&] { return fake_.held() != nullptr; }));
  EXPECT_FALSE(fake_.held()->gone->load());
  client.Close();
  EXPECT_TRUE(Eventually([&] { return fake_.held()->gone->load(); }));
  fake_.Release("nobody hears it");
}

TEST_F(ListenerTest, TakesTheClientFromATrustedProxyOnly) {
  const std::string get = "GET /a HTTP/1.0\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n";
  Start();
  Client direct = Connect();
  direct.Send(get);
  EXPECT_TRUE(direct.ReadAll().ends_with("|ipv4:127.0.0.1|"));
  ListenerOptions options = Options();
  options.proxies = *TrustedProxies::Parse({"127.0.0.0/8"});
  Start(options);
  Client behind = Connect();
  behind.Send(get);
  EXPECT_TRUE(behind.ReadAll().ends_with("|ipv4:203.0.113.5|"));
}

TEST_F(ListenerTest, StreamsInPieces) {
  Start();
  Client client = Connect();
  client.Send("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(client.ReadTo("\r\n\r\n").find("transfer-encoding: chunked\r\n"), std::string::npos);
  ASSERT_TRUE(Eventually([&] { return fake_.pieces->started(); }));
  fake_.pieces->Put("one", false);
  EXPECT_EQ(client.ReadTo("one\r\n"), "3\r\none\r\n");
  fake_.pieces->Put("last", true);
  EXPECT_EQ(client.ReadAll(), "4\r\nlast\r\n0\r\n\r\n");
  EXPECT_TRUE(fake_.pieces->cancelled());
}

TEST_F(ListenerTest, AStreamOfTheOldVersionEndsWithItsConnection) {
  Start();
  Client client = Connect();
  client.Send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.ReadTo("\r\n\r\n").find("transfer-encoding"), std::string::npos);
  ASSERT_TRUE(Eventually([&] { return fake_.pieces->started(); }));
  fake_.pieces->Put("all", true);
  EXPECT_EQ(client.ReadAll(), "all");
}

TEST_F(ListenerTest, AStreamEndsWithItsClient) {
  Start();
  Client client = Connect();
  client.Send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return fake_.pieces->started(); }));
  client.Close();
  EXPECT_TRUE(Eventually([&] { return fake_.pieces->cancelled(); }));
}

TEST_F(ListenerTest, AStreamGoesOnWhateverItsClientSends) {
  Start();
  Client client = Connect();
  client.Send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  client.ReadTo("\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return fake_.pieces->started(); }));
  client.Send(kGet);
  fake_.pieces->Put("one", false);
  EXPECT_EQ(client.ReadTo("one\r\n"), "3\r\none\r\n");
  EXPECT_FALSE(fake_.pieces->cancelled());
  fake_.pieces->Put("last", true);
  client.ReadTo("0\r\n\r\n");
  EXPECT_TRUE(client.ReadTo("127.0.0.1|").starts_with("HTTP/1.1 200 "));
}

TEST_F(ListenerTest, AStreamEndsWithAClientThatHasSentMore) {
  Start();
  Client client = Connect();
  client.Send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  client.ReadTo("\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return fake_.pieces->started(); }));
  client.Send("x");
  client.Close();
  EXPECT_TRUE(Eventually([&] { return fake_.pieces->cancelled(); }));
}

TEST_F(ListenerTest, AStreamEndsWhenItsClientSendsMuchMore) {
  Start();
  Client client = Connect();
  client.Send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  client.ReadTo("\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return fake_.pieces->started(); }));
  client.Send(std::string(1U << 20U, 'x'));
  EXPECT_TRUE(Eventually([&] { return fake_.pieces->cancelled(); }));
}

TEST_F(ListenerTest, DrainingTellsClientsToGo) {
  ListenerOptions options = Options();
  options.last_call_time = kPatience;  // for the late one
  Start(options);
  Client client = Connect();
  client.Send(kHold);
  ASSERT_TRUE(Eventually([&] { return fake_.held() != nullptr; }));
  listener_->Drain();
  fake_.Release("done");
  EXPECT_NE(client.ReadAll().find("connection: close\r\n"), std::string::npos);
  Client late = Connect();
  late.Send(kGet);
  EXPECT_TRUE(late.ReadAll().ends_with("/a|ipv4:127.0.0.1|"));
}

TEST_F(ListenerTest, ShutdownLetsAnswersOutAndEndsTheIdle) {
  Start();
  Client idle = Connect();
  idle.Send(kGet);
  idle.ReadTo("127.0.0.1|");
  Client busy = Connect();
  busy.Send(kHold);
  ASSERT_TRUE(Eventually([&] { return fake_.held() != nullptr; }));
  auto shut = std::async(std::launch::async, [&] { listener_->Shutdown(kPatience); });
  EXPECT_EQ(idle.ReadAll(), "");
  fake_.Release("done");
  EXPECT_TRUE(busy.ReadAll().ends_with("done"));
  busy.Close();
  idle.Close();
  shut.get();
}

TEST_F(ListenerTest, ShutdownAnswersWhatAKeptConnectionHasOnItsWay) {
  ListenerOptions options = Options();
  options.last_call_time = kPatience;
  Start(options);
  Client kept = Connect();
  kept.Send(kGet);
  kept.ReadTo("127.0.0.1|");
  auto shut = std::async(std::launch::async, [&] { listener_->Shutdown(kPatience); });
  // It takes nobody any more: whom it has is told next.
  EXPECT_TRUE(Eventually([&] {
    try {
      Connect().Close();
      return false;
    } catch (const boost::system::system_error&) {
      return true;
    }
  }));
  EXPECT_TRUE(kept.Send(kGet));
  const std::string answer = kept.ReadAll();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_NE(answer.find("connection: close\r\n"), std::string::npos) << answer;
  kept.Close();
  shut.get();
}

// Closing a socket that listens resets those that wait in it, and they have sent what they will
// never hear of.
TEST_F(ListenerTest, ShutdownAnswersWhomeverItLetConnect) {
  constexpr int kListeners = 100;  // at each end there is one moment for it
  constexpr int kClients = 4;
  std::atomic<int> lost{0};
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kListeners; ++i) {
    Start();
    auto connected = std::make_shared<std::atomic<int>>(0);
    for (int j = 0; j < kClients; ++j) {
      clients.emplace_back([&, connected, address = listener_->address()] {
        while (true) {
          try {
            Client client(address);
            ++*connected;
            client.Send(kGetOnce);
            ++(client.ReadAll().ends_with("/a|ipv4:127.0.0.1|") ? answered : lost);
          } catch (const boost::system::system_error&) {
            return;  // nobody listens any more
          }
        }
      });
    }
    EXPECT_TRUE(Eventually([&] { return connected->load() > 2 * kClients; }));
    listener_->Shutdown(kPatience);
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost.load(), 0) << "of " << lost.load() + answered.load();
}

TEST_F(ListenerTest, ShutdownCutsOffWhatLastsTooLong) {
  Start();
  Client client = Connect();
  client.Send(kHold);
  ASSERT_TRUE(Eventually([&] { return fake_.held() != nullptr; }));
  listener_->Shutdown(milliseconds::zero());
  EXPECT_EQ(client.ReadAll(), "");
  EXPECT_TRUE(fake_.held()->gone->load());
  listener_.reset();
  fake_.Release("too late");
}

TEST_F(ListenerTest, SaysWhyItCannotListen) {
  Start();
  ListenerOptions options = Options();
  options.address = listener_->address();
  EXPECT_TRUE(absl::IsUnavailable(StartListener(options, fake_).status()));
  options.address = "nowhere";
  EXPECT_TRUE(absl::IsInvalidArgument(StartListener(options, fake_).status()));
  options = Options();
  options.certificate_pem = "no";
  EXPECT_TRUE(absl::IsInvalidArgument(StartListener(options, fake_).status()));
}

}  // namespace
}  // namespace replyguard::service::http
