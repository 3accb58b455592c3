// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What unary calls and streams of gRPC share: admission, authentication, parsing, the barrier and
// the end of a call.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "service/rpc/dispatch/gate.h"
#include "service/rpc/dispatch/method_table.h"

namespace replyguard::service::rpc {

// Messages of a call live here; most calls need no further allocation.
inline constexpr std::size_t kCallArenaBytes = 8 * 1024;

// One call's part that does not depend on its kind. Used by one thread at a time.
class CallBase {
 public:
  CallBase(Gate& gate, std::string_view path, grpc::CallbackServerContext& context,
           const grpc::ByteBuffer& request, std::size_t request_bytes_max);
  ~CallBase();
  CallBase(const CallBase&) = delete;
  CallBase& operator=(const CallBase&) = delete;

  // Admission, deadline, size. OK, or why not.
  absl::Status Admit();
  // What the cache knows of the caller; sets the principal when good.
  auth::Verdict Authenticate();
  // The same by the database. BLOCKS.
  auth::Verdict AuthenticateByLook();

  // Parses into a message of the call's arena. INVALID_ARGUMENT.
  absl::StatusOr<const google::protobuf::Message*> Parse(
      const google::protobuf::Message& prototype);
  google::protobuf::Message* NewMessage(const google::protobuf::Message& prototype) {
    return prototype.New(&arena_);
  }

  // Runs `body` and turns whatever it throws into INTERNAL, logged and counted.
  absl::Status Guarded(const std::function<absl::Status()>& body) noexcept;

  // The call no longer counts as one in flight: an open stream.
  void LeaveGate();

  // To be called once, at the end: counts, logs, and gives what gRPC is to send.
  grpc::Status Conclude(const absl::Status& status);

  const CallContext& call() const { return call_; }
  Gate& gate() { return gate_; }

 private:
  std::string_view Authorization() const;
  std::string Peer() const;

  Gate& gate_;
  const std::string_view path_;
  grpc::CallbackServerContext& context_;
  const grpc::ByteBuffer& request_;
  const std::size_t request_bytes_max_;
  const std::chrono::steady_clock::time_point began_;
  bool entered_ = false;
  CallContext call_;
  std::array<char, kCallArenaBytes> arena_block_;
  google::protobuf::Arena arena_;
};

// Serialises a message as gRPC sends it.
grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message);

}  // namespace replyguard::service::rpc
