// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/stream_call.h"

#include "service/rpc/dispatch/stream_flow.h"
#include "service/rpc/grpc/grpc_source.h"
#include "service/rpc/status/status_mapping.h"

namespace replyguard::service::rpc {
namespace {

class StreamCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, private StreamSink {
 public:
  StreamCall(Gate& gate, const StreamMethod& method, grpc::CallbackServerContext& context,
             const grpc::ByteBuffer& request, std::size_t request_bytes_max)
      : context_(context),
        source_(context, request, request_bytes_max),
        flow_(gate, method, source_, *this) {}

  void Begin() { flow_.Begin(); }
  void OnWriteDone(bool ok) override { flow_.OnWritten(ok); }
  void OnCancel() override { flow_.OnCancel(); }
  void OnDone() override { delete this; }

 private:
  void Write(const google::protobuf::Message& message) override {
    bytes_ = ToByteBuffer(message);
    StartWrite(&bytes_);
  }
  void Abort() override { context_.TryCancel(); }
  void End(const absl::Status& status, const std::string& request_id) override {
    Finish(status.ok() ? grpc::Status::OK : ToGrpcStatus(status, request_id));
  }

  grpc::CallbackServerContext& context_;
  GrpcSource source_;
  grpc::ByteBuffer bytes_;
  StreamFlow flow_;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartStreamCall(Gate& gate, const StreamMethod& method,
                                                            grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            std::size_t request_bytes_max) {
  auto* call = new StreamCall(gate, method, *context, *request, request_bytes_max);
  call->Begin();
  return call;
}

}  // namespace replyguard::service::rpc
