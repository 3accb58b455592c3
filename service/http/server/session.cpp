// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/session.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace replyguard::service::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using tcp = asio::ip::tcp;
using Error = beast::error_code;

using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;

std::string Text(beast::string_view text) { return {text.data(), text.size()}; }

// Why a request was not read, for its sender; nothing when there is nobody to tell.
std::optional<Response> RefusalOf(const Error& error) {
  if (error == bhttp::error::header_limit) return PlainText(431, "the headers are too long");
  if (error == bhttp::error::body_limit) return PlainText(413, "the body is too long");
  if (error == beast::error::timeout) return std::nullopt;
  if (error.category() == bhttp::make_error_code(bhttp::error::bad_method).category() &&
      error != bhttp::error::end_of_stream && error != bhttp::error::partial_message) {
    return PlainText(400, "this is no HTTP request");
  }
  return std::nullopt;
}

template <typename Stream>
class SessionOf final : public Session, public std::enable_shared_from_this<SessionOf<Stream>> {
 public:
  template <typename... Arguments>
  SessionOf(std::shared_ptr<asio::io_context> context, SessionOwner& owner, tcp::socket socket,
            Arguments&... tls)
      : context_(std::move(context)), owner_(owner), stream_(std::move(socket), tls...) {}

  void Start() override {
    asio::dispatch(stream_.get_executor(), [self = this->shared_from_this()] { self->Greet(); });
  }

  void StopWhenIdle() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
      if (self->idle_) self->Close();
    });
  }

  void Abort() override {
    asio::post(stream_.get_executor(), [self = this->shared_from_this()] { self->Close(); });
  }

 private:
  tcp::socket& Socket() { return beast::get_lowest_layer(stream_).socket(); }
  void ExpireAfter(std::chrono::milliseconds time) {
    beast::get_lowest_layer(stream_).expires_after(time);
  }
  void NeverExpire() { beast::get_lowest_layer(stream_).expires_never(); }

  void Greet() {
    Error error;
    const auto endpoint = Socket().remote_endpoint(error);
    if (error) return;
    address_ = endpoint.address().to_string();
    if constexpr (std::is_same_v<Stream, Tls>) {
      ExpireAfter(owner_.options().header_time_max);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](const Error& failed) {
                                if (!failed) self->ReadHeader();
                              });
    } else {
      ReadHeader();
    }
  }

  void ReadHeader() {
    if (owner_.stopping()) return Close();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(owner_.options().header_bytes_max));
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());  // known with the path
    idle_ = true;
    ExpireAfter(owner_.options().header_time_max);
    bhttp::async_read_header(stream_, buffer_, *parser_,
                             [self = this->shared_from_this()](const Error& error, std::size_t) {
                               self->idle_ = false;
                               if (error) return self->Refuse(error);
                               self->ReadBody();
                             });
  }

  void ReadBody() {
    ExpireAfter(owner_.options().body_time_max);
    const auto& message = parser_->get();
    const std::string target = Text(message.target());
    const std::size_t body_bytes_max =
        owner_.handler().BodyBytesMax(std::string_view(target).substr(0, target.find('?')));
    parser_->body_limit(body_bytes_max);
    const auto length = parser_->content_length();
    if (length && *length > body_bytes_max) return Refuse(bhttp::error::body_limit);
    // One that says what it will send waits to be asked for it.
    if (message.version() >= 11 && beast::iequals(message[bhttp::field::expect], "100-continue")) {
      static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
      asio::async_write(stream_, asio::buffer(kGoOn),
                        [self = this->shared_from_this()](const Error& error, std::size_t) {
                          if (!error) self->ReadRest();
                        });
      return;
    }
    ReadRest();
  }

  void ReadRest() {
    bhttp::async_read(stream_, buffer_, *parser_,
                      [self = this->shared_from_this()](const Error& error, std::size_t) {
                        if (error) return self->Refuse(error);
                        self->Hand();
                      });
  }

  void Refuse(const Error& error) {
    keep_alive_ = false;
    std::optional<Response> refusal = RefusalOf(error);
    if (!refusal.has_value()) return Close();
    version_ = 11;
    head_ = false;
    Answer(*std::move(refusal));
  }

  void Hand() {
    NeverExpire();
    const auto& message = parser_->get();
    version_ = message.version() >= 11 ? 11 : 10;
    keep_alive_ = message.keep_alive() && !owner_.stopping();
    head_ = message.method() == bhttp::verb::head;
    auto request = std::make_shared<Request>(TakeRequest());
    if (request->path.empty()) return Answer(PlainText(400, "this is no path of this server"));
    owner_.handler().Handle(request, [self = this->shared_from_this()](Response response) {
      asio::post(self->stream_.get_executor(), [self, response = std::move(response)]() mutable {
        self->Answer(std::move(response));
      });
    });
  }

  Request TakeRequest() {
    auto message = parser_->release();
    Request request;
    request.method = Text(message.method_string());
    request.version = static_cast<int>(version_);
    std::string forwarded;
    std::string scheme;
    for (const auto& field : message) {
      std::string name = absl::AsciiStrToLower(
          absl::string_view(field.name_string().data(), field.name_string().size()));
      std::string value = Text(field.value());
      if (name == "x-forwarded-for") {
        if (!forwarded.empty()) forwarded += ',';
        forwarded += value;
      }
      if (name == "x-forwarded-proto") scheme = value;
      request.headers.emplace_back(std::move(name), std::move(value));
    }
    const TrustedProxies& proxies = owner_.options().proxies;
    request.peer = PeerName(proxies.ClientOf(address_, forwarded));
    request.secure = std::is_same_v<Stream, Tls> ||
                     (proxies.Trusts(address_) && absl::EqualsIgnoreCase(scheme, "https"));
    std::string target = Text(message.target());
    // The absolute form that proxies are asked with.
    for (const std::string_view begin : {"http://", "https://"}) {
      if (!target.starts_with(begin)) continue;
      const std::size_t slash = target.find('/', begin.size());
      target = slash == std::string::npos ? "/" : target.substr(slash);
    }
    const std::size_t mark = target.find('?');
    if (target.starts_with('/')) request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.body = std::move(message.body());
    return request;
  }

  void Answer(Response response) {
    ExpireAfter(owner_.options().write_time_max);
    message_.emplace();
    message_->version(version_);
    message_->result(static_cast<unsigned>(response.status));
    for (const auto& [name, value] : response.headers) message_->insert(name, value);
    if (owner_.stopping()) keep_alive_ = false;
    message_->keep_alive(keep_alive_);
    if (response.stream != nullptr) return AnswerWithStream(std::move(response.stream));
    message_->content_length(response.body.size());
    if (!head_) message_->body() = std::move(response.body);
    serializer_.emplace(*message_);
    if (head_) {
      bhttp::async_write_header(stream_, *serializer_, Written());
    } else {
      bhttp::async_write(stream_, *serializer_, Written());
    }
  }

  auto Written() {
    return [self = this->shared_from_this()](const Error& error, std::size_t) {
      if (error || !self->keep_alive_) return self->Close();
      self->ReadHeader();
    };
  }

  // HTTP/1.0 knows no chunks: the connection's end is the body's.
  void AnswerWithStream(std::shared_ptr<BodyStream> body) {
    body_ = std::move(body);
    chunked_ = version_ >= 11;
    if (chunked_) {
      message_->chunked(true);
    } else {
      keep_alive_ = false;
      message_->keep_alive(false);
    }
    serializer_.emplace(*message_);
    writing_ = true;
    bhttp::async_write_header(stream_, *serializer_,
                              [self = this->shared_from_this()](const Error& error, std::size_t) {
                                self->writing_ = false;
                                if (error) return self->EndStream(false);
                                self->StartStream();
                              });
  }

  void StartStream() {
    // Weak: the body may outlive the connection.
    body_->Start([weak = std::weak_ptr<SessionOf>(this->shared_from_this())] {
      if (auto self = weak.lock()) {
        asio::post(self->stream_.get_executor(), [self] { self->Pump(); });
      }
    });
    WatchForEnd();
    Pump();
  }

  // A client that goes away while nothing is written is seen by reading.
  void WatchForEnd() {
    NeverExpire();
    Socket().async_wait(
        tcp::socket::wait_read, [self = this->shared_from_this()](const Error& error) {
          if (self->body_ == nullptr || error) return;
          // Bytes may be those of a next request, or of the connection's end.
          Error failed;
          char byte = 0;
          const auto size =
              self->Socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, failed);
          if (failed || size == 0) self->EndStream(false);
        });
  }

  void Pump() {
    if (body_ == nullptr || writing_) return;
    bool last = false;
    piece_ = body_->Next(&last);
    if (piece_.empty() && !last) return;
    writing_ = true;
    ExpireAfter(owner_.options().write_time_max);
    const auto written = [self = this->shared_from_this(), last](const Error& error, std::size_t) {
      self->writing_ = false;
      self->NeverExpire();
      if (error || last) return self->EndStream(!error);
      self->Pump();
    };
    if (!chunked_) {
      asio::async_write(stream_, asio::buffer(piece_), written);
    } else if (!last) {
      asio::async_write(stream_, bhttp::make_chunk(asio::buffer(piece_)), written);
    } else if (piece_.empty()) {
      asio::async_write(stream_, bhttp::make_chunk_last(), written);
    } else {
      asio::async_write(
          stream_, bhttp::make_chunk(asio::buffer(piece_)),
          [self = this->shared_from_this(), written](const Error& error, std::size_t n) {
            if (error) return written(error, n);
            asio::async_write(self->stream_, bhttp::make_chunk_last(), written);
          });
    }
  }

  void EndStream(bool whole) {
    if (body_ == nullptr) return;
    const std::shared_ptr<BodyStream> body = std::move(body_);
    body_ = nullptr;
    body->Cancel();
    if (!whole || !keep_alive_) return Close();
    ReadHeader();
  }

  void Close() {
    if (body_ != nullptr) EndStream(false);
    Error ignored;
    Socket().shutdown(tcp::socket::shutdown_both, ignored);
    beast::get_lowest_layer(stream_).close();
  }

  const std::shared_ptr<asio::io_context> context_;  // first: what follows lives on it
  SessionOwner& owner_;
  Stream stream_;
  std::string address_;  // of the connection's other end
  beast::flat_buffer buffer_;
  std::optional<bhttp::request_parser<bhttp::string_body>> parser_;
  std::optional<bhttp::response<bhttp::string_body>> message_;
  std::optional<bhttp::response_serializer<bhttp::string_body>> serializer_;
  std::shared_ptr<BodyStream> body_;
  std::string piece_;
  unsigned version_ = 11;
  bool keep_alive_ = false;
  bool head_ = false;
  bool idle_ = false;
  bool chunked_ = false;
  bool writing_ = false;
};

}  // namespace

std::shared_ptr<Session> MakeSession(std::shared_ptr<asio::io_context> context, tcp::socket socket,
                                     asio::ssl::context* tls, SessionOwner& owner) {
  if (tls == nullptr) {
    return std::make_shared<SessionOf<Plain>>(std::move(context), owner, std::move(socket));
  }
  return std::make_shared<SessionOf<Tls>>(std::move(context), owner, std::move(socket), *tls);
}

}  // namespace replyguard::service::http
