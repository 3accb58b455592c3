// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/router.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace replyguard::service::http {
namespace {

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

Router::Router(std::function<bool()> ready) : ready_(std::move(ready)) {}

void Router::Mount(std::string prefix, Handler& handler) {
  mounted_.emplace_back(std::move(prefix), &handler);
  std::stable_sort(mounted_.begin(), mounted_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

Handler* Router::Find(std::string_view path) const {
  const auto found = std::find_if(mounted_.begin(), mounted_.end(),
                                  [&](const auto& one) { return path.starts_with(one.first); });
  return found == mounted_.end() ? nullptr : found->second;
}

std::size_t Router::BodyBytesMax(std::string_view path) const {
  const Handler* handler = Find(path);
  return handler == nullptr ? 0 : handler->BodyBytesMax(path);
}

void Router::Handle(std::shared_ptr<const Request> request, Respond respond) {
  Respond secured = [request, respond = std::move(respond)](Response response) {
    Secure(*request, response);
    respond(std::move(response));
  };
  const std::string_view path = request->path;
  if (path == "/healthz" || path == "/readyz") {
    if (request->method != "GET" && request->method != "HEAD") {
      Response refused = PlainText(405, "only to be read");
      refused.headers.emplace_back("allow", "GET, HEAD");
      return secured(std::move(refused));
    }
    if (path == "/healthz") return secured(PlainText(200, "alive"));
    return secured(ready_() ? PlainText(200, "ready") : PlainText(503, "not ready"));
  }
  Handler* handler = Find(path);
  if (handler == nullptr) return secured(PlainText(404, "there is nothing here"));
  handler->Handle(std::move(request), std::move(secured));
}

}  // namespace replyguard::service::http
