// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One unary call of gRPC, from its arrival to its answer.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <cstddef>

#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"

namespace replyguard::service::rpc {

// Starts serving a call and gives the reactor that gRPC wants. Never blocks: what blocks goes to
// the gate's executor.
grpc::ServerUnaryReactor* StartUnaryCall(Gate& gate, const UnaryMethod& method,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response, std::size_t request_bytes_max);

}  // namespace replyguard::service::rpc
