// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Small conversions that every converter needs. Enums of storage have the numbers of the contract
// (static_assert'ed where they are converted). Thread-safety: pure functions.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <optional>

#include "storage/types.h"

namespace replyguard::service::rpc {

void ToProto(storage::Timestamp time, google::protobuf::Timestamp* out);
void ToProto(std::chrono::milliseconds duration, google::protobuf::Duration* out);

// Nothing outside of years 1 to 9999, or with nanoseconds out of bounds. Finer than a microsecond
// is cut.
std::optional<storage::Timestamp> FromProto(const google::protobuf::Timestamp& time);

// Nothing outside of +-10,000 years, or with signs that differ. Finer than a millisecond is cut.
std::optional<std::chrono::milliseconds> FromProto(const google::protobuf::Duration& duration);

}  // namespace replyguard::service::rpc
