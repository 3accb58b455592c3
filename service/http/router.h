// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is served where: handlers at the beginnings of paths, and /healthz and /readyz for those who
// watch over the process.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/http/server/message.h"

namespace replyguard::service::http {

// Thread-safe once all is mounted.
class Router final : public Handler {
 public:
  // `ready` says whether calls are served; must not block.
  explicit Router(std::function<bool()> ready);

  // Paths that begin so are the handler's, which outlives this; of several the longest beginning
  // counts. "/" takes what nobody else does.
  void Mount(std::string prefix, Handler& handler);

  std::size_t BodyBytesMax(std::string_view path) const override;
  void Handle(std::shared_ptr<const Request> request, Respond respond) override;

 private:
  // Null: nobody's.
  Handler* Find(std::string_view path) const;

  const std::function<bool()> ready_;
  std::vector<std::pair<std::string, Handler*>> mounted_;  // the longest first
};

}  // namespace replyguard::service::http
