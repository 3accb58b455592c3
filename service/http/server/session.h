// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One connection: reads a request, has it handled, writes the answer, and again.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>

#include "service/http/server/listener.h"

namespace replyguard::service::http {

// What the listener knows of its connections. Thread-safe.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  virtual const ListenerOptions& options() const = 0;
  virtual Handler& handler() = 0;
  // Whether no more requests are to be read.
  virtual bool stopping() const = 0;
};

// Thread-safe.
class Session {
 public:
  virtual ~Session() = default;
  virtual void Start() = 0;
  // Ends it if it waits for a request; otherwise it ends after its answer.
  virtual void StopWhenIdle() = 0;
  virtual void Abort() = 0;
};

// `tls` is null for plain text. The session keeps itself alive until its end, and with it the
// context: a handler may hold it after the owner, which it does not use any more then, is gone.
std::shared_ptr<Session> MakeSession(std::shared_ptr<boost::asio::io_context> context,
                                     boost::asio::ip::tcp::socket socket,
                                     boost::asio::ssl::context* tls, SessionOwner& owner);

}  // namespace replyguard::service::http
