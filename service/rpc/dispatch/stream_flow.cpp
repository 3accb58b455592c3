// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/stream_flow.h"

#include <optional>
#include <utility>

#include "service/usecases/errors.h"

namespace replyguard::service::rpc {

using google::protobuf::Message;

StreamFlow::StreamFlow(Gate& gate, const StreamMethod& method, CallSource& source, StreamSink& sink)
    : call_(gate, method.path, source), method_(method), sink_(sink) {}

StreamFlow::~StreamFlow() {
  if (stream_ != nullptr) stream_->Cancel();
}

void StreamFlow::Begin() {
  const absl::Status status = call_.Guarded([this]() -> absl::Status {
    absl::Status admitted = call_.Admit();
    if (!admitted.ok()) return admitted;
    const auth::Verdict verdict = call_.Authenticate();
    if (verdict == auth::Verdict::kUnknown) {
      // Once it is open a client that goes away ends it, while this thread still uses it.
      return call_.Enqueue([this, hold = sink_.Hold()] { LookAndOpen(); });
    }
    absl::Status authenticated = call_.Admitted(verdict, *method_.descriptor);
    return authenticated.ok() ? Open() : authenticated;
  });
  if (!status.ok()) End(status);
}

void StreamFlow::OnWritten(bool ok) {
  {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
  }
  Pump();
}

void StreamFlow::OnCancel() {
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
  }
  Pump();
}

void StreamFlow::LookAndOpen() {
  const absl::Status status = call_.Guarded([this]() -> absl::Status {
    absl::Status authenticated = call_.Admitted(call_.AuthenticateByLook(), *method_.descriptor);
    return authenticated.ok() ? Open() : authenticated;
  });
  if (!status.ok()) End(status);
}

absl::Status StreamFlow::Open() {
  absl::StatusOr<const Message*> request = call_.Parse(*method_.request);
  if (!request.ok()) return request.status();
  absl::StatusOr<std::unique_ptr<StreamSource>> stream =
      method_.open(call_.context(), **request, [this] { Pump(); });
  if (!stream.ok()) return stream.status();
  call_.LeaveGate();
  {
    MutexLock lock(mutex_);
    stream_ = *std::move(stream);
    open_ = true;
  }
  Pump();
  return absl::OkStatus();
}

// Writes the next message if there is one and none is being written; ends when it is time.
void StreamFlow::Pump() {
  absl::Status end;
  bool abort = false;
  {
    MutexLock lock(mutex_);
    if (!open_ || ended_) return;
    abort = MustAbortLocked();
    if (writing_ && !abort) return;
    if (!abort) end = cancelled_ ? absl::CancelledError("the client is gone") : NextLocked();
    if (!end.ok()) {
      ended_ = true;
    } else if (!writing_) {
      return;
    }
  }
  // Outside the lock: the transport may call back at once. `writing_` or `ended_` keeps others
  // away.
  if (abort) {
    sink_.Abort();
  } else if (end.ok()) {
    sink_.Write(*message_);
  } else {
    const std::string request_id = call_.Conclude(end);
    sink_.End(end, request_id);
  }
}

// A stream that ends because nobody reads it would otherwise wait for its reader.
bool StreamFlow::MustAbortLocked() {
  if (!writing_ || aborted_) return false;
  const std::optional<ErrorDetail> detail = GetErrorDetail(stream_->end_status());
  aborted_ =
      detail &&
      (detail->reason == reasons::kSlowReader || detail->reason == reasons::kKeyGone ||
       detail->reason == reasons::kPermissionDenied || detail->reason == reasons::kRightsChanged);
  return aborted_;
}

// Sets writing_ when message_ holds something to write; otherwise why the stream ends, OK for not
// yet.
absl::Status StreamFlow::NextLocked() {
  return call_.Guarded([this]() REPLYGUARD_NO_THREAD_SAFETY_ANALYSIS -> absl::Status {
    // Before Next: a source that has ended puts nothing more.
    absl::Status end = stream_->end_status();
    message_.reset(method_.response->New());
    if (!stream_->Next(*message_)) return end;
    writing_ = true;
    return absl::OkStatus();
  });
}

void StreamFlow::End(const absl::Status& status) {
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
  }
  const std::string request_id = call_.Conclude(status);
  sink_.End(status, request_id);
}

}  // namespace replyguard::service::rpc
