// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Makes requests of the bytes of a connection. Knows no socket and no time.
//
// Thread-safety: used by one thread at a time.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "service/http/server/head.h"
#include "service/http/server/message.h"

namespace replyguard::service::http {

class RequestReader {
 public:
  enum class State {
    kHead,     // more bytes are needed for the head
    kBody,     // more bytes are needed for the body
    kWhole,    // Take() has the request
    kRefused,  // see fault(); nothing more can be read
  };
  // The longest body for a path, as Handler::BodyBytesMax.
  using BodyBytesMax = std::function<std::size_t(std::string_view path)>;

  explicit RequestReader(BodyBytesMax body_bytes_max)
      : body_bytes_max_(std::move(body_bytes_max)) {}

  // Adds bytes and goes on as far as they reach, to the end of one request: what is after it is
  // kept.
  State Add(std::string_view bytes);
  // REQUIRES: kWhole. Goes on with what was kept.
  Request Take();
  State state() const { return state_; }
  const HeadFault& fault() const { return fault_; }
  // Whether anything of a request is there, or of one after a whole one.
  bool empty() const { return input_.empty(); }
  void Forget() { input_.clear(); }
  // True once: the sender waits to be asked for the body.
  bool TakeExpectation() { return std::exchange(expects_, false); }
  std::size_t body_bytes() const;
  // Of the request that is whole or whose body is read.
  int version() const;
  bool keep_alive() const;

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void Advance();
  bool AdvanceHead();
  void AdvanceBody();
  void Begin();
  void Refuse(int status, std::string_view text);

  const BodyBytesMax body_bytes_max_;
  State state_ = State::kHead;
  HeadFault fault_;
  std::string input_;
  std::size_t searched_ = 0;  // of input_, for the head's end
  bool expects_ = false;
  std::optional<Parser> parser_;
};

}  // namespace replyguard::service::http
