// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// grpc.reflection.v1alpha.ServerReflection, as gRPC's own, which takes a thread for each stream: a
// client that does not read holds the thread that answers, and what others ask waits behind it,
// without a bound. It needs no key. Here a stream beyond kStreamsMax is RESOURCE_EXHAUSTED, and
// each waits among BegunCalls for as long as it lasts. A question of more than kQuestionBytesMax,
// or one that cannot be parsed, ends its stream (INVALID_ARGUMENT).
//
// Thread-safe. Outlives its server.
#pragma once

#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

namespace replyguard::service::rpc {

class ReflectionService final : public grpc::Service {
 public:
  static constexpr std::size_t kStreamsMax = 64;
  static constexpr std::size_t kQuestionBytesMax = 4096;

  // Lists these services. Describes all that the program knows.
  explicit ReflectionService(std::vector<std::string> names);

 private:
  class Stream;

  const std::vector<std::string> names_;
  std::atomic<std::size_t> streams_{0};
};

}  // namespace replyguard::service::rpc
