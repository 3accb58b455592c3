// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The bytes of one connection, plain or over TLS, so that what reads and writes them need not know.
//
// Thread-safety: used on its executor, where its completions are called too.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace replyguard::service::http {

class Wire {
 public:
  // Whether it went well, and the number of bytes.
  using Done = std::function<void(bool ok, std::size_t bytes)>;

  virtual ~Wire() = default;
  virtual boost::asio::any_io_executor executor() = 0;
  virtual bool encrypted() const = 0;
  // First: shakes hands where that is the custom.
  virtual void Open(Done done) = 0;
  // Some bytes, at least one. One at a time; beside a Write.
  virtual void Read(boost::asio::mutable_buffer into, Done done) = 0;
  // All of them; they stay good until done. One at a time.
  virtual void Write(std::array<std::string_view, 2> pieces, Done done) = 0;
  // Tells the other end that nothing more will be written. Plain: reading goes on, and `done` is
  // not called. Encrypted: pending reads fail, and `done` comes when the other end agreed.
  virtual void Finish(Done done) = 0;
  // Whatever is pending fails.
  virtual void Close() = 0;
};

// `tls`: null for plain text; outlives it.
std::unique_ptr<Wire> MakeWire(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

}  // namespace replyguard::service::http
