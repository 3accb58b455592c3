// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/source.h"

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "service/http/server/gzip.h"
#include "service/http/server/text.h"
#include "service/rpc/parse/request_errors.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {

namespace {

constexpr std::size_t kTimeoutDigitsMax = 10;
constexpr std::size_t kJsonFactor = 2;

}  // namespace

std::size_t MessageBytesMax(Codec codec, std::size_t request_bytes_max) {
  return codec == Codec::kJson ? kJsonFactor * request_bytes_max : request_bytes_max;
}

absl::Status ConnectSource::CheckRequest() const {
  return payload_.bytes.size() <= message_bytes_max_ ? absl::OkStatus() : rpc::RequestTooLarge();
}

bool ConnectSource::IsPlain() const {
  return payload_.compression.empty() || absl::EqualsIgnoreCase(payload_.compression, "identity");
}

// What is compressed may be a thousand times as large.
bool ConnectSource::ReadsInPassing() const {
  return IsPlain() && payload_.bytes.size() <= rpc::kReadInPassingBytesMax;
}

absl::Status ConnectSource::ParseInto(google::protobuf::Message& request) const {
  if (IsPlain()) {
    return Parse(payload_.codec, payload_.bytes, request);
  }
  if (!absl::EqualsIgnoreCase(payload_.compression, "gzip")) {
    return MakeError(absl::StatusCode::kUnimplemented, "COMPRESSION_UNKNOWN",
                     "compressed by something else than gzip");
  }
  const absl::StatusOr<std::string> message = Gunzip(payload_.bytes, message_bytes_max_);
  if (absl::IsResourceExhausted(message.status())) return rpc::RequestTooLarge();
  if (message.ok()) return Parse(payload_.codec, *message, request);
  return MakeError(absl::StatusCode::kInvalidArgument, "COMPRESSION_MALFORMED", "this is no gzip");
}

absl::StatusOr<storage::Deadline> DeadlineOf(const Headers& headers) {
  const std::string_view text = HeaderOf(headers, "connect-timeout-ms");
  if (text.empty()) return storage::Deadline::max();
  std::int64_t milliseconds = 0;
  if (text.size() > kTimeoutDigitsMax ||
      text.find_first_not_of("0123456789") != std::string_view::npos ||
      !absl::SimpleAtoi(View(text), &milliseconds)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TIMEOUT_MALFORMED",
                     "connect-timeout-ms is a number of at most ten digits");
  }
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
}

}  // namespace replyguard::service::http
