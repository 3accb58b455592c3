// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/grpc_source.h"

#include <grpc/support/time.h>
#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/strings/str_replace.h"
#include "service/rpc/parse/request_errors.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::Message;

std::string Flatten(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

std::string_view GrpcSource::Header(std::string_view name) const {
  const auto [first, end] =
      context_.client_metadata().equal_range(grpc::string_ref(name.data(), name.size()));
  if (first == end || std::next(first) != end) return {};
  return {first->second.data(), first->second.size()};
}

void GrpcSource::AddHeader(std::string_view name, std::string_view value) {
  context_.AddInitialMetadata(std::string(name), std::string(value));
}

std::string AddressOf(std::string peer) {
  const std::size_t colon = peer.rfind(':');
  if (colon != std::string::npos) peer.resize(colon);
  return absl::StrReplaceAll(peer, {{"%5B", "["}, {"%5D", "]"}, {"%25", "%"}});
}

std::string GrpcSource::Peer() const { return AddressOf(context_.peer()); }

storage::Deadline GrpcSource::ClientDeadline() const {
  // gRPC takes deadlines of up to eleven thousand years.
  constexpr std::int64_t kSecondsMax = std::int64_t{1} << 32;
  // By the clock that nobody sets, in one step: one that is set in between would move it.
  const gpr_timespec left =
      gpr_time_sub(gpr_convert_clock_type(context_.raw_deadline(), GPR_CLOCK_MONOTONIC),
                   gpr_now(GPR_CLOCK_MONOTONIC));
  if (left.tv_sec >= kSecondsMax) return storage::Deadline::max();
  return std::chrono::steady_clock::now() + std::chrono::seconds(left.tv_sec) +
         std::chrono::nanoseconds(left.tv_nsec);
}

absl::Status GrpcSource::CheckRequest() const {
  return request_.Length() <= request_bytes_max_ ? absl::OkStatus() : RequestTooLarge();
}

absl::Status GrpcSource::ParseInto(Message& request) const {
  if (FromByteBuffer(request_, request)) return absl::OkStatus();
  return MalformedMessage(*request.GetDescriptor(), Flatten(request_));
}

bool FromByteBuffer(const grpc::ByteBuffer& buffer, Message& message) {
  grpc::ByteBuffer bytes(buffer);  // shares the slices; the reader consumes its own handle
  grpc::ProtoBufferReader reader(&bytes);
  return reader.status().ok() && message.ParseFromZeroCopyStream(&reader);
}

grpc::ByteBuffer ToByteBuffer(const Message& message) {
  return ToByteBuffer(message, message.ByteSizeLong(), nullptr);
}

grpc::ByteBuffer ToByteBuffer(const Message& message, std::size_t size,
                              std::unique_ptr<HeldAnswers::Held> held) {
  if (held == nullptr) {
    grpc::Slice slice(size);
    message.SerializeWithCachedSizesToArray(const_cast<std::uint8_t*>(slice.begin()));
    return grpc::ByteBuffer(&slice, 1);
  }
  struct Owned {
    std::unique_ptr<HeldAnswers::Held> held;
    std::vector<std::uint8_t> bytes;
  };
  auto owned = std::make_unique<Owned>();
  owned->held = std::move(held);
  owned->bytes.resize(size);
  message.SerializeWithCachedSizesToArray(owned->bytes.data());
  void* const bytes = owned->bytes.data();
  const grpc::Slice slice(
      bytes, size, [](void* owner) { delete static_cast<Owned*>(owner); }, owned.release());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace replyguard::service::rpc
