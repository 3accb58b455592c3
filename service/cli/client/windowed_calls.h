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
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

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
// request where a retry may help. While the server is away (UNAVAILABLE) one call alone asks for it
// again and again, and the others wait for that one: they share one bound, the time for which the
// server may stay away. After it what is in flight is answered UNAVAILABLE and nothing more is
// asked for. One thread; needs no others. `Item` is whatever the caller wants back with the answer.
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
  // Called when the server is found away.
  using Away = std::function<void(const grpc::Status&)>;

  WindowedCalls(const Connection& connection, std::size_t window, RetryPolicy retry,
                std::chrono::milliseconds away_max, Start start)
      : connection_(connection),
        window_(window),
        retry_(retry),
        away_max_(away_max),
        start_(std::move(start)) {}

  // Runs until every request is answered for good. False when the server stayed away for too long,
  // so that `next` was not asked for all.
  bool Run(const Next& next, const Done& done, const Tick& tick, const Away& away) {
    bool more = true;
    while (true) {
      while (more && !away_since_ && !gave_up_ && running_.size() < window_) {
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
      Await(done, away);
      tick();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool good = false;
    while (queue_.Next(&tag, &good)) {
    }
    return !gave_up_;
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

  void Await(const Done& done, const Away& away) {
    constexpr std::chrono::milliseconds kTick{500};
    void* tag = nullptr;
    bool good = false;
    const auto deadline = std::chrono::system_clock::now() + kTick;
    if (queue_.AsyncNext(&tag, &good, deadline) != grpc::CompletionQueue::GOT_EVENT) return;
    auto& call = *static_cast<Pending*>(tag);
    if (call.alarm != nullptr) return Begin(call);
    if (call.status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      return gave_up_ ? End(call, done) : WaitForServer(call, done, away);
    }
    ServerIsBack();
    if (const auto wait = retry_.WaitBefore(call.status, call.retries + 1)) {
      return BeginAfter(call, *wait);
    }
    End(call, done);
  }

  void BeginAfter(Pending& call, std::chrono::milliseconds wait) {
    ++call.retries;
    call.alarm = std::make_unique<grpc::Alarm>();
    call.alarm->Set(&queue_, std::chrono::system_clock::now() + wait, &call);
  }

  void End(Pending& call, const Done& done) {
    done(call.item, call.status, call.response, call.retries);
    running_.erase(&call);
  }

  void WaitForServer(Pending& call, const Done& done, const Away& away) {
    const auto now = std::chrono::steady_clock::now();
    if (!away_since_) {
      away_since_ = now;
      asks_ = 0;
      asking_ = &call;
      away(call.status);
    }
    if (asking_ != &call) {
      parked_.push_back(&call);
      return;
    }
    const auto wait = retry_.Wait(call.status, ++asks_);
    if (now + wait - *away_since_ <= away_max_) return BeginAfter(call, wait);
    gave_up_ = true;
    End(call, done);
    for (Pending* parked : std::exchange(parked_, {})) End(*parked, done);
  }

  void ServerIsBack() {
    away_since_.reset();
    asking_ = nullptr;
    for (Pending* parked : std::exchange(parked_, {})) {
      ++parked->retries;
      Begin(*parked);
    }
  }

  const Connection& connection_;
  const std::size_t window_;
  RetryPolicy retry_;
  const std::chrono::milliseconds away_max_;
  const Start start_;
  grpc::CompletionQueue queue_;

  std::optional<std::chrono::steady_clock::time_point> away_since_;
  int asks_ = 0;               // since then
  Pending* asking_ = nullptr;  // the one call that asks while the server is away
  std::vector<Pending*> parked_;
  bool gave_up_ = false;

  std::unordered_map<Pending*, std::unique_ptr<Pending>> running_;
};

}  // namespace replyguard::service::cli
