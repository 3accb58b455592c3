// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/call_log.h"

#include <chrono>
#include <string>

namespace replyguard::service {

void CallLog::OnCall(const rpc::CallRecord& record) {
  const auto index = static_cast<std::size_t>(record.code) % kCodes;
  counts_[index].fetch_add(1, std::memory_order_relaxed);
  if (record.code == absl::StatusCode::kOk) return;
  std::int64_t left_out = 0;
  if (!failures_.MayWrite(left_out)) return;
  const std::initializer_list<Log::Value> values = {
      {"method", std::string(record.path)},   {"code", absl::StatusCodeToString(record.code)},
      {"reason", std::string(record.reason)}, {"request_id", std::string(record.request_id)},
      {"key", std::string(record.key_id)},    {"took_us", std::to_string(record.took.count())},
      {"left_out", std::to_string(left_out)}};
  log_.Info("call_failed", values);
}

void CallLog::OnEscaped(std::string_view path, std::string_view request_id, std::string_view type) {
  escaped_.fetch_add(1, std::memory_order_relaxed);
  log_.Error("exception_escaped", {{"method", std::string(path)},
                                   {"request_id", std::string(request_id)},
                                   {"type", std::string(type)}});
}

void CallLog::OnInternal(std::string_view path, std::string_view request_id,
                         std::string_view text) {
  log_.Error("internal_error", {{"method", std::string(path)},
                                {"request_id", std::string(request_id)},
                                {"text", std::string(text)}});
}

void CallLog::OnLibrary(std::string_view library, std::string_view place) {
  std::int64_t left_out = 0;
  if (!failures_.MayWrite(left_out)) return;
  log_.Warning("library", {{"library", std::string(library)},
                           {"place", std::string(place)},
                           {"left_out", std::to_string(left_out)}});
}

void CallLog::OnConnectionEnded(std::string_view why, std::string_view network) {
  std::int64_t left_out = 0;
  if (!ended_.MayWrite(left_out)) return;
  log_.Warning("connection_ended", {{"why", std::string(why)},
                                    {"network", std::string(network)},
                                    {"left_out", std::to_string(left_out)}});
}

std::uint64_t CallLog::Count(absl::StatusCode code) const {
  return counts_[static_cast<std::size_t>(code) % kCodes].load(std::memory_order_relaxed);
}

bool CallLog::LineBudget::MayWrite(std::int64_t& left_out) {
  const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count();
  MutexLock lock(mutex_);
  if (now != second_) {
    second_ = now;
    lines_ = 0;
  }
  if (lines_ >= lines_per_second_) {
    ++left_out_;
    return false;
  }
  ++lines_;
  left_out = left_out_;
  left_out_ = 0;
  return true;
}

}  // namespace replyguard::service
