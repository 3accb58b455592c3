// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Requests and responses as handlers see them, free of the library that carries them.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace replyguard::service::http {

// In the order they came; names in lower case.
using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the only header of this name (lower case); empty for none or several, as those in
// front of us may have looked at another one than we would.
std::string_view HeaderOf(const Headers& headers, std::string_view name);

struct Request {
  std::string method;  // "GET"
  std::string path;    // undecoded, up to '?'
  std::string query;   // undecoded, after it
  int version = 11;    // 10 or 11
  Headers headers;
  std::string body;
  // The client's address, by the trusted-proxy rule, as "ipv4:192.0.2.1" or "ipv6:2001:db8::1".
  std::string peer;
  bool secure = false;  // came over TLS, ours or a trusted proxy's
  // Becomes true when nobody waits for the answer any more.
  std::shared_ptr<std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);
};

// A body that is made while it is sent. Thread-safe.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next piece; empty: none yet, `on_ready` of Start will tell. Sets `*last` with the last one.
  virtual std::string Next(bool* last) = 0;
  // Called once, before Next. `on_ready` may be called on any thread, until Cancel returns.
  virtual void Start(std::function<void()> on_ready) = 0;
  // The client is gone, or all is sent. Once, last.
  virtual void Cancel() = 0;
};

struct Response {
  int status = 200;
  Headers headers;  // neither length nor connection: they are the transport's
  std::string body;
  // When set, `body` is not used.
  std::shared_ptr<BodyStream> stream;
  // Kept until the body is written, or never will be.
  std::shared_ptr<const void> held;
};

Response PlainText(int status, std::string_view text, Headers more = {});

// Of a request whose path is nobody's: read, to say that, instead of how long a body may be.
inline constexpr std::size_t kNobodysBodyBytesMax = 64U << 10U;

inline constexpr std::string_view kNothingHere =
    "there is nothing here; methods are at /replyguard.v1.{Service}/{Method}, the console is at "
    "/console/";

// Called exactly once, on any thread.
using Respond = std::function<void(Response)>;

// Thread-safe. Must not block.
class Handler {
 public:
  virtual ~Handler() = default;
  // The longest body that is read for a path; 0: none.
  virtual std::size_t BodyBytesMax(std::string_view path) const = 0;
  // `request` lives until `respond` was called.
  virtual void Handle(std::shared_ptr<const Request> request, Respond respond) = 0;
};

}  // namespace replyguard::service::http
