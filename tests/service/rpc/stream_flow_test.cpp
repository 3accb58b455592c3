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
#include "service/auth/authenticator.h"
#include "support/no_keys.h"

namespace replyguard::service::rpc {
namespace {

// Knows one key.
class OneKey final : public tests::NoKeys {
 public:
  explicit OneKey(const auth::NewApiKey& key) {
    record_.key_id = key.id;
    record_.secret_hash.assign(key.hash.begin(), key.hash.end());
    record_.role = storage::KeyRole::kBackend;
    record_.site_id = 1;
  }
  absl::StatusOr<storage::ApiKeyRecord> Get(const std::string&, storage::Deadline) override {
    return record_;
  }

 private:
  storage::ApiKeyRecord record_;
};

class NoChanges final : public storage::ChangeWatcher {
 public:
  storage::LogHeads WaitForChange(const storage::LogHeads& seen, storage::Deadline) override {
    return seen;
  }
  storage::LogHeads Present() const override { return {}; }
  void Stop() override {}
};

class NoObserver final : public CallObserver {
 public:
  void OnCall(const CallRecord&) override {}
  void OnEscaped(std::string_view, std::string_view, std::string_view) override {}
  void OnInternal(std::string_view, std::string_view, std::string_view) override {}
};

class Source final : public CallSource {
 public:
  explicit Source(std::string authorization) : authorization_(std::move(authorization)) {}
  std::string_view Header(std::string_view) const override { return {}; }
  void AddHeader(std::string_view, std::string_view) override {}
  std::string Peer() const override { return "ipv4:192.0.2.1"; }
  Wire ComesBy() const override { return Wire::kNoBrowser; }
  std::string_view Authorization() const override { return authorization_; }
  std::chrono::system_clock::time_point ClientDeadline() const override {
    return std::chrono::system_clock::time_point::max();
  }
  bool Cancelled() const override { return false; }
  absl::Status CheckRequest() const override { return absl::OkStatus(); }
  absl::Status ParseInto(google::protobuf::Message&) const override { return absl::OkStatus(); }

 private:
  const std::string authorization_;
};

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
  const auth::NewApiKey key = auth::GenerateApiKey();
  OneKey keys(key);
  NoChanges changes;
  auth::Authenticator authenticator(
      {keys,
       changes,
       [](storage::SiteId) { return std::optional<std::string>("blog"); },
       [] { return storage::Timestamp{std::chrono::hours(1)}; },
       [] { return std::chrono::steady_clock::now(); },
       nullptr,
       {},
       [](const std::string&, storage::Timestamp) {}});
  auth::KeyRates rates(std::nullopt);
  NoObserver observer;
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
    Gate gate(authenticator, rates, {*executor, *executor, scorers}, observer, 1);
    gate.Open();
    stream = std::make_shared<Stream>(gate, method, "Bearer " + key.text, gone);
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
