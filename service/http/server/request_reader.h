// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Makes requests of the bytes of a connection. Knows no socket and no time.
//
// Thread-safety: used by one thread at a time.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  bool keep_alive() const { return keep_alive_; }

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
  std::size_t searched_ = 0;     // of input_, for the head's end
  std::size_t empty_lines_ = 0;  // before the head
  bool expects_ = false;
  // The parser takes a line's end within a quoted extension, where others end the line.
  std::function<void(std::uint64_t, boost::beast::string_view, boost::system::error_code&)>
      check_chunk_ = [](std::uint64_t /*bytes*/, boost::beast::string_view extensions,
                        boost::system::error_code& error) {
        if (extensions.find_first_of("\r\n") != boost::beast::string_view::npos) {
          error = boost::beast::http::error::bad_chunk_extension;
        }
      };
  std::optional<Parser> parser_;
  // Of the head. What follows the last chunk may not add to it (RFC 9110, section 6.5.1): who is in
  // front of us has looked at the head alone.
  std::vector<std::pair<std::string, std::string>> headers_;
  bool keep_alive_ = false;
};

}  // namespace replyguard::service::http
