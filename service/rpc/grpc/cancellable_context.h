// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The context of a call of gRPC, as every call of ours has one (ConnectionWatch::CountCalls), that
// lets somebody end the call who does not know whether it is still there.
//
// Thread-safe: what Canceller gave, against the context's end. The rest as gRPC's.
#pragma once

#include <grpcpp/server_context.h>

#include <functional>
#include <memory>
#include <utility>

#include "service/rpc/grpc/begun_calls.h"
#include "storage/mutex.h"

struct grpc_call;

namespace replyguard::service::rpc {

class CancellableContext final : public grpc::CallbackServerContext {
 public:
  ~CancellableContext() override;

  // Ends the call, and gives up what it has not sent, if it is there still; may be kept for longer.
  // REQUIRES: the call is in progress.
  std::function<void()> Canceller();

  // For as long as the context.
  void Keep(std::unique_ptr<BegunCalls::Call> begun) { begun_ = std::move(begun); }

 private:
  struct Handle {
    Mutex mutex;
    grpc_call* call REPLYGUARD_GUARDED_BY(mutex) = nullptr;  // null: gone
  };
  std::shared_ptr<Handle> handle_;  // null: nobody asked
  std::unique_ptr<BegunCalls::Call> begun_;
};

}  // namespace replyguard::service::rpc
