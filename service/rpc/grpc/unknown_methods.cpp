// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/unknown_methods.h"

#include <memory>
#include <utility>

#include "service/rpc/grpc/begun_calls.h"
#include "service/rpc/grpc/connection_watch.h"

namespace replyguard::service::rpc {
namespace {

class Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Reactor(std::unique_ptr<BegunCalls::Call> begun) : begun_(std::move(begun)) {
    Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""));
  }
  void OnDone() override { delete this; }

 private:
  const std::unique_ptr<BegunCalls::Call> begun_;
};

}  // namespace

grpc::ServerGenericBidiReactor* UnknownMethods::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new Reactor(ConnectionWatch::OfProcess().begun_calls().Begin(context->peer(), nullptr));
}

}  // namespace replyguard::service::rpc
