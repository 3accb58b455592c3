// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/errors.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/cord.h"

namespace replyguard::service {
namespace {

constexpr char kPayloadUrl[] = "replyguard/error-detail";
constexpr std::int64_t kNoDelay = -1;

// The payload is our own, written and read by this file only: numbers as 8 bytes, strings with
// their length before.
class Writer {
 public:
  void Number(std::int64_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out_.append(bytes, sizeof value);
  }
  void Text(std::string_view text) {
    Number(static_cast<std::int64_t>(text.size()));
    out_.append(text);
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  std::int64_t Number() {
    std::int64_t value = 0;
    if (in_.size() < sizeof value) {
      bad_ = true;
      return 0;
    }
    std::memcpy(&value, in_.data(), sizeof value);
    in_.remove_prefix(sizeof value);
    return value;
  }
  std::string Text() {
    const std::int64_t size = Number();
    if (bad_ || size < 0 || static_cast<std::uint64_t>(size) > in_.size()) {
      bad_ = true;
      return {};
    }
    std::string text(in_.substr(0, static_cast<std::size_t>(size)));
    in_.remove_prefix(static_cast<std::size_t>(size));
    return text;
  }
  bool bad() const { return bad_; }

 private:
  std::string_view in_;
  bool bad_ = false;
};

std::string Encode(const ErrorDetail& detail) {
  Writer writer;
  writer.Text(detail.reason);
  writer.Number(detail.retry_delay ? detail.retry_delay->count() : kNoDelay);
  writer.Number(static_cast<std::int64_t>(detail.violations.size()));
  for (const validation::Violation& violation : detail.violations) {
    writer.Text(violation.field);
    writer.Text(violation.reason);
    writer.Text(violation.description);
  }
  writer.Number(static_cast<std::int64_t>(detail.metadata.size()));
  for (const auto& [key, value] : detail.metadata) {
    writer.Text(key);
    writer.Text(value);
  }
  return writer.Take();
}

std::optional<ErrorDetail> Decode(std::string_view bytes) {
  Reader reader(bytes);
  ErrorDetail detail;
  detail.reason = reader.Text();
  const std::int64_t delay = reader.Number();
  if (delay != kNoDelay) detail.retry_delay = std::chrono::milliseconds(delay);
  for (std::int64_t left = reader.Number(); left > 0 && !reader.bad(); --left) {
    validation::Violation violation;
    violation.field = reader.Text();
    violation.reason = reader.Text();
    violation.description = reader.Text();
    detail.violations.push_back(std::move(violation));
  }
  for (std::int64_t left = reader.Number(); left > 0 && !reader.bad(); --left) {
    std::string key = reader.Text();
    detail.metadata[std::move(key)] = reader.Text();
  }
  if (reader.bad()) return std::nullopt;
  return detail;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view message, const ErrorDetail& detail) {
  absl::Status status(code, absl::string_view(message.data(), message.size()));
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message) {
  ErrorDetail detail;
  detail.reason = std::string(reason);
  return MakeError(code, message, detail);
}

absl::Status InvalidFields(const validation::Violations& found) {
  if (found.empty()) return absl::OkStatus();
  std::vector<validation::Violation> violations = found.List();
  ErrorDetail detail;
  detail.reason = std::string(reasons::kInvalidFields);
  const std::string message = violations.size() == 1
                                  ? violations.front().field + ": " + violations.front().description
                                  : "some fields are not acceptable; see the violations";
  detail.violations = std::move(violations);
  return MakeError(absl::StatusCode::kInvalidArgument, message, detail);
}

absl::Status InvalidField(std::string_view field, std::string_view reason,
                          std::string_view description) {
  validation::Violations violations;
  violations.Add(field, reason, description);
  return InvalidFields(violations);
}

std::optional<ErrorDetail> GetErrorDetail(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  return Decode(std::string(*payload));
}

std::string ReasonOf(const absl::Status& status) {
  std::optional<ErrorDetail> detail = GetErrorDetail(status);
  return detail ? std::move(detail->reason) : std::string();
}

}  // namespace replyguard::service
