// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/awaited_message.h"

#include <grpc/grpc.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "service/rpc/grpc/begun_calls.h"
#include "service/rpc/grpc/cancellable_context.h"
#include "service/rpc/grpc/connection_watch.h"

namespace replyguard::service::rpc {
namespace {

using grpc::internal::MethodHandler;

// From the call's beginning until its message is there. Of gRPC's, which gives it back by
// functor_run.
struct Wait : grpc_completion_queue_functor {
  Wait(MethodHandler& then, const MethodHandler::HandlerParameter& of)
      : grpc_completion_queue_functor{},
        handler(then),
        call(*of.call),
        context(of.server_context),
        requester(of.call_requester) {}

  MethodHandler& handler;
  grpc::internal::Call call;
  grpc::ServerContextBase* const context;  // keeps the call
  std::function<void()> requester;
  BegunCalls::Call* begun = nullptr;    // the context's
  grpc_byte_buffer* message = nullptr;  // null in the end: there is none
};

void Go(grpc_completion_queue_functor* functor, int is_well) {
  const std::unique_ptr<Wait> wait(static_cast<Wait*>(functor));
  wait->begun->HasMessage();
  grpc::Status status;
  void* data = nullptr;
  void* request = wait->handler.Deserialize(wait->call.call(), wait->message, &status, &data);
  // Then the handler does no more than give everything back.
  if (is_well == 0) status = grpc::Status(grpc::StatusCode::CANCELLED, "");
  wait->handler.RunHandler(
      {&wait->call, wait->context, request, status, data, std::move(wait->requester)});
}

}  // namespace

BegunCalls::End EndOf(grpc_call* call) {
  grpc_call_ref(call);
  return [held = std::shared_ptr<grpc_call>(call, &grpc_call_unref)](BegunCalls::Why why) {
    const bool is_overdue = why == BegunCalls::Why::kOverdue;
    grpc_call_cancel_with_status(
        held.get(), is_overdue ? GRPC_STATUS_DEADLINE_EXCEEDED : GRPC_STATUS_RESOURCE_EXHAUSTED,
        is_overdue ? "the call's message did not come" : "too many calls wait for their messages",
        nullptr);
  };
}

void AwaitedMessage::RunHandler(const HandlerParameter& call) {
  auto wait = std::make_unique<Wait>(*handler_, call);
  wait->functor_run = &Go;
  grpc_call* const core = call.call->call();
  auto& context = static_cast<CancellableContext&>(*call.server_context);
  auto begun = ConnectionWatch::OfProcess().begun_calls().Begin(context.peer(), EndOf(core));
  wait->begun = begun.get();
  context.Keep(std::move(begun));
  grpc_op read{};
  read.op = GRPC_OP_RECV_MESSAGE;
  read.data.recv_message.recv_message = &wait->message;
  grpc_completion_queue_functor* const tag = wait.release();
  if (grpc_call_start_batch(core, &read, 1, tag, nullptr) != GRPC_CALL_OK) {
    std::fprintf(stderr, "a call's message cannot be read\n");
    std::abort();
  }
}

}  // namespace replyguard::service::rpc
