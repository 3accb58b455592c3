// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/stream_call.h"

#include <memory>
#include <utility>

#include "storage/mutex.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::Message;

class StreamCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  StreamCall(Gate& gate, const StreamMethod& method, grpc::CallbackServerContext& context,
             const grpc::ByteBuffer& request, std::size_t request_bytes_max)
      : base_(gate, method.path, context, request, request_bytes_max), method_(method) {}

  void Begin() {
    const absl::Status status = base_.Guarded([this]() -> absl::Status {
      absl::Status admitted = base_.Admit();
      if (!admitted.ok()) return admitted;
      const auth::Verdict verdict = base_.Authenticate();
      if (verdict == auth::Verdict::kUnknown) {
        const bool taken = base_.gate().executor().TryRun([this] { LookAndOpen(); });
        return taken ? absl::OkStatus() : Overloaded();
      }
      absl::Status authenticated = Gate::ToStatus(verdict);
      return authenticated.ok() ? Open() : authenticated;
    });
    if (!status.ok()) End(status);
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      if (!ok) cancelled_ = true;
    }
    Pump();
  }

  void OnCancel() override {
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
    }
    Pump();
  }

  void OnDone() override {
    // After this the source calls no more.
    if (source_ != nullptr) source_->Cancel();
    delete this;
  }

 private:
  void LookAndOpen() {
    const absl::Status status = base_.Guarded([this]() -> absl::Status {
      absl::Status authenticated = Gate::ToStatus(base_.AuthenticateByLook());
      return authenticated.ok() ? Open() : authenticated;
    });
    if (!status.ok()) End(status);
  }

  absl::Status Open() {
    absl::StatusOr<const Message*> request = base_.Parse(*method_.request);
    if (!request.ok()) return request.status();
    absl::StatusOr<std::unique_ptr<StreamSource>> source =
        method_.open(base_.call(), **request, [this] { Pump(); });
    if (!source.ok()) return source.status();
    base_.LeaveGate();
    {
      MutexLock lock(mutex_);
      source_ = *std::move(source);
      open_ = true;
    }
    Pump();
    return absl::OkStatus();
  }

  // Writes the next message if there is one and none is being written; ends when it is time.
  void Pump() {
    absl::Status end;
    {
      MutexLock lock(mutex_);
      if (!open_ || writing_ || ended_) return;
      end = cancelled_ ? absl::CancelledError("the client is gone") : NextLocked();
      if (end.ok()) {
        if (!writing_) return;
      } else {
        ended_ = true;
      }
    }
    // Outside the lock: gRPC may call back at once. `writing_` or `ended_` keeps others away.
    if (end.ok()) {
      StartWrite(&message_);
    } else {
      Finish(base_.Conclude(end));
    }
  }

  // Sets writing_ when message_ holds something to write; otherwise why the stream ends, OK for not
  // yet.
  absl::Status NextLocked() REPLYGUARD_REQUIRES(mutex_) {
    return base_.Guarded([this]() REPLYGUARD_NO_THREAD_SAFETY_ANALYSIS -> absl::Status {
      // Before Next: a source that has ended puts nothing more.
      absl::Status end = source_->end_status();
      const std::unique_ptr<Message> response(method_.response->New());
      if (!source_->Next(*response)) return end;
      message_ = ToByteBuffer(*response);
      writing_ = true;
      return absl::OkStatus();
    });
  }

  void End(const absl::Status& status) {
    {
      MutexLock lock(mutex_);
      if (ended_) return;
      ended_ = true;
    }
    Finish(base_.Conclude(status));
  }

  CallBase base_;
  const StreamMethod& method_;
  Mutex mutex_;
  std::unique_ptr<StreamSource> source_;
  bool open_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool writing_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool cancelled_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  bool ended_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  grpc::ByteBuffer message_;
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
