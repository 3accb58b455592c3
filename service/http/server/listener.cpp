// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/server/listener.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <list>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/http/server/session.h"
#include "storage/mutex.h"

namespace replyguard::service::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

// When no connection could be taken, for want of file descriptors say.
constexpr std::chrono::milliseconds kAcceptRetryDelay{50};
// How often connections that are left are counted while stopping.
constexpr std::chrono::milliseconds kDrainLookInterval{5};

class RunningListener final : public Listener, private SessionOwner {
 public:
  RunningListener(ListenerOptions options, Handler& handler)
      : options_(std::move(options)),
        handler_(handler),
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

  void Shutdown(std::chrono::milliseconds drain_time_max) override {
    if (threads_.empty()) return;
    stopping_.store(true);
    asio::post(acceptor_.get_executor(), [this] {
      Error ignored;
      acceptor_.close(ignored);
      retry_.cancel();
    });
    ForEach([](Session& session) { session.StopWhenIdle(); });
    const auto until = std::chrono::steady_clock::now() + drain_time_max;
    while (Count() > 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(kDrainLookInterval);
    }
    ForEach([](Session& session) { session.Abort(); });
    context_->stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  const ListenerOptions& options() const override { return options_; }
  Handler& handler() override { return handler_; }
  bool stopping() const override { return stopping_.load(std::memory_order_relaxed); }

  absl::Status ReadKeys() {
    if (options_.certificate_pem.empty()) return absl::OkStatus();
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    Error error;
    tls_->use_certificate_chain(asio::buffer(options_.certificate_pem), error);
    if (!error) {
      tls_->use_private_key(asio::buffer(options_.private_key_pem), asio::ssl::context::pem, error);
    }
    if (!error) return absl::OkStatus();
    return absl::InvalidArgumentError("the certificate and its key do not read or do not match");
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
                             if (stopping()) return;
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

  void Take(tcp::socket socket) {
    Error ignored;
    if (Count() >= options_.connections_max) {
      socket.close(ignored);
      return;
    }
    socket.set_option(tcp::no_delay(true), ignored);
    auto session =
        MakeSession(context_, std::move(socket), tls_.has_value() ? &*tls_ : nullptr, *this);
    {
      MutexLock lock(mutex_);
      sessions_.push_back(session);
    }
    session->Start();
  }

  // Those that have ended are forgotten on the way.
  std::size_t Count() {
    MutexLock lock(mutex_);
    sessions_.remove_if([](const std::weak_ptr<Session>& one) { return one.expired(); });
    return sessions_.size();
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
  std::optional<asio::ssl::context> tls_;
  const std::shared_ptr<asio::io_context> context_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::string address_;
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
