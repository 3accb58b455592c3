// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/stream_call.h"

#include <memory>
#include <utility>

#include "service/rpc/dispatch/stream_flow.h"
#include "service/rpc/grpc/grpc_source.h"
#include "service/rpc/status/status_mapping.h"

namespace replyguard::service::rpc {
namespace {

// Lives until gRPC is done with it and nobody else holds it.
class StreamCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                         public std::enable_shared_from_this<StreamCall>,
                         private StreamSink {
 public:
  StreamCall(Gate& gate, const StreamMethod& method, grpc::CallbackServerContext& context,
             const grpc::ByteBuffer& request, std::size_t request_bytes_max)
      : context_(context),
        source_(context, request, request_bytes_max),
        flow_(gate, method, source_, *this) {}

  void Begin() {
    self_ = shared_from_this();
    flow_.Begin();
  }
  void OnWriteDone(bool ok) override { flow_.OnWritten(ok); }
  void OnCancel() override { flow_.OnCancel(); }
  // Moved out first: it may be the last.
  void OnDone() override { const std::shared_ptr<StreamCall> self = std::move(self_); }

 private:
  void Write(const google::protobuf::Message& message) override {
    bytes_ = ToByteBuffer(message);
    StartWrite(&bytes_);
  }
  void Abort() override { context_.TryCancel(); }
  void End(const absl::Status& status, const std::string& request_id) override {
    Finish(status.ok() ? grpc::Status::OK : ToGrpcStatus(status, request_id));
  }
  std::shared_ptr<void> Hold() override { return shared_from_this(); }

  std::shared_ptr<StreamCall> self_;  // gRPC's
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
  const auto call =
      std::make_shared<StreamCall>(gate, method, *context, *request, request_bytes_max);
  call->Begin();
  return call.get();
}

}  // namespace replyguard::service::rpc
