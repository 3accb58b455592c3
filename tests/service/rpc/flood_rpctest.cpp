// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// More work for the processor than there is time for.
#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "service/auth/api_key.h"
#include "support/eventually.h"
#include "support/locked_table.h"
#include "support/patience.h"
#include "support/server_fixture.h"

namespace replyguard::tests {
namespace {

struct CheckCall {
  std::unique_ptr<grpc::ClientContext> context;
  v1::CheckCommentRequest request;
  v1::CheckCommentResponse response;
  grpc::Status status;
};

// Each takes milliseconds of the processor; all are sent at once.
TEST(Flood, ChecksBeyondTheProcessorsTimeAreRefusedAtOnceWithAHint) {
  constexpr int kCalls = 800;
  ServerFixture fixture;
  std::string body;
  for (int i = 0; body.size() < 30'000; ++i) body += "word" + std::to_string(i * 7919) + " ";
  const auto context = [&] { return Context(fixture.backend_key); };
  CheckCall first;  // the key is known from now on
  first.context = context();
  first.request.mutable_submission()->set_thread("sites/blog/threads/a");
  first.request.mutable_submission()->set_author_name("Jane");
  first.request.mutable_submission()->set_author_email("jane@example.org");
  first.request.mutable_submission()->set_body(body);
  ASSERT_TRUE(
      fixture.comments().CheckComment(first.context.get(), first.request, &first.response).ok());
  std::list<CheckCall> calls(kCalls);
  std::latch left(kCalls);
  for (CheckCall& call : calls) {
    call.context = context();
    // Those beyond what a connection carries wait with the client, as long as the others take.
    call.context->set_deadline(std::chrono::system_clock::now() + 10 * kPatience);
    call.request = first.request;
    fixture.comments().async()->CheckComment(call.context.get(), &call.request, &call.response,
                                             [&left, &call](grpc::Status status) {
                                               call.status = std::move(status);
                                               left.count_down();
                                             });
  }
  left.wait();
  int refused = 0;
  for (const CheckCall& call : calls) {
    if (call.status.ok()) continue;
    ++refused;
    EXPECT_EQ(call.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_TRUE(HasRetryInfo(call.status));
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, kCalls);
  CheckCall last;
  last.context = context();
  EXPECT_TRUE(
      fixture.comments().CheckComment(last.context.get(), first.request, &last.response).ok());
}

struct ListCall {
  std::unique_ptr<grpc::ClientContext> context;
  v1::ListEventsRequest request;
  v1::ListEventsResponse response;
  explicit ListCall(const std::string& key) : context(Context(key)) {
    context->set_deadline(std::chrono::system_clock::now() + 10 * kPatience);
    request.set_parent("sites/blog");
  }
};

TEST(Flood, AfterAStartABackendDoesNotWaitBehindStrangers) {
  constexpr int kStrangers = 40;
  ServerFixture fixture;
  const auto list = [&] {
    ListCall call(fixture.backend_key);
    return fixture.comments().ListEvents(call.context.get(), call.request, &call.response);
  };
  ASSERT_TRUE(list().ok());
  ASSERT_TRUE(Eventually([&] {
    return fixture.database().Sql("SELECT count(last_used_at) FROM replyguard.api_keys") != "0";
  }));
  fixture.Restart();
  // Whoever looks a key up waits.
  std::optional<LockedTable> locked(std::in_place, fixture.database(), "api_keys");
  std::list<ListCall> strangers;
  std::latch left(kStrangers);
  for (int i = 0; i < kStrangers; ++i) {
    ListCall& call = strangers.emplace_back(service::auth::GenerateApiKey().text);
    fixture.comments().async()->ListEvents(call.context.get(), &call.request, &call.response,
                                           [&left](const grpc::Status&) { left.count_down(); });
  }
  locked->WaitForWaiting(2);
  const grpc::Status status = list();
  EXPECT_TRUE(status.ok()) << status.error_message();
  locked.reset();
  left.wait();
}

}  // namespace
}  // namespace replyguard::tests
