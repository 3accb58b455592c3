// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/router.h"

#include <gtest/gtest.h>

#include <string>

namespace replyguard::service::http {
namespace {

class Named final : public Handler {
 public:
  Named(std::string name, std::size_t body_bytes_max)
      : name_(std::move(name)), body_bytes_max_(body_bytes_max) {}
  std::size_t BodyBytesMax(std::string_view /*path*/) const override { return body_bytes_max_; }
  void Handle(std::shared_ptr<const Request> /*request*/, Respond respond) override {
    respond(PlainText(200, name_));
  }

 private:
  const std::string name_;
  const std::size_t body_bytes_max_;
};

Response Ask(Router& router, const std::string& path, const std::string& method = "GET") {
  auto request = std::make_shared<Request>();
  request->method = method;
  request->path = path;
  Response answer;
  router.Handle(request, [&](Response response) { answer = std::move(response); });
  return answer;
}

TEST(RouterTest, TheLongestBeginningCounts) {
  Named all("all", 1);
  Named api("api", 2);
  Named deep("deep", 3);
  Router router([] { return true; });
  router.Mount("/a/", api);
  router.Mount("/", all);
  router.Mount("/a/b/", deep);
  EXPECT_EQ(Ask(router, "/a/b/c").body, "deep");
  EXPECT_EQ(Ask(router, "/a/c").body, "api");
  EXPECT_EQ(Ask(router, "/a").body, "all");
  EXPECT_EQ(router.BodyBytesMax("/a/b/c"), 3U);
  EXPECT_EQ(router.BodyBytesMax("/a/x"), 2U);
}

TEST(RouterTest, SaysWhetherItIsAliveAndReady) {
  bool ready = false;
  Named all("all", 1);
  Router router([&] { return ready; });
  router.Mount("/", all);
  EXPECT_EQ(Ask(router, "/healthz").status, 200);
  EXPECT_EQ(Ask(router, "/readyz").status, 503);
  ready = true;
  EXPECT_EQ(Ask(router, "/readyz", "HEAD").status, 200);
  EXPECT_EQ(Ask(router, "/readyz", "POST").status, 405);
}

TEST(RouterTest, WhatIsNobodysIsNotFound) {
  Router router([] { return true; });
  EXPECT_EQ(Ask(router, "/").status, 404);
  EXPECT_GT(router.BodyBytesMax("/"), 0U);
}

}  // namespace
}  // namespace replyguard::service::http
