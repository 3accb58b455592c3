// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/unary_flow.h"

#include <atomic>
#include <chrono>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {

using google::protobuf::Message;

UnaryFlow::UnaryFlow(Gate& gate, const UnaryMethod& method, CallSource& source, Answer answer)
    : call_(gate, method.path, source), method_(method), answer_(std::move(answer)) {}

void UnaryFlow::Begin() {
  const absl::Status status = call_.Guarded([this]() -> absl::Status {
    absl::Status admitted = call_.Admit();
    if (!admitted.ok()) return admitted;
    if (method_.for_everybody) {
      absl::Status unasked = call_.AdmittedUnasked(*method_.descriptor);
      if (!unasked.ok()) return unasked;
      return call_.EnqueueStranger([this] { OnExecutor(false); });
    }
    const auth::Verdict verdict = call_.Authenticate();
    if (verdict == auth::Verdict::kUnknown) return ToExecutor(true);
    absl::Status authenticated = call_.Admitted(verdict, *method_.descriptor);
    if (!authenticated.ok()) return authenticated;
    return ProceedHere();
  });
  if (!status.ok()) End(status);
}

absl::Status UnaryFlow::ProceedHere() {
  if (!call_.ReadsInPassing()) {
    return method_.scores ? call_.EnqueueScoring([this] { OnScorer(); }) : ToExecutor(false);
  }
  if (absl::Status read = Read(); !read.ok()) return read;
  if (method_.blocks(*request_)) return ToExecutor(false);
  if (!method_.scores) {
    RunMethod();
    return absl::OkStatus();
  }
  Gate& gate = call_.gate();
  if (!gate.BeginScoring()) return call_.EnqueueScoring([this] { OnScorer(); });
  const absl::Cleanup end = [&gate] { gate.EndScoring(); };
  RunMethod();
  return absl::OkStatus();
}

absl::Status UnaryFlow::Proceed() {
  if (absl::Status read = Read(); !read.ok()) return read;
  RunMethod();
  return absl::OkStatus();
}

absl::Status UnaryFlow::Read() {
  if (request_ != nullptr) return absl::OkStatus();
  absl::StatusOr<const Message*> request = call_.Parse(*method_.request);
  if (!request.ok()) return request.status();
  request_ = *request;
  response_ = call_.NewMessage(*method_.response);
  return absl::OkStatus();
}

void UnaryFlow::RunMethod() {
  method_.run(call_.context(), *request_, *response_,
              [this](const absl::Status& status) { End(status); });
}

absl::Status UnaryFlow::ToExecutor(bool look) {
  return call_.Enqueue([this, look] { OnExecutor(look); });
}

void UnaryFlow::OnExecutor(bool look) {
  const absl::Status status = call_.Guarded([this, look]() -> absl::Status {
    if (absl::Status wanted = call_.StillWanted(); !wanted.ok()) return wanted;
    if (method_.for_everybody) call_.NoteKey();
    if (look) {
      absl::Status authenticated = call_.Admitted(call_.AuthenticateByLook(), *method_.descriptor);
      if (!authenticated.ok()) return authenticated;
    }
    return Proceed();
  });
  if (!status.ok()) End(status);
}

void UnaryFlow::OnScorer() {
  const absl::Status status = call_.Guarded([this]() -> absl::Status {
    absl::Status wanted = call_.StillWanted();
    return wanted.ok() ? Proceed() : wanted;
  });
  if (!status.ok()) End(status);
}

// The first call counts: a handler that completed and then threw has been answered.
void UnaryFlow::End(const absl::Status& status) {
  if (ended_.exchange(true)) return;
  const std::string request_id = call_.Conclude(status);
  // The answer may destroy this.
  const Answer answer = std::move(answer_);
  answer(status, request_id, status.ok() ? response_ : nullptr);
}

}  // namespace replyguard::service::rpc
