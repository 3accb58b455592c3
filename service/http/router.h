// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is served where: the contract's methods at /replyguard.v1.Service/Method, and /healthz and
// /readyz for those who watch over the process. Every answer carries the headers that keep a
// browser from doing what nobody asked for.
#pragma once

#include <functional>
#include <memory>

#include "service/http/connect/handler.h"
#include "service/http/server/message.h"

namespace replyguard::service::http {

class Router final : public Handler {
 public:
  // `connect` outlives it. `ready` says whether calls are served; must not block.
  Router(Handler& connect, std::function<bool()> ready);

  void Handle(std::shared_ptr<const Request> request, Respond respond) override;

 private:
  Handler& connect_;
  const std::function<bool()> ready_;
};

}  // namespace replyguard::service::http
