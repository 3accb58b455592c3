// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/unary_call.h"

#include <atomic>

#include "service/rpc/dispatch/unary_flow.h"
#include "service/rpc/grpc/grpc_source.h"
#include "service/rpc/status/status_mapping.h"

namespace replyguard::service::rpc {
namespace {

// Lives until the call is answered and Begin has returned, whichever is later. gRPC gets its own
// reactor, not this: it would tell one of ours of the end by way of another thread.
class UnaryCall {
 public:
  UnaryCall(Gate& gate, const UnaryMethod& method, grpc::CallbackServerContext& context,
            const grpc::ByteBuffer& request, grpc::ByteBuffer& response,
            std::size_t request_bytes_max)
      : source_(context, request, request_bytes_max),
        response_bytes_(response),
        reactor_(context.DefaultReactor()),
        flow_(gate, method, source_,
              [this](const absl::Status& status, const std::string& request_id,
                     const google::protobuf::Message* message) {
                if (message != nullptr) response_bytes_ = Answer(*message);
                reactor_->Finish(status.ok() ? grpc::Status::OK : ToGrpcStatus(status, request_id));
                Release();
              }) {}

  void Begin() {
    flow_.Begin();
    Release();
  }
  grpc::ServerUnaryReactor* reactor() const { return reactor_; }

 private:
  void Release() {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  grpc::ByteBuffer Answer(const google::protobuf::Message& message) {
    const std::size_t size = message.ByteSizeLong();
    return ToByteBuffer(message, size, flow_.HoldAnswer(size));
  }

  std::atomic<int> holders_{2};  // the answer and Begin
  GrpcSource source_;
  grpc::ByteBuffer& response_bytes_;
  grpc::ServerUnaryReactor* const reactor_;
  UnaryFlow flow_;
};

}  // namespace

grpc::ServerUnaryReactor* StartUnaryCall(Gate& gate, const UnaryMethod& method,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response,
                                         std::size_t request_bytes_max) {
  auto* call = new UnaryCall(gate, method, *context, *request, *response, request_bytes_max);
  grpc::ServerUnaryReactor* reactor = call->reactor();
  call->Begin();
  return reactor;
}

}  // namespace replyguard::service::rpc
