// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/unary_call.h"

#include <atomic>
#include <utility>

#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::Message;

class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(Gate& gate, const UnaryMethod& method, grpc::CallbackServerContext& context,
            const grpc::ByteBuffer& request, grpc::ByteBuffer& response,
            std::size_t request_bytes_max)
      : base_(gate, method.path, context, request, request_bytes_max),
        method_(method),
        response_bytes_(response) {}

  void Begin() {
    const absl::Status status = base_.Guarded([this]() -> absl::Status {
      absl::Status admitted = base_.Admit();
      if (!admitted.ok()) return admitted;
      const auth::Verdict verdict = base_.Authenticate();
      if (verdict == auth::Verdict::kUnknown) return ToExecutor(true);
      absl::Status authenticated = Gate::ToStatus(verdict);
      if (!authenticated.ok()) return authenticated;
      return Proceed(false);
    });
    if (!status.ok()) End(status);
  }

  void OnDone() override { delete this; }

 private:
  // OK: the call went on and ends by itself. Otherwise it is to be ended.
  absl::Status Proceed(bool may_block) {
    if (request_ == nullptr) {
      absl::StatusOr<const Message*> request = base_.Parse(*method_.request);
      if (!request.ok()) return request.status();
      request_ = *request;
      response_ = base_.NewMessage(*method_.response);
    }
    if (!may_block && method_.blocks(*request_)) return ToExecutor(false);
    method_.run(base_.call(), *request_, *response_,
                [this](const absl::Status& status) { End(status); });
    return absl::OkStatus();
  }

  absl::Status ToExecutor(bool look) {
    const bool taken = base_.gate().executor().TryRun([this, look] { OnExecutor(look); });
    return taken ? absl::OkStatus() : Overloaded();
  }

  void OnExecutor(bool look) {
    const absl::Status status = base_.Guarded([this, look]() -> absl::Status {
      if (std::chrono::steady_clock::now() + kDeadlineMargin > base_.call().deadline) {
        return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_TOO_NEAR",
                         "the call waited too long for a thread; nothing was done");
      }
      if (look) {
        absl::Status authenticated = Gate::ToStatus(base_.AuthenticateByLook());
        if (!authenticated.ok()) return authenticated;
      }
      return Proceed(true);
    });
    if (!status.ok()) End(status);
  }

  // The first call counts: a handler that completed and then threw has been answered.
  void End(const absl::Status& status) {
    if (ended_.exchange(true)) return;
    if (status.ok()) response_bytes_ = ToByteBuffer(*response_);
    Finish(base_.Conclude(status));
  }

  CallBase base_;
  const UnaryMethod& method_;
  grpc::ByteBuffer& response_bytes_;
  const Message* request_ = nullptr;
  Message* response_ = nullptr;
  std::atomic<bool> ended_{false};
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
