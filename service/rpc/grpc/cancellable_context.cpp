// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/cancellable_context.h"

#include <grpc/grpc.h>

namespace replyguard::service::rpc {

CancellableContext::~CancellableContext() {
  if (handle_ == nullptr) return;
  MutexLock lock(handle_->mutex);
  handle_->call = nullptr;
}

std::function<void()> CancellableContext::Canceller() {
  if (handle_ == nullptr) {
    handle_ = std::make_shared<Handle>();
    MutexLock lock(handle_->mutex);
    handle_->call = c_call();
  }
  return [handle = handle_] {
    grpc_call* call = nullptr;
    {
      MutexLock lock(handle->mutex);
      call = handle->call;
      if (call == nullptr) return;
      grpc_call_ref(call);
    }
    // Not under the lock: it may run what the call's end runs.
    grpc_call_cancel(call, nullptr);
    grpc_call_unref(call);
  };
}

}  // namespace replyguard::service::rpc
