// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/grpc/call_base.h"

#include <cxxabi.h>
#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <exception>
#include <typeinfo>
#include <utility>
#include <vector>

#include "service/rpc/parse/utf8_violations.h"
#include "service/rpc/status/status_mapping.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

using google::protobuf::Message;

google::protobuf::ArenaOptions OptionsOf(std::array<char, kCallArenaBytes>& block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block.data();
  options.initial_block_size = block.size();
  return options;
}

// The type of what is being handled: an exception's text may hold data, its type cannot.
std::string_view CurrentExceptionType() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  return type == nullptr ? "unknown" : type->name();
}

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

CallBase::CallBase(Gate& gate, std::string_view path, grpc::CallbackServerContext& context,
                   const grpc::ByteBuffer& request, std::size_t request_bytes_max)
    : gate_(gate),
      path_(path),
      context_(context),
      request_(request),
      request_bytes_max_(request_bytes_max),
      began_(std::chrono::steady_clock::now()),
      arena_(OptionsOf(arena_block_)) {
  call_.cancelled = [&context] { return context.IsCancelled(); };
}

CallBase::~CallBase() { LeaveGate(); }

void CallBase::LeaveGate() {
  if (entered_) gate_.Leave();
  entered_ = false;
}

absl::Status CallBase::Admit() {
  absl::Status status = gate_.Enter();
  if (!status.ok()) return status;
  entered_ = true;
  absl::StatusOr<storage::Deadline> deadline = gate_.DeadlineOf(context_.deadline());
  if (!deadline.ok()) return deadline.status();
  call_.deadline = *deadline;
  if (request_.Length() <= request_bytes_max_) return absl::OkStatus();
  return MakeError(absl::StatusCode::kResourceExhausted, "REQUEST_TOO_LARGE",
                   "the request is larger than this server takes");
}

std::string_view CallBase::Authorization() const {
  const auto& metadata = context_.client_metadata();
  // Of several, a proxy in front may have checked another one than we would.
  if (metadata.count("authorization") != 1) return {};
  const auto found = metadata.find("authorization");
  return {found->second.data(), found->second.size()};
}

std::string CallBase::Peer() const {
  // "ipv4:192.0.2.1:55555": the port tells connections apart, not callers.
  std::string peer = context_.peer();
  const std::size_t colon = peer.rfind(':');
  if (colon != std::string::npos) peer.resize(colon);
  return peer;
}

auth::Verdict CallBase::Authenticate() {
  auth::Answer answer = gate_.authenticator().Check(Authorization(), Peer());
  call_.principal = std::move(answer.principal);
  return answer.verdict;
}

auth::Verdict CallBase::AuthenticateByLook() {
  auth::Answer answer = gate_.authenticator().Look(Authorization(), Peer(), call_.deadline);
  call_.principal = std::move(answer.principal);
  return answer.verdict;
}

absl::StatusOr<const Message*> CallBase::Parse(const Message& prototype) {
  Message* message = NewMessage(prototype);
  grpc::ByteBuffer bytes(request_);  // shares the slices; the reader consumes its own handle
  bool parsed = false;
  {
    grpc::ProtoBufferReader reader(&bytes);
    parsed = reader.status().ok() && message->ParseFromZeroCopyStream(&reader);
  }
  if (parsed) return message;
  validation::Violations violations = Utf8Violations(*prototype.GetDescriptor(), Flatten(request_));
  if (!violations.empty()) return InvalidFields(violations);
  return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_MALFORMED",
                   "the request is not a message of this method");
}

absl::Status CallBase::Guarded(const std::function<absl::Status()>& body) noexcept {
  try {
    return body();
  } catch (...) {
    gate_.observer().OnEscaped(path_, "", CurrentExceptionType());
    return absl::InternalError("an exception left the handler");
  }
}

grpc::Status CallBase::Conclude(const absl::Status& status) {
  CallRecord record;
  record.path = path_;
  record.code = status.code();
  record.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - began_);
  if (call_.principal != nullptr) record.key_id = call_.principal->key_id;
  if (status.ok()) {
    gate_.observer().OnCall(record);
    return grpc::Status::OK;
  }
  const std::string request_id = gate_.NewRequestId();
  const std::string reason = ReasonOf(status);
  record.request_id = request_id;
  record.reason = reason;
  gate_.observer().OnCall(record);
  if (ToGrpcCode(status.code()) == grpc::StatusCode::INTERNAL) {
    const auto text = status.message();
    gate_.observer().OnInternal(path_, request_id, std::string_view(text.data(), text.size()));
  }
  return ToGrpcStatus(status, request_id);
}

grpc::ByteBuffer ToByteBuffer(const Message& message) {
  const std::size_t size = message.ByteSizeLong();
  grpc::Slice slice(size);
  message.SerializeWithCachedSizesToArray(const_cast<std::uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace replyguard::service::rpc
