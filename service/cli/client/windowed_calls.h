// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

#include "service/cli/client/connection.h"
#include "service/cli/client/retry.h"

namespace replyguard::service::cli {

// What the source of requests answers.
enum class Pull {
  kRequest,  // here is one
  kWait,     // the next one needs an answer that is still on its way
  kEnd,      // there are no more
};

// Makes many unary calls over one channel, a bounded number at a time, each retried with the same
// request where a retry may help. One thread; needs no others. `Item` is whatever the caller wants
// back with the answer.
template <typename Request, typename Response, typename Item>
class WindowedCalls {
 public:
  using Start = std::function<std::unique_ptr<grpc::ClientAsyncResponseReader<Response>>(
      grpc::ClientContext*, const Request&, grpc::CompletionQueue*)>;
  using Next = std::function<Pull(Request&, Item&)>;
  // `retries`: how often the call was repeated before this answer.
  using Done = std::function<void(Item&, const grpc::Status&, const Response&, int retries)>;
  // Called after each answer, and at least about twice a second.
  using Tick = std::function<void()>;

  WindowedCalls(const Connection& connection, std::size_t window, RetryPolicy retry, Start start)
      : connection_(connection), window_(window), retry_(retry), start_(std::move(start)) {}

  // Runs until every request is answered for good.
  void Run(const Next& next, const Done& done, const Tick& tick) {
    bool more = true;
    while (true) {
      while (more && running_.size() < window_) {
        auto call = std::make_unique<Pending>();
        const Pull pulled = next(call->request, call->item);
        if (pulled == Pull::kWait && !running_.empty()) break;
        if (pulled != Pull::kRequest) {
          more = false;
          break;
        }
        Pending* raw = call.get();
        running_.emplace(raw, std::move(call));
        Begin(*raw);
      }
      if (running_.empty()) break;
      Await(done);
      tick();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool good = false;
    while (queue_.Next(&tag, &good)) {
    }
  }

 private:
  struct Pending {
    Request request;
    Item item;
    Response response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader;
    std::unique_ptr<grpc::Alarm> alarm;  // set while it waits to be repeated
    int retries = 0;
  };

  void Begin(Pending& call) {
    call.alarm.reset();
    call.context = std::make_unique<grpc::ClientContext>();
    connection_.Prepare(*call.context);
    call.response = Response();
    call.reader = start_(call.context.get(), call.request, &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.response, &call.status, &call);
  }

  void Await(const Done& done) {
    constexpr std::chrono::milliseconds kTick{500};
    void* tag = nullptr;
    bool good = false;
    const auto deadline = std::chrono::system_clock::now() + kTick;
    if (queue_.AsyncNext(&tag, &good, deadline) != grpc::CompletionQueue::GOT_EVENT) return;
    auto& call = *static_cast<Pending*>(tag);
    if (call.alarm != nullptr) return Begin(call);
    if (const auto wait = retry_.WaitBefore(call.status, call.retries + 1)) {
      ++call.retries;
      call.alarm = std::make_unique<grpc::Alarm>();
      call.alarm->Set(&queue_, std::chrono::system_clock::now() + *wait, &call);
      return;
    }
    done(call.item, call.status, call.response, call.retries);
    running_.erase(&call);
  }

  const Connection& connection_;
  const std::size_t window_;
  RetryPolicy retry_;
  const Start start_;
  grpc::CompletionQueue queue_;
  std::unordered_map<Pending*, std::unique_ptr<Pending>> running_;
};

}  // namespace replyguard::service::cli
