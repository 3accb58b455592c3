// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One server stream of gRPC: writes what its source has, one message in flight.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <cstddef>

#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"

namespace replyguard::service::rpc {

// As StartUnaryCall. The stream does not count as a call in flight once it is open: sources bound
// their number.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StartStreamCall(Gate& gate, const StreamMethod& method,
                                                            grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            std::size_t request_bytes_max);

}  // namespace replyguard::service::rpc
