// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One connection: reads a request, has it handled, writes the answer, and again.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "service/http/server/admission.h"
#include "service/http/server/listener.h"
#include "service/http/server/wire.h"

namespace replyguard::service::http {

// What the listener knows of its connections. Thread-safe.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  virtual const ListenerOptions& options() const = 0;
  virtual Handler& handler() = 0;
  // Whether connections are to end after the answer in progress.
  virtual bool draining() const = 0;
};

// Thread-safe.
class Session {
 public:
  virtual ~Session() = default;
  virtual void Start() = 0;
  // Ends it if it waits for a request, a new one a moment later; otherwise it ends after its
  // answer.
  virtual void StopWhenIdle() = 0;
  virtual void Abort() = 0;
};

// `address` is that of the other end. The session keeps itself alive until its end, and with it the
// context: a handler may hold it after the owner, which it does not use any more then, is gone.
std::shared_ptr<Session> MakeSession(std::shared_ptr<boost::asio::io_context> context,
                                     std::unique_ptr<Wire> wire, std::string address,
                                     std::unique_ptr<Admission::Ticket> ticket,
                                     SessionOwner& owner);

}  // namespace replyguard::service::http
