// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace replyguard::service::http {
namespace {

namespace bhttp = boost::beast::http;

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
// Of a chunk's first line, and of what follows the last chunk.
constexpr std::size_t kChunkLinesBytesMax = 16U << 10U;

std::string Text(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Whether a chunk's first line, behind the end of the chunk before, ends within a quoted extension.
// The parser would wait for the quote's end in what follows, and count the chunk anew with each
// piece of that.
bool EndsWithinQuotes(std::string_view chunk) {
  if (chunk.starts_with(kLineEnd)) chunk.remove_prefix(kLineEnd.size());
  const std::size_t end = chunk.find(kLineEnd);
  if (end == std::string_view::npos) return false;
  bool quoted = false;
  for (std::size_t at = 0; at < end; ++at) {
    if (chunk[at] == '"') quoted = !quoted;
    if (chunk[at] == '\\' && quoted) ++at;
  }
  return quoted;
}

// Whether these may be a first chunk that is the last one, and a byte of what follows it. The
// parser, which has seen the chunk before that byte, ends the program over so little by an
// assertion of five bytes (Boost 1.74). No body ends here.
bool IsLastChunkAndAByte(std::string_view bytes) {
  return bytes.size() == 4 && bytes.starts_with("0\r\n");
}

// The absolute form, which proxies are asked with, as the usual one.
std::string OriginForm(std::string target) {
  for (const std::string_view begin : {"http://", "https://"}) {
    if (!target.starts_with(begin)) continue;
    const std::size_t slash = target.find_first_of("/?", begin.size());
    if (slash == std::string::npos) return "/";
    target.erase(0, slash);
    if (target.starts_with('?')) target.insert(0, "/");
    break;
  }
  return target;
}

void SetTarget(std::string target, Request& request) {
  target = OriginForm(std::move(target));
  const std::size_t mark = target.find('?');
  if (target.starts_with('/')) request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
}

}  // namespace

RequestReader::State RequestReader::Add(std::string_view bytes) {
  input_ += bytes;
  Advance();
  return state_;
}

Request RequestReader::Take() {
  Request request;
  request.version = version();
  auto message = parser_->release();
  parser_.reset();
  request.method = Text(message.method_string());
  SetTarget(Text(message.target()), request);
  request.headers = std::exchange(headers_, {});
  request.body = std::move(message.body());
  state_ = State::kHead;
  Advance();
  return request;
}

std::size_t RequestReader::body_bytes() const { return parser_ ? parser_->get().body().size() : 0; }

int RequestReader::version() const { return parser_ && parser_->get().version() < 11 ? 10 : 11; }

void RequestReader::Advance() {
  if (state_ == State::kHead && AdvanceHead()) Begin();
  if (state_ == State::kBody) AdvanceBody();
}

// Whether the head is there, whole and good.
bool RequestReader::AdvanceHead() {
  // An empty line before a request is to be ignored: RFC 9112, section 2.2. Nothing else is.
  while (input_.starts_with(kLineEnd)) {
    if (++empty_lines_ > kEmptyLinesMax) {
      Refuse(400, "this is no HTTP request");
      return false;
    }
    input_.erase(0, kLineEnd.size());
    searched_ = 0;
  }
  const std::size_t end = input_.find(kHeadEnd, searched_);
  const bool found = end != std::string::npos;
  if ((found ? end + kHeadEnd.size() : input_.size()) > kHeadBytesMax) {
    Refuse(431, "the headers are too long");
    return false;
  }
  if (!found) {
    searched_ = input_.size() - std::min(input_.size(), kHeadEnd.size() - 1);
    return false;
  }
  searched_ = 0;
  empty_lines_ = 0;
  const std::string head = input_.substr(0, end + kHeadEnd.size());
  input_.erase(0, head.size());
  if (const auto fault = FindHeadFault(head)) {
    Refuse(fault->status, fault->text);
    return false;
  }
  parser_.emplace();
  parser_->header_limit(kHeadBytesMax);
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // known with the path
  boost::system::error_code error;
  parser_->put(boost::asio::buffer(head), error);
  if (!error && parser_->is_header_done()) return true;
  Refuse(400, "this is no HTTP request");
  return false;
}

// Whether, and how, the body is to be read.
void RequestReader::Begin() {
  Request line;
  SetTarget(Text(parser_->get().target()), line);
  if (line.path.empty()) return Refuse(400, "this is no path of this server");
  const std::size_t bytes_max = body_bytes_max_(line.path);
  const auto length = parser_->content_length();
  if (length && *length > bytes_max) return Refuse(413, "the body is too long");
  for (const auto& field : parser_->get()) {
    headers_.emplace_back(absl::AsciiStrToLower(absl::string_view(field.name_string().data(),
                                                                  field.name_string().size())),
                          Text(field.value()));
  }
  keep_alive_ = parser_->keep_alive();
  parser_->body_limit(bytes_max);
  parser_->on_chunk_header(check_chunk_);
  parser_->eager(true);
  state_ = parser_->is_done() ? State::kWhole : State::kBody;
  const std::string expect = Text(parser_->get()[bhttp::field::expect]);
  if (expect.empty() || version() < 11) return;
  if (!absl::EqualsIgnoreCase(expect, "100-continue")) return Refuse(417, "nothing else but 100");
  expects_ = state_ == State::kBody && input_.empty();
}

void RequestReader::AdvanceBody() {
  while (!input_.empty() && !parser_->is_done()) {
    if (parser_->chunked() && IsLastChunkAndAByte(input_)) return;
    boost::system::error_code error;
    const std::size_t used = parser_->put(boost::asio::buffer(input_), error);
    input_.erase(0, used);
    if (error == bhttp::error::body_limit) return Refuse(413, "the body is too long");
    if (error == bhttp::error::need_more) {
      if (input_.size() > kChunkLinesBytesMax || EndsWithinQuotes(input_)) {
        Refuse(400, "these are no chunks");
      }
      return;
    }
    if (error) return Refuse(400, "this is no HTTP body");
    if (used == 0) return;
  }
  if (parser_->is_done()) state_ = State::kWhole;
}

void RequestReader::Refuse(int status, std::string_view text) {
  state_ = State::kRefused;
  keep_alive_ = false;
  fault_ = {status, text};
  parser_.reset();
}

}  // namespace replyguard::service::http
