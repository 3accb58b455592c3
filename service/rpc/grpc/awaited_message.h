// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A method's handler that reads the call's one message itself, which gRPC does before it tells
// anybody of the call: that one waits for as long as its client pleases, and nobody else knows of
// it. Its method is to be one of RpcMethod::BIDI_STREAMING, whatever it is: of those gRPC tells at
// once.
//
// What waits is of ConnectionWatch::begun_calls() of the process. Thread-safe, as handlers are.
#pragma once

#include <grpcpp/impl/rpc_service_method.h>

#include <memory>
#include <utility>

#include "service/rpc/grpc/begun_calls.h"

struct grpc_call;

namespace replyguard::service::rpc {

// For one that waits for its client: ends it in words. Keeps it.
BegunCalls::End EndOf(grpc_call* call);

class AwaitedMessage final : public grpc::internal::MethodHandler {
 public:
  // `handler` takes the call once its message is there, or will never be.
  explicit AwaitedMessage(std::unique_ptr<grpc::internal::MethodHandler> handler)
      : handler_(std::move(handler)) {}
  // REQUIRES: the context is of ConnectionWatch::CountCalls.
  void RunHandler(const HandlerParameter& call) override;

 private:
  const std::unique_ptr<grpc::internal::MethodHandler> handler_;
};

}  // namespace replyguard::service::rpc
