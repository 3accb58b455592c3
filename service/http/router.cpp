// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/router.h"

#include <string_view>
#include <utility>

namespace replyguard::service::http {
namespace {

constexpr std::string_view kMethods = "/replyguard.v1.";

// Nothing that is answered here is to be framed, guessed at, or to load anything.
void Secure(const Request& request, Response& response) {
  const auto add = [&](const char* name, const char* value) {
    for (const auto& [have, unused] : response.headers) {
      if (have == name) return;
    }
    response.headers.emplace_back(name, value);
  };
  add("x-content-type-options", "nosniff");
  add("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  add("referrer-policy", "no-referrer");
  add("cache-control", "no-store");
  if (request.secure) add("strict-transport-security", "max-age=31536000");
}

}  // namespace

Router::Router(Handler& connect, std::function<bool()> ready)
    : connect_(connect), ready_(std::move(ready)) {}

void Router::Handle(std::shared_ptr<const Request> request, Respond respond) {
  Respond secured = [request, respond = std::move(respond)](Response response) {
    Secure(*request, response);
    respond(std::move(response));
  };
  const std::string_view path = request->path;
  if (path.starts_with(kMethods)) return connect_.Handle(std::move(request), std::move(secured));
  const bool read = request->method == "GET" || request->method == "HEAD";
  if (path == "/healthz" && read) return secured(PlainText(200, "alive"));
  if (path == "/readyz" && read) {
    return secured(ready_() ? PlainText(200, "ready") : PlainText(503, "not ready"));
  }
  secured(PlainText(404, "there is nothing here"));
}

}  // namespace replyguard::service::http
