// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What unary calls and streams of gRPC share: a call as gRPC brings it, and messages as it takes
// them.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "service/rpc/dispatch/call.h"
#include "service/rpc/dispatch/held_answers.h"
#include "service/rpc/grpc/cancellable_context.h"
#include "storage/types.h"

namespace replyguard::service::rpc {

// Of gRPC's name of a peer ("ipv6:%5B2001:db8::1%5D:55555" or "ipv6:[2001:db8::1]:55555") what
// tells callers apart: the address. The port tells connections apart.
std::string AddressOf(std::string peer);

class GrpcSource final : public CallSource {
 public:
  // Both outlive it. REQUIRES: the context is of ConnectionWatch::CountCalls, and
  // AwaitedMessage has seen it.
  GrpcSource(grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
             std::size_t request_bytes_max)
      : context_(static_cast<CancellableContext&>(context)),
        request_(request),
        request_bytes_max_(request_bytes_max) {}

  std::string_view Header(std::string_view name) const override;
  void AddHeader(std::string_view name, std::string_view value) override;
  std::string_view Authorization() const override { return Header("authorization"); }
  std::string Peer() const override;
  HeldAnswers::Client AnswersClient() const override {
    return {context_.peer(), context_.Canceller()};
  }
  Wire ComesBy() const override { return Wire::kNoBrowser; }
  storage::Deadline ClientDeadline() const override;
  bool Cancelled() const override { return context_.IsCancelled(); }
  absl::Status CheckRequest() const override;
  bool ReadsInPassing() const override { return request_.Length() <= kReadInPassingBytesMax; }
  absl::Status ParseInto(google::protobuf::Message& request) const override;

 private:
  CancellableContext& context_;
  const grpc::ByteBuffer& request_;
  const std::size_t request_bytes_max_;
};

// False for what is no such message.
bool FromByteBuffer(const grpc::ByteBuffer& buffer, google::protobuf::Message& message);
// Serialises a message as gRPC sends it.
grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message);
// The same of an answer whose size was just computed, which is held until gRPC has sent it, or
// given it up; null: it is not.
grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message, std::size_t size,
                              std::unique_ptr<HeldAnswers::Held> held);

}  // namespace replyguard::service::rpc
