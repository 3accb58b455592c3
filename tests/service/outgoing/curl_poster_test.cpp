// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is never called, and how URLs are read. What is called: tests/e2e/akismet_callback_test.py.
#include "service/outgoing/curl_poster.h"

#include <gtest/gtest.h>

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

TEST(CurlPoster, RefusesWhatIsNoPlaceToCall) {
  const auto poster = MakeCurlPoster({});
  for (const char* url :
       {"", "blog.example", "http://blog.example/", "ftp://blog.example/", "file:///etc/passwd",
        "https://", "https://user@blog.example/", "https://a:b@blog.example/",
        "https://blog.example:0/", "https://blog.example:99999/", "https://blog example/"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(poster->Read(url).status())) << url;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(
      poster->Read("https://blog.example/" + std::string(kUrlBytesMax, 'a')).status()));
  EXPECT_TRUE(
      MakeCurlPoster({.allow_private = true, .ca_file = {}})->Read("http://blog.example/").ok());
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

TEST(CurlPoster, CallsNothingOnceStopped) {
  const auto poster = MakeCurlPoster({});
  poster->Stop();
  EXPECT_TRUE(absl::IsUnavailable(poster->Post({"https://127.0.0.1/", {}, ""}).status()));
}

}  // namespace
}  // namespace replyguard::service::outgoing
