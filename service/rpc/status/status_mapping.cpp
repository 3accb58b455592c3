// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/status/status_mapping.h"

#include <google/protobuf/any.pb.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "service/usecases/errors.h"

namespace replyguard::service::rpc {
namespace {

// Of these, what a client is told when the error has no text meant for it.
constexpr std::size_t kMessageBytesMax = 512;
constexpr std::size_t kMetadataBytesMax = 512;
// What the other details, the message and each Any's own bytes may take.
constexpr std::size_t kViolationsBudgetBytes = 2600;
constexpr std::string_view kMoreReason = "MORE";
// When a client may come again after an error that does not say.
constexpr std::chrono::milliseconds kRetryDelayStandard{1'000};

std::string_view PlainMessage(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return "";
    case absl::StatusCode::kCancelled:
      return "the call was cancelled";
    case absl::StatusCode::kInvalidArgument:
      return "the request is not acceptable";
    case absl::StatusCode::kDeadlineExceeded:
      return "the deadline passed; whether the request took effect is not known";
    case absl::StatusCode::kNotFound:
      return "there is no such resource";
    case absl::StatusCode::kAlreadyExists:
      return "it exists already";
    case absl::StatusCode::kPermissionDenied:
      return "this key may not do that";
    case absl::StatusCode::kResourceExhausted:
      return "too much at once; try again later";
    case absl::StatusCode::kFailedPrecondition:
      return "the present state does not allow it";
    case absl::StatusCode::kAborted:
      return "somebody else was faster; read it again";
    case absl::StatusCode::kOutOfRange:
      return "out of range";
    case absl::StatusCode::kUnimplemented:
      return "not supported";
    case absl::StatusCode::kUnavailable:
      return "not available now; try again later";
    case absl::StatusCode::kUnauthenticated:
      return "a valid API key is needed: authorization: Bearer {key}";
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
      break;
  }
  return "internal error; tell the operator the request id";
}

// For people who search: a reason of errors that brought none.
std::string_view PlainReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return "";
    case absl::StatusCode::kCancelled:
      return "CANCELLED";
    case absl::StatusCode::kInvalidArgument:
      return "INVALID_FIELDS";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case absl::StatusCode::kNotFound:
      return "NOT_FOUND";
    case absl::StatusCode::kAlreadyExists:
      return "ALREADY_EXISTS";
    case absl::StatusCode::kPermissionDenied:
      return "PERMISSION_DENIED";
    case absl::StatusCode::kResourceExhausted:
      return "OVERLOADED";
    case absl::StatusCode::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case absl::StatusCode::kAborted:
      return "ABORTED";
    case absl::StatusCode::kOutOfRange:
      return "OUT_OF_RANGE";
    case absl::StatusCode::kUnimplemented:
      return "UNIMPLEMENTED";
    case absl::StatusCode::kUnavailable:
      return "UNAVAILABLE";
    case absl::StatusCode::kUnauthenticated:
      return "UNAUTHENTICATED";
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
      break;
  }
  return "INTERNAL";
}

bool IsInternal(absl::StatusCode code) { return PlainReason(code) == "INTERNAL"; }

// Cuts before a character, not inside one.
std::string Cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end));
}

google::rpc::BadRequest BadRequestOf(const std::vector<validation::Violation>& violations) {
  google::rpc::BadRequest bad;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < violations.size(); ++i) {
    const validation::Violation& violation = violations[i];
    auto* out = bad.add_field_violations();
    out->set_field(Cut(violation.field, 200));
    out->set_reason(Cut(violation.reason, 64));
    out->set_description(Cut(violation.description, 300));
    bytes += out->ByteSizeLong() + 4;
    if (bytes <= kViolationsBudgetBytes) continue;
    out->clear_field();
    out->set_reason(std::string(kMoreReason));
    out->set_description("There are " + std::to_string(violations.size() - i) +
                         " more problems than are listed here.");
    break;
  }
  return bad;
}

// Whoever may try again is told when, also where the error did not say: UNAVAILABLE is what clients
// retry, and RESOURCE_EXHAUSTED without a reason is OVERLOADED.
std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status,
                                                      const ErrorDetail& detail) {
  if (detail.retry_delay) return std::max(*detail.retry_delay, std::chrono::milliseconds(0));
  const bool overloaded = absl::IsResourceExhausted(status) &&
                          (detail.reason.empty() || detail.reason == reasons::kOverloaded);
  if (absl::IsUnavailable(status) || overloaded) return kRetryDelayStandard;
  return std::nullopt;
}

void AddDetails(const absl::Status& status, const ErrorDetail& detail, std::string_view request_id,
                google::rpc::Status& out) {
  google::rpc::ErrorInfo info;
  info.set_reason(detail.reason.empty() ? std::string(PlainReason(status.code()))
                                        : Cut(detail.reason, 64));
  info.set_domain(std::string(kErrorDomain));
  std::size_t metadata_bytes = 0;
  for (const auto& [key, value] : detail.metadata) {
    metadata_bytes += key.size() + value.size() + 8;
    if (metadata_bytes > kMetadataBytesMax) break;
    (*info.mutable_metadata())[key] = value;
  }
  out.add_details()->PackFrom(info);
  if (!detail.violations.empty()) out.add_details()->PackFrom(BadRequestOf(detail.violations));
  if (const auto delay = RetryDelayOf(status, detail)) {
    google::rpc::RetryInfo retry;
    const std::int64_t ms = delay->count();
    retry.mutable_retry_delay()->set_seconds(ms / 1000);
    retry.mutable_retry_delay()->set_nanos(static_cast<std::int32_t>(ms % 1000) * 1'000'000);
    out.add_details()->PackFrom(retry);
  }
  if (request_id.empty()) return;
  google::rpc::RequestInfo request;
  request.set_request_id(std::string(request_id));
  out.add_details()->PackFrom(request);
}

}  // namespace

grpc::StatusCode ToGrpcCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return grpc::StatusCode::OK;
    case absl::StatusCode::kCancelled:
      return grpc::StatusCode::CANCELLED;
    case absl::StatusCode::kInvalidArgument:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case absl::StatusCode::kDeadlineExceeded:
      return grpc::StatusCode::DEADLINE_EXCEEDED;
    case absl::StatusCode::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case absl::StatusCode::kAlreadyExists:
      return grpc::StatusCode::ALREADY_EXISTS;
    case absl::StatusCode::kPermissionDenied:
      return grpc::StatusCode::PERMISSION_DENIED;
    case absl::StatusCode::kResourceExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case absl::StatusCode::kFailedPrecondition:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case absl::StatusCode::kAborted:
      return grpc::StatusCode::ABORTED;
    case absl::StatusCode::kOutOfRange:
      return grpc::StatusCode::OUT_OF_RANGE;
    case absl::StatusCode::kUnimplemented:
      return grpc::StatusCode::UNIMPLEMENTED;
    case absl::StatusCode::kUnavailable:
      return grpc::StatusCode::UNAVAILABLE;
    case absl::StatusCode::kUnauthenticated:
      return grpc::StatusCode::UNAUTHENTICATED;
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
      break;
  }
  return grpc::StatusCode::INTERNAL;
}

std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status) {
  return RetryDelayOf(status, GetErrorDetail(status).value_or(ErrorDetail()));
}

std::string PublicMessage(const absl::Status& status) {
  if (!IsInternal(status.code()) && GetErrorDetail(status)) {
    const auto message = status.message();
    return Cut(std::string_view(message.data(), message.size()), kMessageBytesMax);
  }
  return std::string(PlainMessage(status.code()));
}

google::rpc::Status ToRpcStatus(const absl::Status& status, std::string_view request_id) {
  google::rpc::Status out;
  out.set_code(static_cast<std::int32_t>(ToGrpcCode(status.code())));
  out.set_message(PublicMessage(status));
  ErrorDetail detail;
  if (!IsInternal(status.code())) detail = GetErrorDetail(status).value_or(ErrorDetail());
  AddDetails(status, detail, request_id, out);
  // Everything is cut above; this is the net under it.
  if (out.ByteSizeLong() > kDetailsBytesMax) {
    out.clear_details();
    detail.violations.clear();
    detail.metadata.clear();
    AddDetails(status, detail, request_id, out);
  }
  return out;
}

grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status details = ToRpcStatus(status, request_id);
  return grpc::Status(ToGrpcCode(status.code()), details.message(), details.SerializeAsString());
}

}  // namespace replyguard::service::rpc
