// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Serves the console's embedded files: at their exact paths, and nothing else. Of the other paths
// "/" and "/console" lead to the console, all the rest is 404.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "service/http/server/message.h"

namespace replyguard::service::http {

// Thread-safe; stateless.
class ConsoleHandler final : public Handler {
 public:
  std::size_t BodyBytesMax(std::string_view /*path*/) const override {
    return kNobodysBodyBytesMax;
  }
  void Handle(std::shared_ptr<const Request> request, Respond respond) override;
};

}  // namespace replyguard::service::http
