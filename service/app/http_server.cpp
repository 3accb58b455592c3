// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/http_server.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "service/app/descriptors.h"
#include "service/app/tls_watch.h"
#include "service/http/akismet/handler.h"
#include "service/http/connect/handler.h"
#include "service/http/console/handler.h"
#include "service/http/router.h"
#include "service/http/server/listener.h"
#include "service/rpc/grpc/connection_watch.h"

namespace replyguard::service {
namespace {

// They parse and write; what blocks has threads of its own.
constexpr std::size_t kThreadsMin = 2;
constexpr std::size_t kThreadsMax = 8;

class RunningHttpServer final : public HttpServer {
 public:
  RunningHttpServer(const ServerOptions& options, Parts& parts, std::function<bool()> ready)
      : parts_(parts),
        connect_(parts.gate(), parts.methods(), options.limits.request_bytes_max),
        akismet_(parts.gate(), parts.akismet()),
        router_(std::move(ready)) {
    router_.Mount("/replyguard.v1.", connect_);
    for (const char* prefix : {"/1.1/", "/1.2/", "/akismet/"}) router_.Mount(prefix, akismet_);
    router_.Mount("/", console_);
  }

  absl::Status Start(const ServerOptions& options, Log& log) {
    http::ListenerOptions out;
    out.address = options.http.address;
    out.connections_max = ConnectionsMax(out.connections_max);
    out.threads =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), kThreadsMin, kThreadsMax);
    absl::StatusOr<TlsTexts> tls = ReadTls(options.http.tls);
    if (!tls.ok()) return tls.status();
    out.certificate_pem = tls->certificate;
    out.private_key_pem = tls->private_key;
    auto proxies = http::TrustedProxies::Parse(options.http.trusted_proxies);
    if (!proxies.ok()) return proxies.status();
    out.proxies = *std::move(proxies);
    out.is_known = &HasCalledFrom;
    out.refused = [this](int status) { parts_.CountHttpRefused(status); };
    auto listener = http::StartListener(std::move(out), router_);
    if (!listener.ok()) return listener.status();
    listener_ = *std::move(listener);
    tls_watch_.emplace(
        options.http.tls, *std::move(tls), parts_.certificate_expiry().http,
        [this, &log](const TlsTexts& texts) {
          absl::Status status = listener_->ReplaceTls(texts.certificate, texts.private_key);
          if (status.ok()) log.Info("tls_reloaded", {{"listener", "http"}});
          return status;
        },
        [&log](std::string_view why) {
          log.Warning("tls_not_reloaded", {{"listener", "http"}, {"why", std::string(why)}});
        });
    tls_watch_->Start();
    return absl::OkStatus();
  }

  std::string address() const override { return listener_->address(); }
  void Drain() override { listener_->Drain(); }
  void Shutdown(std::chrono::milliseconds drain_time_max) override {
    tls_watch_.reset();
    listener_->Shutdown(drain_time_max);
  }

 private:
  Parts& parts_;
  http::ConnectHandler connect_;
  http::akismet::AkismetHandler akismet_;
  http::ConsoleHandler console_;
  http::Router router_;
  std::unique_ptr<http::Listener> listener_;
  std::optional<TlsWatch> tls_watch_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> StartHttpServer(const ServerOptions& options,
                                                            Parts& parts, Log& log,
                                                            std::function<bool()> ready) {
  auto server = std::make_unique<RunningHttpServer>(options, parts, std::move(ready));
  absl::Status status = server->Start(options, log);
  if (!status.ok()) return status;
  return std::unique_ptr<HttpServer>(std::move(server));
}

bool HasCalledFrom(std::string_view network) {
  return rpc::ConnectionWatch::OfProcess().begun_calls().IsKnown(network);
}

absl::Status CheckTrustedProxies(const std::vector<std::string>& networks) {
  return http::TrustedProxies::Parse(networks).status();
}

}  // namespace replyguard::service
