// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/table_service.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "service/rpc/grpc/awaited_message.h"
#include "service/rpc/grpc/connection_watch.h"
#include "service/rpc/grpc/stream_call.h"
#include "service/rpc/grpc/unary_call.h"

namespace replyguard::service::rpc {
namespace {

// The handlers that grpc_cpp_plugin's "raw callback" code uses; it offers no way to them but
// generated classes.
using grpc::internal::CallbackServerStreamingHandler;
using grpc::internal::CallbackUnaryHandler;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

void NoteRead(const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request) {
  const std::size_t bytes = request.Length();
  if (bytes < ConnectionWatch::kLargeMessageBytes) return;
  ConnectionWatch::OfProcess().HasRead(context.peer(), bytes);
}

}  // namespace

TableService::TableService(const google::protobuf::ServiceDescriptor& service,
                           const MethodTable& table, Gate& gate, std::size_t request_bytes_max) {
  for (int i = 0; i < service.method_count(); ++i) {
    const google::protobuf::MethodDescriptor* descriptor = service.method(i);
    if (const UnaryMethod* unary = table.FindUnary(descriptor)) {
      AddMethod(new RpcServiceMethod(unary->path.c_str(), RpcMethod::BIDI_STREAMING, nullptr));
      MarkMethodRawCallback(
          i, new AwaitedMessage(
                 std::make_unique<CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>>(
                     [unary, &gate, request_bytes_max](grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
                       NoteRead(*context, *request);
                       return StartUnaryCall(gate, *unary, context, request, response,
                                             request_bytes_max);
                     })));
    } else if (const StreamMethod* stream = table.FindStream(descriptor)) {
      AddMethod(new RpcServiceMethod(stream->path.c_str(), RpcMethod::BIDI_STREAMING, nullptr));
      MarkMethodRawCallback(
          i,
          new AwaitedMessage(
              std::make_unique<CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>>(
                  [stream, &gate, request_bytes_max](grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request) {
                    NoteRead(*context, *request);
                    return StartStreamCall(gate, *stream, context, request, request_bytes_max);
                  })));
    } else {
      std::fprintf(stderr, "no handler for %s\n", descriptor->full_name().c_str());
      std::abort();
    }
  }
}

}  // namespace replyguard::service::rpc
