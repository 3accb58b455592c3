// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/grpc_transport.h"

#include <grpc/support/time.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "service/rpc/grpc/connection_watch.h"
#include "service/rpc/grpc/health_service.h"
#include "service/rpc/grpc/reflection_service.h"
#include "service/rpc/grpc/socket_facts.h"
#include "service/rpc/grpc/table_service.h"
#include "service/rpc/grpc/unknown_methods.h"
#include "service/usecases/pacer.h"

namespace replyguard::service::rpc {
namespace {

// A connection without a word is asked after this, and dropped when it does not answer in time.
constexpr int kKeepaliveTimeMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// Clients may ask no more often.
constexpr int kClientPingIntervalMinMs = 10'000;
// How long a connection may take to say its first word.
constexpr int kHandshakeTimeoutMs = 20'000;

// Messages that are so many times too large are read to their end and refused by the call, so that
// ConnectionWatch hears of the end. Those that gRPC refuses, which reads them, too, would count as
// unfinished.
constexpr std::size_t kTooLargeFactor = 2;
constexpr std::size_t kMessageBytesMax = std::numeric_limits<int>::max();

// What gRPC may hold of messages that are not whole yet; beyond it gives smaller windows, and then
// ends calls.
constexpr std::size_t kUnfinishedBytesMax = 256U << 20U;

constexpr std::chrono::milliseconds kRelieveInterval{50};
constexpr int kRelievesASweep = 5;
// How long a client may take for an answer: as long as for a call.
constexpr std::chrono::milliseconds kAnswerTimeMax = kCallTimeMax;
// The same while there is no room for the answers to others.
constexpr std::chrono::milliseconds kAnswerTimePressedMax{10'000};
// How long the end of a call may take before its connection, which others may share, is cut: a slow
// reader still takes what was on its way.
constexpr std::chrono::milliseconds kEndTimeMax{15'000};
// Looks at whether the last answers are taken, and how many of them in a row may find that none
// are. Not a time: a machine that stands still takes none either.
constexpr std::chrono::milliseconds kSettleInterval{10};
constexpr int kIdleLooksMax = 200;
// For what is left then.
constexpr std::chrono::milliseconds kFarewellTimeMax{2'000};

// A call's message, the largest by the slowest: as long as for a call.
constexpr std::chrono::milliseconds kMessageTimeMax = kCallTimeMax;

// Whether somebody takes calls at "unix:/path". gRPC removes a socket that is there, whoever
// listens at it; only one that a dead server left may go.
bool IsTaken(std::string_view address) {
  if (!address.starts_with(kUnix)) return false;
  address.remove_prefix(kUnix.size());
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.size() >= sizeof name.sun_path) return false;  // gRPC says so
  address.copy(name.sun_path, address.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  // Whatever else it is, it is not known to be nobody's.
  const bool taken = connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ||
                     (errno != ECONNREFUSED && errno != ENOENT && errno != ENOTDIR);
  close(fd);
  return taken;
}

// "host:0" with the port that was taken.
std::string BoundAddress(const std::string& address, int port) {
  if (address.starts_with(kUnix)) return address;
  const std::size_t colon = address.rfind(':');
  return address.substr(0, colon) + ":" + std::to_string(port);
}

// As ConnectionWatch calls it.
std::string ListenerName(std::string_view address, int port) {
  if (!address.starts_with(kUnix)) return ":" + std::to_string(port);
  address.remove_prefix(kUnix.size());
  if (address.starts_with("///")) address.remove_prefix(2);  // "unix:///path"
  return std::string(kUnix) + std::string(address);
}

class Transport final : public GrpcTransport {
 public:
  Transport(const GrpcTransportOptions& options, Gate& gate, const MethodTable& table)
      : gate_(gate) {
    std::vector<std::string> names;
    for (const auto* service : ContractServices()) {
      services_.push_back(
          std::make_unique<TableService>(*service, table, gate, options.request_bytes_max));
      names.push_back(service->full_name());
    }
    health_ = std::make_unique<HealthService>(names);
    for (const char* name : {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}) {
      names.emplace_back(name);
    }
    reflection_ = std::make_unique<ReflectionService>(std::move(names));
  }
  ~Transport() override {
    Shutdown(std::chrono::milliseconds(0));
    pacer_.Stop();
    if (watcher_.joinable()) watcher_.join();
  }

  absl::Status Start(const GrpcTransportOptions& options) {
    if (IsTaken(options.address)) {
      return absl::UnavailableError("another server listens at " + options.address);
    }
    grpc::ServerBuilder builder;
    int port = 0;
    if (!options.tls.certificate.empty()) {
      tls_ = std::make_shared<ReloadingCredentials>(options.tls);
    }
    builder.AddListeningPort(options.address,
                             tls_ != nullptr ? tls_ : grpc::InsecureServerCredentials(), &port);
    // gRPC inflates a message before it looks at its size, whoever sent it.
    for (const auto algorithm : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP}) {
      builder.SetCompressionAlgorithmSupportStatus(algorithm, false);
    }
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    for (const auto& service : services_) builder.RegisterService(service.get());
    builder.RegisterService(health_.get());
    builder.RegisterService(reflection_.get());
    builder.RegisterCallbackGenericService(&unknown_methods_);
    builder.SetMaxReceiveMessageSize(
        static_cast<int>(std::min(kMessageBytesMax, kTooLargeFactor * options.request_bytes_max)));
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE,
                               static_cast<int>(options.metadata_bytes_max));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                               static_cast<int>(options.calls_per_connection_max));
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               kClientPingIntervalMinMs);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
    // Two servers on one port would share its calls by chance.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    grpc::ResourceQuota quota("replyguard");
    quota.Resize(kUnfinishedBytesMax);
    builder.SetResourceQuota(quota);
    builder.SetContextAllocator(ConnectionWatch::OfProcess().CountCalls());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      return absl::UnavailableError("cannot listen on " + options.address);
    }
    address_ = BoundAddress(options.address, port);
    listener_ = ListenerName(options.address, port);
    watcher_ = std::thread(
        [this, bounds = CallBounds{options.calls_per_connection_max,
                                   options.calls_in_progress_max + HealthService::kWatchesMax +
                                       ReflectionService::kStreamsMax}] { Watch(bounds); });
    return absl::OkStatus();
  }

  std::string address() const override { return address_; }

  void SetServing(bool serving) override { health_->SetServing(serving); }

  void ReplaceTls(TlsKeys keys) override {
    if (tls_ != nullptr) tls_->Replace(std::move(keys));
  }

  void Shutdown(std::chrono::milliseconds drain_time_max) override {
    // Somebody else may listen there by the second time.
    if (server_ == nullptr || std::exchange(shut_down_, true)) return;
    const auto until = std::chrono::steady_clock::now() + drain_time_max;
    AwaitReaders(until);
    ConnectionWatch::OfProcess().EndAll(listener_, gate_.answers().Connections());
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    const auto farewell = std::clamp(left, std::chrono::milliseconds::zero(), kFarewellTimeMax);
    // By the clock that nobody sets.
    server_->Shutdown(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                   gpr_time_from_millis(farewell.count(), GPR_TIMESPAN)));
    server_->Wait();
  }

 private:
  // Their connections go on meanwhile: who calls is turned away in words.
  void AwaitReaders(std::chrono::steady_clock::time_point until) {
    auto& watch = ConnectionWatch::OfProcess();
    std::vector<std::string> unsettled = watch.PeersAt(listener_);
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (int idle = 0; idle < kIdleLooksMax; ++idle) {
      // What gRPC holds first: it passes from there to the system.
      const auto held = static_cast<std::int64_t>(gate_.answers().bytes());
      const std::int64_t left = held + watch.RemoveSettled(unsettled);
      if (held > 0) unsettled = watch.PeersAt(listener_);  // whoever it is of has it before him
      if ((held == 0 && unsettled.empty()) || std::chrono::steady_clock::now() >= until) return;
      if (left < std::exchange(least, std::min(least, left))) idle = 0;
      std::this_thread::sleep_for(kSettleInterval);
    }
  }

  void Watch(const CallBounds& bounds) {
    auto& watch = ConnectionWatch::OfProcess();
    for (int turn = 0; pacer_.Pause(kRelieveInterval); ++turn) {
      watch.Relieve(bounds);
      if (turn % kRelievesASweep != 0) continue;
      const auto patience = gate_.answers().is_pressed() ? kAnswerTimePressedMax : kAnswerTimeMax;
      const auto now = std::chrono::steady_clock::now();
      gate_.answers().EndOverdue(now - patience);
      watch.CutSlow(gate_.answers().Unended(now - kEndTimeMax));
      watch.begun_calls().EndOverdue(now - kMessageTimeMax);
      watch.Sweep();
    }
  }

  Gate& gate_;
  std::vector<std::unique_ptr<TableService>> services_;
  std::unique_ptr<HealthService> health_;
  std::unique_ptr<ReflectionService> reflection_;
  UnknownMethods unknown_methods_;
  std::shared_ptr<ReloadingCredentials> tls_;  // null: plain text
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::string listener_;
  bool shut_down_ = false;
  Pacer pacer_;
  std::thread watcher_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcTransport>> StartGrpcTransport(
    const GrpcTransportOptions& options, Gate& gate, const MethodTable& table) {
  // Builds of Abseil with assertions search gRPC's locks for cycles, at every one that is taken.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  auto transport = std::make_unique<Transport>(options, gate, table);
  absl::Status status = transport->Start(options);
  if (!status.ok()) return status;
  return std::unique_ptr<GrpcTransport>(std::move(transport));
}

}  // namespace replyguard::service::rpc
