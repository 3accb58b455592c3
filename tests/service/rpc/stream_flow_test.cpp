// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/stream_flow.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replyguard/v1/comment_service.pb.h"
#include "tests/service/rpc/one_caller.h"

namespace replyguard::service::rpc {
namespace {

// A transport's stream, of which the transport's pointer may go at any time.
class Stream final : public StreamSink, public std::enable_shared_from_this<Stream> {
 public:
  Stream(Gate& gate, const StreamMethod& method, std::string authorization, bool& gone)
      : source_(std::move(authorization)), gone_(gone), flow(gate, method, source_, *this) {}
  ~Stream() override { gone_ = true; }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void Write(const google::protobuf::Message&) override {}
  void Abort() override {}
  void End(const absl::Status&, const std::string&) override {}
  std::shared_ptr<void> Hold() override { return shared_from_this(); }

 private:
  Source source_;
  bool& gone_;

 public:
  StreamFlow flow;
};

TEST(StreamFlowTest, IsThereUntilTheThreadThatOpensItReturnsThoughTheTransportIsDone) {
  OneCaller caller;
  bool opened = false;
  bool gone = false;
  bool gone_while_opening = false;
  std::promise<void> begun;  // as gRPC is not done with a stream before
  std::shared_ptr<Stream> stream;
  StreamMethod method;
  method.descriptor = v1::WatchEventsRequest::descriptor()
                          ->file()
                          ->FindServiceByName("CommentService")
                          ->FindMethodByName("WatchEvents");
  method.request = &v1::WatchEventsRequest::default_instance();
  method.response = &v1::WatchEventsResponse::default_instance();
  method.path = "test";
  method.open = [&](const CallContext&, const google::protobuf::Message&, std::function<void()>) {
    opened = true;
    begun.get_future().wait();
    stream.reset();
    gone_while_opening = gone;
    return absl::StatusOr<std::unique_ptr<StreamSource>>(absl::UnavailableError("closed"));
  };
  {
    // Ended first: runs what waits.
    BoundedExecutor scorers({});
    std::optional<BoundedExecutor> executor(std::in_place, ExecutorOptions{});
    Gate gate(caller.authenticator, caller.rates, {*executor, *executor, scorers}, caller.observer,
              1);
    gate.Open();
    stream = std::make_shared<Stream>(gate, method, caller.authorization(), gone);
    stream->flow.Begin();
    begun.set_value();
    executor.reset();
  }
  EXPECT_TRUE(opened);
  EXPECT_FALSE(gone_while_opening);
  EXPECT_TRUE(gone);
}

}  // namespace
}  // namespace replyguard::service::rpc
