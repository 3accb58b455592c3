// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What becomes of calls, for logs and metrics. Holds no text of a request.
#pragma once

#include <chrono>
#include <string_view>

#include "absl/status/status.h"

namespace replyguard::service::rpc {

struct CallRecord {
  std::string_view path;  // "/replyguard.v1.CommentService/GetComment"
  absl::StatusCode code = absl::StatusCode::kOk;
  std::chrono::microseconds took{0};
  // Of calls that failed; empty otherwise.
  std::string_view request_id;
  std::string_view reason;  // UPPER_SNAKE_CASE, may be empty
  std::string_view key_id;  // public id of the key; empty when it was not good
};

// Thread-safe. Called on threads that must not block; must not throw.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  // Every call, at its end.
  virtual void OnCall(const CallRecord& record) = 0;
  // An exception left a handler; the call was answered INTERNAL. `type` is the exception's type:
  // its text may hold data.
  virtual void OnEscaped(std::string_view path, std::string_view request_id,
                         std::string_view type) = 0;
  // An INTERNAL error of ours, with the text that the client does not see.
  virtual void OnInternal(std::string_view path, std::string_view request_id,
                          std::string_view text) = 0;
};

}  // namespace replyguard::service::rpc
