// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/router.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace replyguard::service::http {
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
  return handler == nullptr ? kNobodysBodyBytesMax : handler->BodyBytesMax(path);
}

void Router::Handle(std::shared_ptr<const Request> request, Respond respond) {
  const std::string_view path = request->path;
  if (path == "/healthz" || path == "/readyz") {
    if (request->method != "GET" && request->method != "HEAD") {
      Response refused = PlainText(405, "only to be read");
      refused.headers.emplace_back("allow", "GET, HEAD");
      return respond(std::move(refused));
    }
    if (path == "/healthz") return respond(PlainText(200, "alive"));
    return respond(ready_() ? PlainText(200, "ready") : PlainText(503, "not ready"));
  }
  Handler* handler = Find(path);
  if (handler == nullptr) return respond(PlainText(404, kNothingHere));
  handler->Handle(std::move(request), std::move(respond));
}

}  // namespace replyguard::service::http
