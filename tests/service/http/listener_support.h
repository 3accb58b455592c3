// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What tests of the listener need: a handler that does as it is told, and a client of bare sockets.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "service/http/server/message.h"
#include "storage/mutex.h"
#include "support/eventually.h"

namespace replyguard::service::http {

inline constexpr std::chrono::seconds kPatience{30};
inline constexpr std::size_t kBodyBytesMax = 1000;

using tests::Eventually;

// Gives out what is put into it.
class Pieces final : public BodyStream {
 public:
  std::string Next(bool* last) override {
    MutexLock lock(mutex_);
    *last = last_;
    return std::exchange(piece_, {});
  }
  void Start(std::function<void()> on_ready) override {
    MutexLock lock(mutex_);
    on_ready_ = std::move(on_ready);
  }
  void Cancel() override {
    MutexLock lock(mutex_);
    on_ready_ = nullptr;
    cancelled_ = true;
  }
  void Put(std::string piece, bool last) {
    MutexLock lock(mutex_);
    piece_ = std::move(piece);
    last_ = last;
    if (on_ready_) on_ready_();
  }
  bool started() {
    MutexLock lock(mutex_);
    return on_ready_ != nullptr;
  }
  bool cancelled() {
    MutexLock lock(mutex_);
    return cancelled_;
  }

 private:
  Mutex mutex_;
  std::function<void()> on_ready_ REPLYGUARD_GUARDED_BY(mutex_);
  std::string piece_ REPLYGUARD_GUARDED_BY(mutex_);
  bool last_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool cancelled_ REPLYGUARD_GUARDED_BY(mutex_) = false;
};

// Repeats a request, keeps it ("/hold"), or streams ("/stream").
class Fake final : public Handler {
 public:
  std::size_t BodyBytesMax(std::string_view /*path*/) const override { return kBodyBytesMax; }
  void Handle(std::shared_ptr<const Request> request, Respond respond) override {
    if (request->path == "/hold") {
      MutexLock lock(mutex_);
      held_ = request;
      respond_ = std::move(respond);
      return;
    }
    Response response = PlainText(200, request->path + '|' + request->peer + '|' + request->body);
    if (request->path == "/stream") response.stream = pieces;
    respond(std::move(response));
  }
  std::shared_ptr<const Request> held() {
    MutexLock lock(mutex_);
    return held_;
  }
  void Release(std::string_view text) {
    Respond respond;
    {
      MutexLock lock(mutex_);
      respond = std::exchange(respond_, nullptr);
    }
    respond(PlainText(200, text));
  }

  const std::shared_ptr<Pieces> pieces = std::make_shared<Pieces>();

 private:
  Mutex mutex_;
  std::shared_ptr<const Request> held_ REPLYGUARD_GUARDED_BY(mutex_);
  Respond respond_ REPLYGUARD_GUARDED_BY(mutex_);
};

class Client {
 public:
  // `from`: an address of this machine, of IPv4; empty for any.
  explicit Client(const std::string& address, const std::string& from = {}) : socket_(context_) {
    const std::size_t colon = address.rfind(':');
    boost::asio::ip::tcp::resolver resolver(context_);
    const auto to = resolver.resolve(address.substr(0, colon), address.substr(colon + 1));
    if (from.empty()) {
      boost::asio::connect(socket_, to);
      return;
    }
    socket_.open(boost::asio::ip::tcp::v4());
    socket_.bind({boost::asio::ip::make_address(from), 0});
    socket_.connect(to.begin()->endpoint());
  }
  // False once the other end is gone.
  bool Send(std::string_view text) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(text), error);
    return !error;
  }
  void Finish() { socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send); }
  void Close() { socket_.close(); }
  std::size_t available() { return socket_.available(); }
  // All until the other end is gone.
  std::string ReadAll() {
    std::string text;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(text), error);
    return text;
  }
  // Until `text` has come; all that came.
  std::string ReadTo(std::string_view text) {
    std::string got;
    boost::system::error_code error;
    while (got.find(text) == std::string::npos && !error) {
      char c = 0;
      if (boost::asio::read(socket_, boost::asio::buffer(&c, 1), error) == 1) got += c;
    }
    return got;
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace replyguard::service::http
