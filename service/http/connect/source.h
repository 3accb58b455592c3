// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A call as a Connect request brings it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "service/http/connect/codec.h"
#include "service/http/server/message.h"
#include "service/rpc/dispatch/call.h"
#include "storage/types.h"

namespace replyguard::service::http {

// The request's message as it came.
struct Payload {
  Codec codec = Codec::kJson;
  std::string compression;  // empty, "identity" or "gzip"; others are refused when it is parsed
  std::string bytes;
};

// The longest message of a codec: JSON writes names and quotes around a binary one's values.
std::size_t MessageBytesMax(Codec codec, std::size_t request_bytes_max);

class ConnectSource final : public rpc::CallSource {
 public:
  // `request_bytes_max` bounds a binary message.
  ConnectSource(std::shared_ptr<const Request> request, Payload payload, storage::Deadline deadline,
                std::size_t request_bytes_max)
      : request_(std::move(request)),
        payload_(std::move(payload)),
        deadline_(deadline),
        message_bytes_max_(MessageBytesMax(payload_.codec, request_bytes_max)) {}

  std::string_view Header(std::string_view name) const override {
    return HeaderOf(request_->headers, name);
  }
  void AddHeader(std::string_view name, std::string_view value) override {
    headers_.emplace_back(name, value);
  }
  std::string_view Authorization() const override { return Header("authorization"); }
  std::string Peer() const override { return request_->peer; }
  rpc::Wire ComesBy() const override {
    return request_->secure ? rpc::Wire::kHttps : rpc::Wire::kHttp;
  }
  storage::Deadline ClientDeadline() const override { return deadline_; }
  bool Cancelled() const override { return request_->gone->load(std::memory_order_relaxed); }
  absl::Status CheckRequest() const override;
  bool ReadsInPassing() const override;
  // Decompresses, too: only once the caller is known, as it costs more than it does to send. Who
  // may be anybody has little read.
  absl::Status ParseInto(google::protobuf::Message& request) const override;

  // What was added for the answer; leaves nothing behind.
  Headers TakeHeaders() { return std::exchange(headers_, {}); }
  Codec codec() const { return payload_.codec; }

 private:
  bool IsPlain() const;

  const std::shared_ptr<const Request> request_;
  const Payload payload_;
  const storage::Deadline deadline_;
  const std::size_t message_bytes_max_;
  Headers headers_;
};

// By the header connect-timeout-ms: at most ten digits. max() when there is none.
absl::StatusOr<storage::Deadline> DeadlineOf(const Headers& headers);

}  // namespace replyguard::service::http
