// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How often name servers are asked, and which connections serve more than one call.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "service/outgoing/curl_poster.h"
#include "service/outgoing/name_server.h"
#include "service/outgoing/web_server.h"
#include "support/eventually.h"
#include "support/refused_threads.h"

namespace replyguard::service::outgoing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;
using tests::NameServer;
using tests::WebServer;
using Addresses = std::vector<std::string>;

class ConnectionsTest : public ::testing::Test {
 protected:
  void Post(const std::string& url) {
    const auto answer = poster_->Post({url, {{"webhook-id", "1"}}, ""});
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, 204);
  }
  Resolver::Now Clock() {
    return [this] { return now_; };
  }

  steady_clock::time_point now_ = steady_clock::now();
  NameServer names_{Addresses{"127.0.0.1"}};
  const std::unique_ptr<Poster> poster_ = MakeCurlPoster(
      {.allow_private = true, .ca_file = {}, .name_servers = names_.address(), .now = Clock()});
};

TEST_F(ConnectionsTest, CallsOfOneSiteShareAConnectionAndAnAnswerOfTheNameServer) {
  const WebServer web;
  Post(web.Url("blog.test"));
  const int asked = names_.questions();
  EXPECT_GT(asked, 0);
  for (int i = 0; i < 5; ++i) Post(web.Url("blog.test"));
  EXPECT_EQ(names_.questions(), asked);
  EXPECT_EQ(web.came_to(), Addresses{"127.0.0.1"});
}

TEST_F(ConnectionsTest, NobodyIsAskedForAnAddress) {
  const WebServer web;
  for (const char* host : {"127.0.0.1", "2130706433", "0x7f000001", "127.0.0.2"}) {
    Post(web.Url(host));
  }
  const std::atomic<bool> stopped{false};
  Resolver resolver(names_.address(), Clock());
  EXPECT_EQ(resolver.Resolve("2001:db8::1", stopped)->front().ss_family, AF_INET6);
  EXPECT_EQ(names_.questions(), 0);
}

TEST_F(ConnectionsTest, NoConnectionServesAnotherHost) {
  const WebServer web;
  Post(web.Url("blog.test"));
  Post(web.Url("other.test"));
  Post(web.Url("127.0.0.1"));
  EXPECT_EQ(web.came_to().size(), 3U);
}

TEST_F(ConnectionsTest, AConnectionToWhereTheNameNoLongerLeadsServesNobody) {
  const WebServer web;
  Post(web.Url("blog.test"));
  names_.Say({"127.0.0.2"});
  now_ += kNameKeptMax;
  Post(web.Url("blog.test"));
  EXPECT_EQ(web.came_to(), (Addresses{"127.0.0.1", "127.0.0.2"}));
}

TEST_F(ConnectionsTest, AnIdleConnectionIsClosed) {
  const WebServer web;
  Post(web.Url("blog.test"));
  ASSERT_TRUE(tests::Eventually([&] { return web.open() == 0; }));
  Post(web.Url("blog.test"));
  EXPECT_EQ(web.came_to().size(), 2U);
  poster_->Stop();
  EXPECT_TRUE(tests::Eventually([&] { return web.open() == 0; }));
}

TEST_F(ConnectionsTest, OneThatTheOtherEndHasClosedIsNoFailure) {
  const WebServer web{WebServer::After::kClose};
  for (int i = 0; i < 3; ++i) Post(web.Url("blog.test"));
  EXPECT_EQ(web.came_to().size(), 3U);
}

TEST_F(ConnectionsTest, AnAnswerOfTheNameServerIsKeptForAsLongAsItSaysWithinBounds) {
  const std::atomic<bool> stopped{false};
  for (const auto& [says, kept] :
       std::vector<std::pair<seconds, seconds>>{{seconds(0), kNameKeptMin},
                                                {seconds(20), seconds(20)},
                                                {seconds(3'600), kNameKeptMax}}) {
    names_.SayFor(says);
    Resolver resolver(names_.address(), Clock());
    ASSERT_TRUE(resolver.Resolve("blog.test", stopped).ok());
    const int asked = names_.questions();
    now_ += kept - seconds(1);
    ASSERT_TRUE(resolver.Resolve("blog.test", stopped).ok());
    EXPECT_EQ(names_.questions(), asked) << says.count();
    now_ += seconds(1);
    ASSERT_TRUE(resolver.Resolve("blog.test", stopped).ok());
    EXPECT_GT(names_.questions(), asked) << says.count();
  }
}

TEST_F(ConnectionsTest, AnAliasIsKeptForAsLongAsItSays) {
  const std::atomic<bool> stopped{false};
  names_.SayFor(seconds(60));
  names_.SayAliasFor(seconds(10));
  Resolver resolver(names_.address(), Clock());
  ASSERT_TRUE(resolver.Resolve("blog.test", stopped).ok());
  const int asked = names_.questions();
  now_ += seconds(9);
  ASSERT_TRUE(resolver.Resolve("blog.test", stopped).ok());
  EXPECT_EQ(names_.questions(), asked);
  now_ += seconds(1);
  ASSERT_TRUE(resolver.Resolve("blog.test", stopped).ok());
  EXPECT_GT(names_.questions(), asked);
}

// So that nobody who answers for many names fills the memory.
TEST_F(ConnectionsTest, AnAnswerOfVeryManyAddressesIsNotKept) {
  const std::atomic<bool> stopped{false};
  constexpr std::size_t kMost = 8;  // more would not fit into a datagram
  for (const std::size_t count : {kMost, kMost + 1}) {
    Addresses addresses;
    while (addresses.size() < count) {
      addresses.push_back("192.0.2." + std::to_string(addresses.size()));
    }
    names_.Say(addresses);
    Resolver resolver(names_.address(), Clock(), kMost);
    const auto found = resolver.Resolve("blog.test", stopped);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->size(), count);
    const int asked = names_.questions();
    ASSERT_TRUE(resolver.Resolve("blog.test", stopped).ok());
    EXPECT_EQ(names_.questions() == asked, count <= kMost) << count;
  }
}

TEST_F(ConnectionsTest, ANameWithARefusedAddressIsAskedForAgain) {
  const auto poster = MakeCurlPoster(
      {.allow_private = false, .ca_file = {}, .name_servers = names_.address(), .now = Clock()});
  int asked = 0;
  for (int i = 0; i < 2; ++i) {
    const auto answer = poster->Post({"https://blog.test/", {}, ""});
    EXPECT_TRUE(absl::IsPermissionDenied(answer.status())) << answer.status();
    EXPECT_GT(names_.questions(), asked);
    asked = names_.questions();
  }
}

TEST_F(ConnectionsTest, WhereNoThreadWouldCloseItNoConnectionIsKept) {
  const WebServer web;
  {
    const tests::RefusedThreads refused(0);
    for (int i = 0; i < 2; ++i) Post(web.Url("blog.test"));
  }
  EXPECT_EQ(web.came_to().size(), 2U);
  for (int i = 0; i < 2; ++i) Post(web.Url("blog.test"));
  EXPECT_EQ(web.came_to().size(), 3U) << "there is a thread again";
}

// What a name server said is not believed for longer than it helps.
TEST_F(ConnectionsTest, ACallThatFailedAsksAgain) {
  const WebServer web;
  names_.Say({"127.0.0.1"});
  EXPECT_TRUE(absl::IsUnavailable(poster_->Post({"https://blog.test:1/", {}, ""}).status()));
  const int asked = names_.questions();
  Post(web.Url("blog.test"));
  EXPECT_GT(names_.questions(), asked);
}

}  // namespace
}  // namespace replyguard::service::outgoing
