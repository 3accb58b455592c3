// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/server.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "service/app/descriptors.h"
#include "service/app/http_server.h"
#include "service/app/library_log.h"
#include "service/app/log.h"
#include "service/app/memory_trim.h"
#include "service/app/parts.h"
#include "service/app/readiness.h"
#include "service/app/secrets.h"
#include "service/app/starter.h"
#include "service/app/tls.h"
#include "service/app/tls_watch.h"
#include "service/http/server/admission.h"
#include "service/http/server/proxies.h"
#include "service/metrics/exposition.h"
#include "service/rpc/grpc/connection_watch.h"
#include "service/rpc/grpc/grpc_transport.h"
#include "storage/mutex.h"

namespace replyguard::service {
namespace {

absl::Status CheckOptions(const ServerOptions& options) {
  const ServerLimits& limits = options.limits;
  for (const std::size_t limit :
       {limits.request_bytes_max, limits.metadata_bytes_max, limits.calls_in_flight_max,
        limits.calls_per_connection_max, limits.streams_max, limits.streams_per_key_max,
        limits.waiting_reads_max, limits.waiting_submissions_max, options.threads.writers,
        options.threads.readers}) {
    if (limit == 0) return absl::InvalidArgumentError("no limit and no number of threads may be 0");
  }
  if (limits.wait_max.count() <= 0 || limits.stream_stall_max.count() <= 0) {
    return absl::InvalidArgumentError("no time may be 0");
  }
  if (options.grpc_address.empty()) return absl::InvalidArgumentError("no address to listen on");
  if (geteuid() == 0 && !options.allow_root) {
    return absl::FailedPreconditionError(
        "refusing to run as root; use a user of its own, or allow it with --allow-root");
  }
  return absl::OkStatus();
}

rpc::TlsKeys KeysOf(const TlsTexts& texts) {
  return {texts.certificate, texts.private_key, texts.client_ca};
}

rpc::GrpcTransportOptions TransportOf(const ServerOptions& options, const TlsTexts& tls) {
  rpc::GrpcTransportOptions out;
  out.address = options.grpc_address;
  out.request_bytes_max = options.limits.request_bytes_max;
  out.metadata_bytes_max = options.limits.metadata_bytes_max;
  out.calls_per_connection_max = options.limits.calls_per_connection_max;
  out.calls_in_progress_max = options.limits.calls_in_flight_max + options.limits.streams_max;
  out.tls = KeysOf(tls);
  return out;
}

absl::Status WriteAddress(const std::string& path, const std::string& address) {
  if (path.empty()) return absl::OkStatus();
  const std::string temporary = path + ".tmp";
  {
    std::ofstream file(temporary, std::ios::trunc);
    file << address << '\n';
    if (!file.flush()) return absl::UnavailableError("cannot write " + temporary);
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError("cannot write " + path);
  }
  return absl::OkStatus();
}

// Of gRPC: as many as HTTP has.
constexpr std::size_t kConnectionsMax = 2048;
constexpr std::size_t kConnectionsPerNetworkMax = 1024;

void WatchConnections(const http::TrustedProxies& proxies) {
  auto& watch = rpc::ConnectionWatch::OfProcess();
  watch.SetProxies([proxies](std::string_view address) { return proxies.Trusts(address); });
  const auto admission =
      http::Admission::Make({.connections_max = ConnectionsMax(kConnectionsMax),
                             .connections_per_address_max = kConnectionsPerNetworkMax},
                            &HasCalledFrom);
  watch.SetAdmission(
      [admission, proxies](const std::string& address,
                           rpc::ConnectionWatch::MakeRoom make_room) -> std::shared_ptr<void> {
        auto ticket = admission->Enter(proxies.Trusts(address) ? std::string() : address);
        if (ticket != nullptr) ticket->MakeRoomBy(std::move(make_room));
        return ticket;
      });
}

// How often calls in progress are counted while stopping.
constexpr std::chrono::milliseconds kDrainLookInterval{5};
// The share of the time for draining that is kept for answering what storage did not.
constexpr int kAnswerShare = 10;
// For how long callers are told that the server stops before their connections end.
constexpr std::chrono::milliseconds kGoodbyeTime{200};
// Whoever has stored a comment so lately serves, however long a look of readiness takes.
constexpr std::chrono::seconds kStoredTime{1};

class RunningServer final : public Server {
 public:
  RunningServer(ServerOptions options, std::unique_ptr<Log> log, std::unique_ptr<Parts> parts)
      : options_(std::move(options)),
        log_(std::move(log)),
        parts_(std::move(parts)),
        library_log_(parts_->calls()),
        readiness_([this](storage::Deadline deadline) { return parts_->CheckReady(deadline); },
                   [this] { return parts_->storage_state().StoredWithin(kStoredTime); },
                   [this](const absl::Status& status) { ReadyChanged(status); }) {}

  ~RunningServer() override {
    Shutdown();
    Wait();
  }

  absl::Status Start() {
    absl::StatusOr<TlsTexts> tls = ReadTls(options_.tls);
    if (!tls.ok()) return tls.status();
    auto proxies = http::TrustedProxies::Parse(options_.http.trusted_proxies);
    if (!proxies.ok()) return proxies.status();
    WatchConnections(*std::move(proxies));
    auto started =
        rpc::StartGrpcTransport(TransportOf(options_, *tls), parts_->gate(), parts_->methods());
    if (!started.ok()) return started.status();
    transport_ = *std::move(started);
    FollowTls(*std::move(tls));
    if (!options_.metrics_address.empty()) {
      auto exposed = metrics::Expose(options_.metrics_address, parts_->metrics());
      if (!exposed.ok()) return exposed.status();
      exposition_ = *std::move(exposed);
      log_->Info("metrics", {{"listen", exposition_->address()}});
    }
    absl::Status status = StartHttp();
    if (!status.ok()) return status;
    parts_->Start();
    readiness_.Start();
    log_->Info("listening", {{"grpc", transport_->address()},
                             {"tls", options_.tls.certificate.empty() ? "no" : "yes"},
                             {"http", http_address()}});
    status = WriteAddress(options_.http.address_file, http_address());
    if (!status.ok()) return status;
    return WriteAddress(options_.grpc_address_file, transport_->address());
  }

  std::string grpc_address() const override { return transport_->address(); }
  std::string http_address() const override { return http_ == nullptr ? "" : http_->address(); }
  bool serving() const override { return readiness_.ready(); }

  void Shutdown() override {
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      stopping_ = true;
      try {
        stopper_ = std::thread([this] { Stop(); });
        return;
      } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch)
      }
    }
    Stop();  // here, where there is no room for a thread more
  }

  void Wait() override {
    MutexLock lock(mutex_);
    while (!stopped_) changed_.Wait(mutex_);
    if (stopper_.joinable()) stopper_.join();
  }

 private:
  void FollowTls(TlsTexts present) {
    const bool mutual = !present.client_ca.empty();
    tls_watch_.emplace(
        options_.tls, std::move(present), parts_->certificate_expiry().grpc,
        [this, mutual](const TlsTexts& texts) {
          if (mutual == texts.client_ca.empty()) {
            return absl::FailedPreconditionError(
                "whether clients need certificates is settled at start");
          }
          transport_->ReplaceTls(KeysOf(texts));
          log_->Info("tls_reloaded", {{"listener", "grpc"}});
          return absl::OkStatus();
        },
        [this](std::string_view why) {
          log_->Warning("tls_not_reloaded", {{"listener", "grpc"}, {"why", std::string(why)}});
        });
    tls_watch_->Start();
  }

  absl::Status StartHttp() {
    if (options_.http.address.empty()) return absl::OkStatus();
    auto http = StartHttpServer(options_, *parts_, *log_, [this] { return readiness_.ready(); });
    if (!http.ok()) return http.status();
    http_ = *std::move(http);
    return absl::OkStatus();
  }

  void ReadyChanged(const absl::Status& status) {
    if (status.ok()) parts_->gate().Open();
    transport_->SetServing(status.ok());
    if (status.ok()) {
      log_->Info("serving");
    } else {
      log_->Warning("not_serving", {{"why", std::string(status.message())}});
    }
  }

  void Stop() {
    log_->Info("stopping");
    readiness_.Stop();
    tls_watch_.reset();
    if (transport_ != nullptr) {
      transport_->SetServing(false);
      if (http_ != nullptr) http_->Drain();
      std::this_thread::sleep_for(options_.drain_delay);
      const auto until = std::chrono::steady_clock::now() + options_.drain_time_max;
      // A PostgreSQL that hangs would keep calls for as long as their deadlines. The rest of the
      // time is for their answers.
      parts_->EndStorageBy(until - options_.drain_time_max / kAnswerShare);
      parts_->StopStreams();
      Drain(until);
      const auto left = [until] {
        const auto time = until - std::chrono::steady_clock::now();
        return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(time),
                        std::chrono::milliseconds::zero());
      };
      if (http_ != nullptr) http_->Shutdown(left());
      transport_->Shutdown(left());
    }
    parts_->Stop();
    for (const std::string& file : {options_.grpc_address_file, options_.http.address_file}) {
      if (!file.empty()) std::remove(file.c_str());
    }
    log_->Info("stopped",
               {{"calls_ok", std::to_string(parts_->calls().Count(absl::StatusCode::kOk))}});
    MutexLock lock(mutex_);
    stopped_ = true;
    changed_.NotifyAll();
  }

  // gRPC cancels what reaches it while it shuts down, and a client cannot tell whether such a call
  // took effect. So calls are turned away in words first, until those in progress have ended and
  // the others have heard.
  void Drain(std::chrono::steady_clock::time_point until) {
    parts_->gate().Close();
    while (parts_->gate().in_flight() > 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(kDrainLookInterval);
    }
    std::this_thread::sleep_until(std::min(until, std::chrono::steady_clock::now() + kGoodbyeTime));
  }

  const ServerOptions options_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Parts> parts_;
  LibraryLog library_log_;
  std::unique_ptr<rpc::GrpcTransport> transport_;
  std::unique_ptr<metrics::Exposition> exposition_;  // null: nobody asked for it
  std::unique_ptr<HttpServer> http_;                 // as above
  std::optional<TlsWatch> tls_watch_;
  MemoryTrim memory_trim_;
  Readiness readiness_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool stopped_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::thread stopper_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> StartServer(const ServerOptions& options) {
  absl::Status status = CheckOptions(options);
  if (!status.ok()) return status;
  absl::StatusOr<Secrets> secrets = ReadSecrets(options.secrets_dir);
  if (!secrets.ok()) {
    return absl::InvalidArgumentError(std::string(secrets.status().message()));
  }
  auto starter = ReadStarter(options.starter);
  if (!starter.ok()) return starter.status();
  absl::StatusOr<std::unique_ptr<Log>> log = Log::Open(options.log);
  if (!log.ok()) return log.status();
  auto parts = Parts::Build(options, **log, *std::move(secrets), *std::move(starter));
  if (!parts.ok()) return parts.status();
  auto server = std::make_unique<RunningServer>(options, *std::move(log), *std::move(parts));
  status = server->Start();
  if (!status.ok()) return status;
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace replyguard::service
