// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is never called, how URLs are read, and how names are resolved. What is called:
// tests/e2e/akismet_callback_test.py.
#include "service/outgoing/curl_poster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "service/outgoing/name_server.h"
#include "service/outgoing/resolver.h"
#include "service/usecases/akismet/courier.h"
#include "support/patience.h"

namespace replyguard::service::outgoing {
namespace {

TEST(CurlPoster, ReadsWhereAUrlLeads) {
  const auto poster = MakeCurlPoster({});
  const auto plain = poster->Read("https://Blog.Example/path?x=1#y");
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->host, "blog.example");
  EXPECT_EQ(plain->port, 443);
  const auto other = poster->Read("HTTPS://[2001:DB8::1]:8443");
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->host, "2001:db8::1");
  EXPECT_EQ(other->port, 8443);
}

// Names are looked up once they are called; of these nothing has to be.
TEST(CurlPoster, TellsWhichAddressesItWillNotCall) {
  for (const char* host :
       {"127.0.0.1", "10.1.2.3", "192.168.0.1:8443", "169.254.169.254", "0.0.0.0", "2130706433",
        "0x7f.1", "127.1", "[::1]", "[fd00::1]", "[fe80::1%25eth0]", "[::ffff:10.0.0.1]",
        "127.0.0.1.:8443", "0x7f.1.", "①②⑦.0.0.1", "127。0。0。1。", "１０.1.2.3."}) {
    const std::string url = std::string("https://") + host + "/hook";
    EXPECT_TRUE(MakeCurlPoster({})->Read(url)->forbidden) << url;
    EXPECT_FALSE(MakeCurlPoster({true, {}, {}})->Read(url)->forbidden) << url;
  }
  for (const char* url :
       {"https://8.8.8.8/", "https://8.8.8.8./", "https://[2606:4700::1a]/", "https://10.example/",
        "https://10.example./", "https://bücher.example/"}) {
    EXPECT_FALSE(MakeCurlPoster({})->Read(url)->forbidden) << url;
  }
}

TEST(CurlPoster, RefusesWhatIsNoPlaceToCall) {
  const auto poster = MakeCurlPoster({});
  for (const char* url : {"",
                          "blog.example",
                          "http://blog.example/",
                          "ftp://blog.example/",
                          "file:///etc/passwd",
                          "https://",
                          "https://user@blog.example/",
                          "https://a:b@blog.example/",
                          "https:///x",
                          "https:////x",
                          "https:/x",
                          "https:x",
                          "https://?x",
                          "https://#x",
                          "https://:443/",
                          "https:\\\\x",
                          " https:///x",
                          "https://blog.example:0/",
                          "https://blog.example:99999/",
                          "https://blog example/"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(poster->Read(url).status())) << url;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(
      poster->Read("https://blog.example/" + std::string(kUrlBytesMax, 'a')).status()));
  EXPECT_TRUE(MakeCurlPoster({.allow_private = true, .ca_file = {}, .name_servers = {}})
                  ->Read("http://blog.example/")
                  .ok());
}

TEST(CurlPoster, CallsNoAddressThatIsNotPublicHoweverItIsWritten) {
  const auto poster = MakeCurlPoster({});
  for (const char* host : {"127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "[::1]",
                           "[::ffff:127.0.0.1]", "0.0.0.0", "169.254.169.254", "10.1.2.3"}) {
    const auto answer = poster->Post({"https://" + std::string(host) + ":9/", {}, "{}"});
    EXPECT_TRUE(absl::IsPermissionDenied(answer.status()) || absl::IsUnavailable(answer.status()))
        << host << ": " << answer.status();
    // A machine without IPv6 does not resolve its addresses.
    EXPECT_NE(
        answer.status().message().find(absl::IsUnavailable(answer.status()) ? "host" : "public"),
        absl::string_view::npos)
        << host << ": " << answer.status();
  }
}

using tests::NameServer;

PosterOptions AskingAt(const NameServer& names, bool allow_private = false) {
  return {.allow_private = allow_private, .ca_file = {}, .name_servers = names.address()};
}

absl::Status PostTo(Poster& poster, const std::string& url) {
  return poster.Post({url, {}, "{}"}).status();
}

TEST(CurlPoster, CallsNoNameThatHasAnAddressWhichIsNotPublic) {
  for (const std::vector<std::string>& addresses :
       {std::vector<std::string>{"127.0.0.1"}, {"192.0.2.1"}, {"9.9.9.9", "10.0.0.1"}}) {
    const NameServer names(addresses);
    const auto poster = MakeCurlPoster(AskingAt(names));
    EXPECT_TRUE(absl::IsPermissionDenied(PostTo(*poster, "https://blog.test/"))) << addresses[0];
  }
}

// Also where libcurl would read the host in another way than the name server was asked for it.
TEST(CurlPoster, CallsTheAddressThatWasResolvedWhateverTheName) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&at), size), 0);
  ASSERT_EQ(listen(listener, 8), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size), 0);
  const NameServer names({"127.0.0.1"});
  const auto poster = MakeCurlPoster(AskingAt(names, true));
  for (const std::string host : {"blog.test", "Blog.TEST.", "x_y.test"}) {
    auto heard = std::async(std::launch::async, [listener] {
      const int connection = accept(listener, nullptr, nullptr);
      char bytes[1024];
      const ssize_t got = recv(connection, bytes, sizeof bytes, 0);
      constexpr std::string_view kAnswer = "HTTP/1.1 204 No Content\r\n\r\n";
      send(connection, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
      close(connection);
      return std::string(bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    });
    const std::string port = std::to_string(ntohs(at.sin_port));
    const auto answer = poster->Post({"http://" + host + ":" + port + "/", {}, "{}"});
    if (!answer.ok()) shutdown(listener, SHUT_RDWR);  // nobody comes
    ASSERT_TRUE(answer.ok()) << host << ": " << answer.status();
    EXPECT_EQ(answer->status, 204);
    EXPECT_NE(heard.get().find("Host: " + host + ":" + port), std::string::npos) << host;
  }
  close(listener);
}

// A site with which nothing else is wrong is not taken for one that hangs.
static_assert(kBothKindsTime + std::chrono::milliseconds(500) <= kSlowCall);

// Each of two would be waited for twice.
TEST(CurlPoster, TakesWhatIsKnownWhereNobodyAnswersAboutIpv6) {
  const NameServer one({"127.0.0.1"}, NameServer::Silent::kAboutOthers);
  const NameServer other({"127.0.0.1"}, NameServer::Silent::kAboutOthers);
  const std::atomic<bool> stopped{false};
  Resolver resolver(one.address() + "," + other.address(),
                    [] { return std::chrono::steady_clock::now(); });
  const auto found = resolver.Resolve("blog.test", stopped);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().ss_family, AF_INET);
}

TEST(CurlPoster, WaitsForNameServersForABoundedTime) {
  const NameServer names({}, NameServer::Silent::kAlways);
  const auto poster = MakeCurlPoster(AskingAt(names));
  auto posted =
      std::async(std::launch::async, [&poster] { return PostTo(*poster, "https://blog.test/"); });
  ASSERT_EQ(posted.wait_for(kResolveTimeMax + tests::kPatience), std::future_status::ready);
  const absl::Status status = posted.get();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_NE(status.message().find("does not resolve"), absl::string_view::npos) << status;
}

TEST(CurlPoster, WaitsForNoNameServerOnceStopped) {
  const NameServer names({}, NameServer::Silent::kAlways);
  const auto poster = MakeCurlPoster(AskingAt(names));
  auto posted =
      std::async(std::launch::async, [&poster] { return PostTo(*poster, "https://blog.test/"); });
  names.WaitForQuestion();
  poster->Stop();
  EXPECT_EQ(posted.get().message(), "the server is stopping");
}

TEST(CurlPoster, CallsNothingOnceStopped) {
  const auto poster = MakeCurlPoster({});
  poster->Stop();
  EXPECT_TRUE(absl::IsUnavailable(poster->Post({"https://127.0.0.1/", {}, ""}).status()));
}

}  // namespace
}  // namespace replyguard::service::outgoing
