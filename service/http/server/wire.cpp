// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/wire.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <type_traits>
#include <utility>

namespace replyguard::service::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;
using Plain = tcp::socket;
// Beast's sends the pieces of a write as one record.
using Tls = boost::beast::ssl_stream<tcp::socket>;

template <typename Stream>
class WireOf final : public Wire {
 public:
  template <typename... Arguments>
  explicit WireOf(tcp::socket socket, Arguments&... tls) : stream_(std::move(socket), tls...) {}

  asio::any_io_executor executor() override { return stream_.get_executor(); }
  bool encrypted() const override { return kEncrypted; }

  void Open(Done done) override {
    if constexpr (kEncrypted) {
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [done = std::move(done)](const Error& error) { done(!error, 0); });
    } else {
      done(true, 0);
    }
  }

  void Read(asio::mutable_buffer into, Done done) override {
    stream_.async_read_some(into, [done = std::move(done)](const Error& error, std::size_t bytes) {
      done(!error, bytes);
    });
  }

  void Write(std::array<std::string_view, 2> pieces, Done done) override {
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(pieces[0]),
                                                    asio::buffer(pieces[1])};
    asio::async_write(
        stream_, buffers,
        [done = std::move(done)](const Error& error, std::size_t bytes) { done(!error, bytes); });
  }

  void Finish(Done done) override {
    Error ignored;
    if constexpr (kEncrypted) {
      Socket().cancel(ignored);
      stream_.async_shutdown([done = std::move(done)](const Error& error) { done(!error, 0); });
    } else {
      Socket().shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  void Close() override {
    Error ignored;
    Socket().close(ignored);
  }

 private:
  static constexpr bool kEncrypted = std::is_same_v<Stream, Tls>;

  tcp::socket& Socket() {
    if constexpr (kEncrypted) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  Stream stream_;
};

}  // namespace

std::unique_ptr<Wire> MakeWire(tcp::socket socket, asio::ssl::context* tls) {
  if (tls == nullptr) return std::make_unique<WireOf<Plain>>(std::move(socket));
  return std::make_unique<WireOf<Tls>>(std::move(socket), *tls);
}

}  // namespace replyguard::service::http
