// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/listener.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <future>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/http/server/admission.h"
#include "service/http/server/session.h"
#include "service/http/server/syn_filter.h"
#include "service/http/server/wire.h"
#include "storage/mutex.h"

namespace replyguard::service::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

// When no connection could be taken, for want of file descriptors say.
constexpr std::chrono::milliseconds kAcceptRetryDelay{50};
// Of TCP between servers, for connections that were begun before the end. Who asks for one
// meanwhile waits for a second.
constexpr std::chrono::milliseconds kHandshakeTime{10};
// Of the request of one that is not taken.
constexpr std::size_t kTurnedAwayBytes = 4096;
// To one that is not taken. Written without waiting: what does not fit is lost.
constexpr int kFullStatus = 503;
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n"
    "connection: close\r\n\r\n";

class RunningListener final : public Listener, private SessionOwner {
 public:
  RunningListener(ListenerOptions options, Handler& handler)
      : options_(std::move(options)),
        handler_(handler),
        admission_(
            Admission::Make({.connections_max = options_.connections_max,
                             .connections_per_address_max = options_.connections_per_address_max,
                             .bodies_bytes_max = options_.bodies_bytes_max},
                            options_.is_known)),
        context_(std::make_shared<asio::io_context>(static_cast<int>(options_.threads))),
        acceptor_(asio::make_strand(*context_)),
        retry_(acceptor_.get_executor()) {}

  ~RunningListener() override { Shutdown(std::chrono::milliseconds::zero()); }

  absl::Status Start() {
    absl::Status status = ReadKeys();
    if (status.ok()) status = Bind();
    if (!status.ok()) return status;
    Accept();
    for (std::size_t i = 0; i < options_.threads; ++i) {
      threads_.emplace_back([this] { context_->run(); });
    }
    return absl::OkStatus();
  }

  std::string address() const override { return address_; }
  void Drain() override { draining_.store(true); }

  absl::Status ReplaceTls(const std::string& certificate_pem,
                          const std::string& private_key_pem) override {
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    Error error;
    tls->use_certificate_chain(asio::buffer(certificate_pem), error);
    if (!error) {
      tls->use_private_key(asio::buffer(private_key_pem), asio::ssl::context::pem, error);
    }
    if (error) {
      return absl::InvalidArgumentError("the certificate and its key do not read or do not match");
    }
    const MutexLock lock(mutex_);
    tls_ = std::move(tls);
    return absl::OkStatus();
  }

  void Shutdown(std::chrono::milliseconds drain_time_max) override {
    if (threads_.empty()) return;
    draining_.store(true);
    DropSyns(acceptor_.native_handle());
    // Those who wait to be taken believe that they are.
    std::this_thread::sleep_for(std::min(drain_time_max, kHandshakeTime));
    stopping_.store(true);
    std::promise<void> closed;
    asio::post(acceptor_.get_executor(), [&] {
      StopAccepting();
      closed.set_value();
    });
    closed.get_future().wait();
    ForEach([](Session& session) { session.StopWhenIdle(); });
    admission_->AwaitEmpty(std::chrono::steady_clock::now() + drain_time_max);
    ForEach([](Session& session) { session.Abort(); });
    // They run until nothing is left to be done: all sockets and timers are closed.
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  const ListenerOptions& options() const override { return options_; }
  Handler& handler() override { return handler_; }
  bool draining() const override { return draining_.load(std::memory_order_relaxed); }

  absl::Status ReadKeys() {
    if (options_.certificate_pem.empty()) return absl::OkStatus();
    return ReplaceTls(options_.certificate_pem, options_.private_key_pem);
  }

  std::shared_ptr<asio::ssl::context> Tls() {
    const MutexLock lock(mutex_);
    return tls_;
  }

  absl::Status Bind() {
    const std::size_t colon = options_.address.rfind(':');
    if (colon == std::string::npos) {
      return absl::InvalidArgumentError("an HTTP address is host:port");
    }
    std::string host = options_.address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    Error error;
    tcp::resolver resolver(*context_);
    const auto found =
        resolver.resolve(host, options_.address.substr(colon + 1), tcp::resolver::passive, error);
    const auto failed = [&] {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", options_.address, ": ", error.message()));
    };
    if (error || found.empty()) return failed();
    const tcp::endpoint endpoint = *found.begin();
    acceptor_.open(endpoint.protocol(), error);
    if (error) return failed();
    acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (error) return failed();
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failed();
    address_ =
        absl::StrCat(options_.address.substr(0, colon), ":", acceptor_.local_endpoint().port());
    return absl::OkStatus();
  }

  void Accept() {
    acceptor_.async_accept(asio::make_strand(*context_),
                           [this](const Error& error, tcp::socket socket) {
                             if (stopping_.load()) {
                               if (!error) Take(std::move(socket));
                               return;
                             }
                             if (error) {
                               retry_.expires_after(kAcceptRetryDelay);
                               retry_.async_wait([this](const Error& cancelled) {
                                 if (!cancelled) Accept();
                               });
                               return;
                             }
                             Take(std::move(socket));
                             Accept();
                           });
  }

  void StopAccepting() {
    Error error;
    acceptor_.non_blocking(true, error);
    while (!error) {
      tcp::socket socket(asio::make_strand(*context_));
      acceptor_.accept(socket, error);
      if (!error) Take(std::move(socket));
    }
    acceptor_.close(error);
    retry_.cancel();
  }

  void Take(tcp::socket socket) {
    Error error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // gone again
    const std::string address = endpoint.address().to_string();
    auto ticket = admission_->Enter(options_.proxies.Trusts(address) ? std::string() : address);
    if (ticket == nullptr) return TurnAway(std::move(socket));
    socket.set_option(tcp::no_delay(true), error);
    // What a connection is made of holds on to its keys by itself.
    const std::shared_ptr<asio::ssl::context> tls = Tls();
    auto session = MakeSession(context_, MakeWire(std::move(socket), tls.get()), address,
                               std::move(ticket), *this);
    {
      MutexLock lock(mutex_);
      sessions_.remove_if([](const std::weak_ptr<Session>& one) { return one.expired(); });
      sessions_.push_back(session);
    }
    session->Start();
    if (stopping_.load()) session->StopWhenIdle();
  }

  void TurnAway(tcp::socket socket) const {
    Error ignored;
    if (options_.refused) options_.refused(kFullStatus);
    if (!options_.certificate_pem.empty()) return;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kFull), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    // What has come already, so that closing does not take the answer away with it.
    std::array<char, kTurnedAwayBytes> unread{};
    socket.read_some(asio::buffer(unread), ignored);
  }

  template <typename Act>
  void ForEach(Act act) {
    std::vector<std::shared_ptr<Session>> alive;
    {
      MutexLock lock(mutex_);
      for (const auto& one : sessions_) {
        if (auto session = one.lock()) alive.push_back(std::move(session));
      }
    }
    for (const auto& session : alive) act(*session);
  }

  const ListenerOptions options_;
  Handler& handler_;
  const std::shared_ptr<Admission> admission_;
  std::shared_ptr<asio::ssl::context> tls_ REPLYGUARD_GUARDED_BY(mutex_);  // null: plain text
  const std::shared_ptr<asio::io_context> context_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::string address_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
  Mutex mutex_;
  std::list<std::weak_ptr<Session>> sessions_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> StartListener(ListenerOptions options, Handler& handler) {
  auto listener = std::make_unique<RunningListener>(std::move(options), handler);
  absl::Status status = listener->Start();
  if (!status.ok()) return status;
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace replyguard::service::http
