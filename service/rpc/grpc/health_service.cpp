// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/health_service.h"

#include <grpc/health/v1/health.pb.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "service/rpc/grpc/awaited_message.h"
#include "service/rpc/grpc/connection_watch.h"
#include "service/rpc/grpc/grpc_source.h"
#include "service/rpc/grpc/socket_facts.h"

namespace replyguard::service::rpc {
namespace {

using grpc::ByteBuffer;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using grpc::internal::CallbackServerStreamingHandler;
using grpc::internal::CallbackUnaryHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

// Whose health is asked for; nothing for what is no request.
std::optional<std::string> ServiceOf(const ByteBuffer& request) {
  HealthCheckRequest parsed;
  if (!FromByteBuffer(request, parsed)) return std::nullopt;
  return parsed.service();
}

ByteBuffer Answer(HealthCheckResponse::ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  return ToByteBuffer(response);
}

HealthCheckResponse::ServingStatus StatusOf(bool serving) {
  return serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

const grpc::Status& NoRequest() {
  static const auto* const kStatus =
      new grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the request cannot be parsed");
  return *kStatus;
}

class RefusedWatch final : public grpc::ServerWriteReactor<ByteBuffer> {
 public:
  explicit RefusedWatch(const grpc::Status& why) { Finish(why); }
  void OnDone() override { delete this; }
};

}  // namespace

// Deletes itself when gRPC is done with it. One message is in flight; of what changes meanwhile the
// last is told.
class HealthService::Watch final : public grpc::ServerWriteReactor<ByteBuffer> {
 public:
  Watch(HealthService& service, grpc::CallbackServerContext& context, std::string network,
        bool is_known)
      : service_(service), context_(context), network_(std::move(network)), is_known_(is_known) {}

  const std::string& network() const { return network_; }
  // Also one whose client takes nothing. REQUIRES: gRPC is not done with it.
  void Cancel() { context_.TryCancel(); }

  void Tell(bool serving) {
    MutexLock lock(mutex_);
    wanted_ = is_known_ ? StatusOf(serving) : HealthCheckResponse::SERVICE_UNKNOWN;
    WriteNext();
  }
  void OnWriteDone(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    if (ok) {
      WriteNext();
    } else {
      End();
    }
  }
  void OnCancel() override {
    MutexLock lock(mutex_);
    End();
  }
  void OnDone() override {
    {
      MutexLock lock(service_.mutex_);
      service_.Forget(*this);
    }
    delete this;
  }

 private:
  void WriteNext() REPLYGUARD_REQUIRES(mutex_) {
    if (ended_ || writing_ || wanted_ == told_) return;
    writing_ = true;
    told_ = wanted_;
    bytes_ = Answer(wanted_);
    StartWrite(&bytes_);
  }
  void End() REPLYGUARD_REQUIRES(mutex_) {
    if (std::exchange(ended_, true)) return;
    Finish(grpc::Status(grpc::StatusCode::CANCELLED, ""));
  }

  HealthService& service_;
  grpc::CallbackServerContext& context_;
  const std::string network_;
  const bool is_known_;
  Mutex mutex_;  // after the service's
  HealthCheckResponse::ServingStatus wanted_ REPLYGUARD_GUARDED_BY(mutex_) =
      HealthCheckResponse::UNKNOWN;
  HealthCheckResponse::ServingStatus told_ REPLYGUARD_GUARDED_BY(mutex_) =
      HealthCheckResponse::UNKNOWN;
  bool writing_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool ended_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  ByteBuffer bytes_ REPLYGUARD_GUARDED_BY(mutex_);
};

HealthService::HealthService(const std::vector<std::string>& names)
    : names_(names.begin(), names.end()) {
  names_.emplace();
  AddMethod(
      new RpcServiceMethod("/grpc.health.v1.Health/Check", RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(
      0, new AwaitedMessage(std::make_unique<CallbackUnaryHandler<ByteBuffer, ByteBuffer>>(
             [this](grpc::CallbackServerContext* context, const ByteBuffer* request,
                    ByteBuffer* response) { return Check(*context, *request, *response); })));
  AddMethod(
      new RpcServiceMethod("/grpc.health.v1.Health/Watch", RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(
      1,
      new AwaitedMessage(std::make_unique<CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>>(
          [this](grpc::CallbackServerContext* context, const ByteBuffer* request) {
            return StartWatch(*context, *request);
          })));
}

void HealthService::SetServing(bool serving) {
  MutexLock lock(mutex_);
  serving_ = serving;
  for (Watch* const watch : watches_) watch->Tell(serving);
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext& context,
                                               const ByteBuffer& request, ByteBuffer& response) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  const std::optional<std::string> service = ServiceOf(request);
  if (!service) {
    reactor->Finish(NoRequest());
  } else if (!names_.contains(*service)) {
    reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "service name unknown"));
  } else {
    MutexLock lock(mutex_);
    response = Answer(StatusOf(serving_));
    reactor->Finish(grpc::Status::OK);
  }
  return reactor;
}

grpc::ServerWriteReactor<ByteBuffer>* HealthService::StartWatch(
    grpc::CallbackServerContext& context, const ByteBuffer& request) {
  const std::optional<std::string> service = ServiceOf(request);
  if (!service) return new RefusedWatch(NoRequest());
  const std::string network = NetworkOfName(NameOfGrpc(context.peer()));
  MutexLock lock(mutex_);
  if (!MakeRoom(network)) {
    return new RefusedWatch(
        grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many watches are open"));
  }
  auto* const watch = new Watch(*this, context, network, names_.contains(*service));
  watches_.insert(watch);
  ++networks_[network];
  watch->Tell(serving_);
  return watch;
}

bool HealthService::MakeRoom(const std::string& network) {
  const auto found = networks_.find(network);
  const std::size_t own = found == networks_.end() ? 0 : found->second;
  if (own >= kWatchesPerNetworkMax) return false;
  if (watches_.size() < kWatchesMax) return true;
  const BegunCalls& calls = ConnectionWatch::OfProcess().begun_calls();
  const std::string* most = nullptr;
  std::size_t of_most = calls.IsKnown(network) ? 0 : own + 1;
  for (const auto& [other, count] : networks_) {
    if (count <= of_most || calls.IsKnown(other)) continue;
    most = &other;
    of_most = count;
  }
  if (most == nullptr) return false;
  Watch& ended = **std::find_if(watches_.begin(), watches_.end(),
                                [most](const Watch* of) { return of->network() == *most; });
  Forget(ended);
  ended.Cancel();  // it is there until it has the lock
  return true;
}

void HealthService::Forget(Watch& watch) {
  if (watches_.erase(&watch) == 0) return;  // it was ended
  const auto own = networks_.find(watch.network());
  if (--own->second == 0) networks_.erase(own);
}

}  // namespace replyguard::service::rpc
