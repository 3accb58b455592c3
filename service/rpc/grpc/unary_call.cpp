// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/unary_call.h"

#include "service/rpc/dispatch/unary_flow.h"
#include "service/rpc/grpc/grpc_source.h"
#include "service/rpc/status/status_mapping.h"

namespace replyguard::service::rpc {
namespace {

class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(Gate& gate, const UnaryMethod& method, grpc::CallbackServerContext& context,
            const grpc::ByteBuffer& request, grpc::ByteBuffer& response,
            std::size_t request_bytes_max)
      : source_(context, request, request_bytes_max),
        response_bytes_(response),
        flow_(gate, method, source_,
              [this](const absl::Status& status, const std::string& request_id,
                     const google::protobuf::Message* message) {
                if (message != nullptr) response_bytes_ = ToByteBuffer(*message);
                Finish(status.ok() ? grpc::Status::OK : ToGrpcStatus(status, request_id));
              }) {}

  void Begin() { flow_.Begin(); }
  void OnDone() override { delete this; }

 private:
  GrpcSource source_;
  grpc::ByteBuffer& response_bytes_;
  UnaryFlow flow_;
};

}  // namespace

grpc::ServerUnaryReactor* StartUnaryCall(Gate& gate, const UnaryMethod& method,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response,
                                         std::size_t request_bytes_max) {
  auto* call = new UnaryCall(gate, method, *context, *request, *response, request_bytes_max);
  call->Begin();
  return call;
}

}  // namespace replyguard::service::rpc
