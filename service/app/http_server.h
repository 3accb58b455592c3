// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The HTTP side of a server: the listener and what it serves, over the same gate and methods as
// gRPC.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "service/app/log.h"
#include "service/app/parts.h"
#include "service/app/server.h"

namespace replyguard::service {

// Thread-safe.
class HttpServer {
 public:
  virtual ~HttpServer() = default;
  virtual std::string address() const = 0;
  // As http::Listener.
  virtual void Drain() = 0;
  virtual void Shutdown(std::chrono::milliseconds drain_time_max) = 0;
};

// Listens and serves; the parts and the log outlive it. `ready`: whether the server is; must not
// block. INVALID_ARGUMENT for networks or keys that do not read, UNAVAILABLE when the address
// cannot be bound.
absl::StatusOr<std::unique_ptr<HttpServer>> StartHttpServer(const ServerOptions& options,
                                                            Parts& parts, Log& log,
                                                            std::function<bool()> ready);

// Whether a call with a good key or session has come from a network, by gRPC or HTTP; see Parts.
bool HasCalledFrom(std::string_view network);

// INVALID_ARGUMENT naming the first that is no network.
absl::Status CheckTrustedProxies(const std::vector<std::string>& networks);

}  // namespace replyguard::service
