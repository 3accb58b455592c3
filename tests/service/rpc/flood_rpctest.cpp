// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// More work for the processor than there is time for.
#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <list>
#include <memory>
#include <string>

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

}  // namespace
}  // namespace replyguard::tests
