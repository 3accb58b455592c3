// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "service/console/assets.h"
#include "service/http/console/handler.h"
#include "service/http/server/gzip.h"

namespace replyguard::service::http {
namespace {

constexpr std::size_t kAssetBytesMax = 16 << 20;

Response Ask(std::string path, Headers headers = {}, std::string method = "GET") {
  auto request = std::make_shared<Request>();
  request->method = std::move(method);
  request->path = std::move(path);
  request->headers = std::move(headers);
  ConsoleHandler handler;
  Response answer;
  handler.Handle(request, [&](Response response) { answer = std::move(response); });
  return answer;
}

std::string_view Header(const Response& response, std::string_view name) {
  return HeaderOf(response.headers, name);
}

TEST(ConsoleHandlerTest, EveryFileIsAtItsPathPlainAndCompressed) {
  std::set<std::string_view> paths;
  for (const console::Asset& asset : console::Assets()) {
    EXPECT_TRUE(paths.insert(asset.path).second) << asset.path;
    const Response plain = Ask(std::string(asset.path));
    EXPECT_EQ(plain.status, 200) << asset.path;
    EXPECT_EQ(plain.body, asset.plain);
    EXPECT_EQ(Header(plain, "content-encoding"), "");
    EXPECT_EQ(Header(plain, "vary"), "accept-encoding");
    EXPECT_EQ(Header(plain, "content-type"), asset.content_type);
    EXPECT_NE(Header(plain, "content-security-policy").find("script-src 'self';"),
              std::string_view::npos);
    const Response packed = Ask(std::string(asset.path), {{"accept-encoding", "gzip, br"}});
    EXPECT_EQ(Header(packed, "content-encoding"), "gzip");
    const auto unpacked = Gunzip(packed.body, kAssetBytesMax);
    ASSERT_TRUE(unpacked.ok()) << asset.path;
    EXPECT_EQ(*unpacked, asset.plain);
  }
  EXPECT_GT(paths.size(), 10U);
}

TEST(ConsoleHandlerTest, HashedNamesAreKeptForGoodAndPagesAskedForAnew) {
  EXPECT_EQ(Header(Ask("/console/"), "cache-control"), "no-cache");
  const auto assets = console::Assets();
  const auto script = std::find_if(assets.begin(), assets.end(), [](const console::Asset& asset) {
    return asset.content_type.starts_with("text/javascript");
  });
  ASSERT_NE(script, assets.end());
  EXPECT_EQ(Header(Ask(std::string(script->path)), "cache-control"),
            "public, max-age=31536000, immutable");
}

TEST(ConsoleHandlerTest, WhatHasNotChangedIsNotSentAgain) {
  const std::string etag(Header(Ask("/console/"), "etag"));
  ASSERT_FALSE(etag.empty());
  for (const std::string& known : {etag, "\"other\", " + etag, std::string("*"), etag.substr(2)}) {
    const Response answer = Ask("/console/", {{"if-none-match", known}});
    EXPECT_EQ(answer.status, 304) << known;
    EXPECT_EQ(answer.body, "");
  }
  EXPECT_EQ(Ask("/console/", {{"if-none-match", "\"other\""}}).status, 200);
}

TEST(ConsoleHandlerTest, ViewsAreKnownOnesOnly) {
  for (const char* path : {"/console/", "/console/spam", "/console/models", "/console/invite"}) {
    EXPECT_EQ(Ask(path).body, Ask("/console/").body) << path;
  }
  for (const char* path : {"/console/nothing", "/console/spam/", "/console/assets/",
                           "/console/assets/index.html", "/console/assets/../index.html",
                           "/console/%2e%2e/", "/consolex", "//console/", "/etc/passwd", "*"}) {
    EXPECT_EQ(Ask(path).status, 404) << path;
  }
}

TEST(ConsoleHandlerTest, TheWayToTheConsoleIsShown) {
  for (const char* path : {"/", "/console"}) {
    const Response answer = Ask(path);
    EXPECT_EQ(answer.status, 307);
    EXPECT_EQ(Header(answer, "location"), "/console/");
  }
}

TEST(ConsoleHandlerTest, NothingIsWritten) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const Response answer = Ask("/console/", {}, method);
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(Header(answer, "allow"), "GET, HEAD");
  }
  EXPECT_EQ(Ask("/SubmitComment", {}, "POST").status, 404);
}

}  // namespace
}  // namespace replyguard::service::http
