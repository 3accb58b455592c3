// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/connect/source.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "service/rpc/parse/request_errors.h"
#include "service/usecases/errors.h"

namespace replyguard::service::http {

constexpr std::size_t kTimeoutDigitsMax = 10;

absl::Status ConnectSource::CheckRequest() const {
  return message_.size() <= request_bytes_max_ ? absl::OkStatus() : rpc::RequestTooLarge();
}

absl::Status ConnectSource::ParseInto(google::protobuf::Message& request) const {
  return Parse(codec_, message_, request);
}

absl::StatusOr<std::chrono::system_clock::time_point> DeadlineOf(const Headers& headers) {
  const std::string_view text = HeaderOf(headers, "connect-timeout-ms");
  if (text.empty()) return std::chrono::system_clock::time_point::max();
  std::int64_t milliseconds = 0;
  if (text.size() > kTimeoutDigitsMax ||
      text.find_first_not_of("0123456789") != std::string_view::npos ||
      !absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &milliseconds)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TIMEOUT_MALFORMED",
                     "connect-timeout-ms is a number of at most ten digits");
  }
  return std::chrono::system_clock::now() + std::chrono::milliseconds(milliseconds);
}

}  // namespace replyguard::service::http
