// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A gRPC service made of its descriptor and the method table, instead of a generated class with one
// function a method: every call takes the same way, and a method that is in the contract and not in
// the table does not start.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/service_type.h>

#include <cstddef>

#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"

namespace replyguard::service::rpc {

// `gate` and `table` outlive it.
class TableService final : public grpc::Service {
 public:
  TableService(const google::protobuf::ServiceDescriptor& service, const MethodTable& table,
               Gate& gate, std::size_t request_bytes_max);
};

}  // namespace replyguard::service::rpc
