// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The one place where a status of ours becomes one that a client sees.
//
// What leaves: the code; the text of errors that carry an ErrorDetail (they are written for
// clients); google.rpc details. What does not: the text of any other error, which may be internal.
// UNKNOWN never leaves, as gRPC makes it of accidents; it becomes INTERNAL.
//
// Bounds: the details serialise to at most kDetailsBytesMax, so that no trailer can grow into the 8
// KiB that kill a call; violations that do not fit are counted by the last one.
//
// Thread-safety: pure functions.
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace replyguard::service::rpc {

inline constexpr std::size_t kDetailsBytesMax = 4096;
inline constexpr std::string_view kErrorDomain = "replyguard";

grpc::StatusCode ToGrpcCode(absl::StatusCode code);

// RetryInfo's delay, 0 or more; nothing where the status has none. REQUIRES: not OK.
std::optional<std::chrono::milliseconds> RetryDelayOf(const absl::Status& status);

// With ErrorInfo (domain kErrorDomain), BadRequest, RetryInfo and RequestInfo as far as they apply.
// REQUIRES: not OK.
google::rpc::Status ToRpcStatus(const absl::Status& status, std::string_view request_id);

// The same with the details as gRPC sends them (grpc-status-details-bin).
grpc::Status ToGrpcStatus(const absl::Status& status, std::string_view request_id);

// The text a client may see of an error that stands in a bulk answer.
std::string PublicMessage(const absl::Status& status);

}  // namespace replyguard::service::rpc
