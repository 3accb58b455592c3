// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// grpc.health.v1.Health, as gRPC's own, whose watches nobody bounds: they need no key. Here a watch
// beyond the bounds is RESOURCE_EXHAUSTED; Check answers always. Where all are taken, a network
// from which nobody has called with a key gives one up (CANCELLED) to one that has fewer, or from
// which somebody has. A service that is not known is NOT_FOUND to Check, and SERVICE_UNKNOWN to a
// watch, which goes on.
//
// Thread-safe. Outlives its server.
#pragma once

#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "storage/mutex.h"

namespace replyguard::service::rpc {

class HealthService final : public grpc::Service {
 public:
  static constexpr std::size_t kWatchesMax = 2048;
  static constexpr std::size_t kWatchesPerNetworkMax = 256;

  // For the server ("") and these services. NOT_SERVING at first.
  explicit HealthService(const std::vector<std::string>& names);
  void SetServing(bool serving);

 private:
  class Watch;

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext& context,
                                  const grpc::ByteBuffer& request, grpc::ByteBuffer& response);
  grpc::ServerWriteReactor<grpc::ByteBuffer>* StartWatch(grpc::CallbackServerContext& context,
                                                         const grpc::ByteBuffer& request);
  // Whether there is room for a watch of the network more.
  bool MakeRoom(const std::string& network) REPLYGUARD_REQUIRES(mutex_);
  void Forget(Watch& watch) REPLYGUARD_REQUIRES(mutex_);

  std::unordered_set<std::string> names_;
  mutable Mutex mutex_;
  bool serving_ REPLYGUARD_GUARDED_BY(mutex_) = false;
  std::unordered_set<Watch*> watches_ REPLYGUARD_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::size_t> networks_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service::rpc
