// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One unary call from its arrival to its answer, whatever the transport. Never blocks the thread it
// begins on: what blocks goes to the gate's executor.
//
// Thread-safety: Begin once; the end comes on any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "service/rpc/dispatch/call.h"

namespace replyguard::service::rpc {

class UnaryFlow {
 public:
  // Called exactly once. `response` is null unless the status is OK, and lives as long as the flow;
  // `request_id` is empty when OK.
  using Answer = std::function<void(const absl::Status& status, const std::string& request_id,
                                    const google::protobuf::Message* response)>;

  // All outlive it. It may be destroyed from within its answer, or after it.
  UnaryFlow(Gate& gate, const UnaryMethod& method, CallSource& source, Answer answer);

  void Begin();

  // See Call. REQUIRES: it is answering.
  std::unique_ptr<HeldAnswers::Held> HoldAnswer(std::size_t bytes) {
    return call_.HoldAnswer(bytes);
  }

 private:
  // OK: the call went on and ends by itself. Otherwise it is to be ended.
  // On a transport's thread: never blocks, and scores only while no other such thread does.
  absl::Status ProceedHere();
  // On a thread of ours.
  absl::Status Proceed();
  absl::Status Read();
  void RunMethod();
  absl::Status ToExecutor(bool look);
  void OnExecutor(bool look);
  void OnScorer();
  void End(const absl::Status& status);

  Call call_;
  const UnaryMethod& method_;
  Answer answer_;
  const google::protobuf::Message* request_ = nullptr;
  google::protobuf::Message* response_ = nullptr;
  std::atomic<bool> ended_{false};
};

}  // namespace replyguard::service::rpc
