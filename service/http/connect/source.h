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

namespace replyguard::service::http {

class ConnectSource final : public rpc::CallSource {
 public:
  // `message` is the request's message in this codec, of at most `request_bytes_max`.
  ConnectSource(std::shared_ptr<const Request> request, Codec codec, std::string message,
                std::chrono::system_clock::time_point deadline, std::size_t request_bytes_max)
      : request_(std::move(request)),
        codec_(codec),
        message_(std::move(message)),
        deadline_(deadline),
        request_bytes_max_(request_bytes_max) {}

  std::string_view Header(std::string_view name) const override {
    return HeaderOf(request_->headers, name);
  }
  void AddHeader(std::string_view name, std::string_view value) override {
    headers_.emplace_back(name, value);
  }
  std::string_view Authorization() const override { return Header("authorization"); }
  std::string Peer() const override { return request_->peer; }
  std::chrono::system_clock::time_point ClientDeadline() const override { return deadline_; }
  bool Cancelled() const override { return request_->gone->load(std::memory_order_relaxed); }
  absl::Status CheckRequest() const override;
  absl::Status ParseInto(google::protobuf::Message& request) const override;

  // What was added for the answer; leaves nothing behind.
  Headers TakeHeaders() { return std::exchange(headers_, {}); }
  const Request& request() const { return *request_; }

 private:
  const std::shared_ptr<const Request> request_;
  const Codec codec_;
  const std::string message_;
  const std::chrono::system_clock::time_point deadline_;
  const std::size_t request_bytes_max_;
  Headers headers_;
};

// By the header connect-timeout-ms: at most ten digits. max() when there is none.
absl::StatusOr<std::chrono::system_clock::time_point> DeadlineOf(const Headers& headers);

}  // namespace replyguard::service::http
