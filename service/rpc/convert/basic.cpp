// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/convert/basic.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int32_t kNanosPerSecond = 1'000'000'000;
// The bounds of google.protobuf.Timestamp and Duration.
constexpr std::int64_t kSecondsMin = -62'135'596'800;
constexpr std::int64_t kSecondsMax = 253'402'300'799;
constexpr std::int64_t kDurationSecondsMax = 315'576'000'000;

}  // namespace

void ToProto(storage::Timestamp time, google::protobuf::Timestamp* out) {
  const std::int64_t micros = time.time_since_epoch().count();
  std::int64_t seconds = micros / kMicrosPerSecond;
  std::int64_t rest = micros % kMicrosPerSecond;
  if (rest < 0) {
    rest += kMicrosPerSecond;
    --seconds;
  }
  out->set_seconds(seconds);
  out->set_nanos(static_cast<std::int32_t>(rest) * 1000);
}

void ToProto(std::chrono::milliseconds duration, google::protobuf::Duration* out) {
  out->set_seconds(duration.count() / 1000);
  out->set_nanos(static_cast<std::int32_t>(duration.count() % 1000) * 1'000'000);
}

std::optional<storage::Timestamp> FromProto(const google::protobuf::Timestamp& time) {
  if (time.seconds() < kSecondsMin || time.seconds() > kSecondsMax) return std::nullopt;
  if (time.nanos() < 0 || time.nanos() >= kNanosPerSecond) return std::nullopt;
  return storage::Timestamp(
      std::chrono::microseconds(time.seconds() * kMicrosPerSecond + time.nanos() / 1000));
}

std::optional<std::chrono::milliseconds> FromProto(const google::protobuf::Duration& duration) {
  if (duration.seconds() < -kDurationSecondsMax || duration.seconds() > kDurationSecondsMax) {
    return std::nullopt;
  }
  if (duration.nanos() <= -kNanosPerSecond || duration.nanos() >= kNanosPerSecond) {
    return std::nullopt;
  }
  if ((duration.seconds() > 0 && duration.nanos() < 0) ||
      (duration.seconds() < 0 && duration.nanos() > 0)) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(duration.seconds() * 1000 + duration.nanos() / 1'000'000);
}

}  // namespace replyguard::service::rpc
