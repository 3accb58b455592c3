// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Calls of methods that nobody has: UNIMPLEMENTED, as of gRPC's own, for which it takes threads,
// and of which nobody knows.
//
// Thread-safe. Outlives its server.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

namespace replyguard::service::rpc {

class UnknownMethods final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;
};

}  // namespace replyguard::service::rpc
