// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The life of a comment over real gRPC and a real PostgreSQL.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "support/patience.h"
#include "support/server_fixture.h"

namespace replyguard::tests {
namespace {

using grpc::StatusCode;

v1::SubmitCommentRequest Comment(const std::string& body, const std::string& request_id = "") {
  v1::SubmitCommentRequest request;
  auto& submission = *request.mutable_submission();
  submission.set_thread("sites/blog/threads/bees");
  submission.set_author_name("Jane");
  submission.set_author_email("jane@example.org");
  submission.set_author_ip("192.0.2.7");
  submission.set_body(body);
  request.set_request_id(request_id);
  return request;
}

google::rpc::BadRequest BadRequestOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::BadRequest bad;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&bad)) break;
  }
  return bad;
}

class LifeTest : public testing::Test {
 protected:
  v1::SubmitCommentResponse Submit(const std::string& body, const std::string& id = "") {
    v1::SubmitCommentResponse response;
    const grpc::Status status = fixture_.comments().SubmitComment(
        Context(fixture_.backend_key).get(), Comment(body, id), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status TrySubmit(const v1::SubmitCommentRequest& request) {
    v1::SubmitCommentResponse response;
    return fixture_.comments().SubmitComment(Context(fixture_.backend_key).get(), request,
                                             &response);
  }
  v1::ModerateCommentsResponse Decide(const std::string& comment, v1::DecisionAction action) {
    v1::ModerateCommentsRequest request;
    auto* one = request.add_actions();
    one->set_comment(comment);
    one->set_action(action);
    v1::ModerateCommentsResponse response;
    const grpc::Status status = fixture_.moderation().ModerateComments(
        Context(fixture_.moderator_key).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  ServerFixture fixture_;
};

TEST_F(LifeTest, UntrainedServerHoldsMasksAndQueues) {
  const auto response = Submit("Write to bob@example.com about bees");
  EXPECT_EQ(response.comment().status(), v1::COMMENT_STATUS_PENDING);
  EXPECT_EQ(response.assessment().verdict(), v1::VERDICT_HOLD);
  EXPECT_EQ(response.comment().author().masked_email(), "j***@example.org");
  EXPECT_EQ(response.comment().author().masked_ip(), "192.0.2.0/24");
  EXPECT_EQ(response.comment().author().author_id().size(), 32U);
  EXPECT_TRUE(response.comment().body_masked());
  const std::string everything = response.SerializeAsString();
  for (const char* secret : {"bob@example.com", "jane@example.org", "192.0.2.7"}) {
    EXPECT_EQ(everything.find(secret), std::string::npos) << secret;
  }
  v1::ListQueueRequest list;
  list.set_parent("sites/-");
  v1::ListQueueResponse queue;
  ASSERT_TRUE(
      fixture_.moderation().ListQueue(Context(fixture_.moderator_key).get(), list, &queue).ok());
  ASSERT_EQ(queue.items_size(), 1);
  EXPECT_EQ(queue.items(0).comment().name(), response.comment().name());
}

TEST_F(LifeTest, RetryAnswersTheFirstVerdictAndAnotherBodyIsRefused) {
  const auto first = Submit("hello bees", "id-1");
  Decide(first.comment().name(), v1::DECISION_ACTION_APPROVE);
  const auto second = Submit("hello bees", "id-1");
  EXPECT_TRUE(second.replayed());
  EXPECT_EQ(second.comment().name(), first.comment().name());
  EXPECT_EQ(second.comment().status(), v1::COMMENT_STATUS_APPROVED);
  EXPECT_EQ(second.assessment().SerializeAsString(), first.assessment().SerializeAsString());
  EXPECT_EQ(TrySubmit(Comment("another body", "id-1")).error_code(), StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(fixture_.database().Sql("SELECT count(*) FROM replyguard.comments"), "1");
}

TEST_F(LifeTest, EveryViolationIsReportedAtOnce) {
  auto request = Comment("x");
  auto& submission = *request.mutable_submission();
  submission.clear_body();
  submission.set_author_email("not an address");
  submission.set_author_url("ftp://example.org");
  submission.set_author_ip("1.2.3");
  submission.set_author_name(std::string("a\0b", 3));
  submission.set_thread("sites/blog");
  submission.mutable_submit_time()->set_nanos(-1);
  const grpc::Status status = TrySubmit(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  std::set<std::string> fields;
  const google::rpc::BadRequest bad = BadRequestOf(status);
  for (const auto& violation : bad.field_violations()) {
    fields.insert(violation.field());
    EXPECT_FALSE(violation.reason().empty());
    EXPECT_EQ(violation.description().find("not an address"), std::string::npos);
  }
  const std::set<std::string> expected = {"submission.body",        "submission.author_email",
                                          "submission.author_url",  "submission.author_ip",
                                          "submission.author_name", "submission.thread",
                                          "submission.submit_time"};
  EXPECT_EQ(fields, expected);
}

TEST_F(LifeTest, DecisionsAreToldUndoneAndRecorded) {
  const auto comment = Submit("bees are fine").comment();
  const auto decided = Decide(comment.name(), v1::DECISION_ACTION_APPROVE);
  ASSERT_EQ(decided.results_size(), 1);
  EXPECT_EQ(decided.results(0).comment().status(), v1::COMMENT_STATUS_APPROVED);
  v1::UndoDecisionRequest undo;
  undo.set_name(decided.results(0).decision().name());
  v1::UndoDecisionResponse undone;
  ASSERT_TRUE(fixture_.moderation()
                  .UndoDecision(Context(fixture_.moderator_key).get(), undo, &undone)
                  .ok());
  EXPECT_EQ(undone.comment().status(), v1::COMMENT_STATUS_PENDING);
  v1::ListEventsRequest list;
  list.set_parent("sites/blog");
  v1::ListEventsResponse events;
  ASSERT_TRUE(
      fixture_.comments().ListEvents(Context(fixture_.backend_key).get(), list, &events).ok());
  ASSERT_EQ(events.events_size(), 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(events.events(i).sequence(), i + 1);
  EXPECT_EQ(events.head_cursor(), 3);
  v1::ListDecisionsRequest trail;
  trail.set_parent("sites/blog");
  trail.set_page_size(1);
  v1::ListDecisionsResponse page;
  ASSERT_TRUE(fixture_.moderation()
                  .ListDecisions(Context(fixture_.moderator_key).get(), trail, &page)
                  .ok());
  ASSERT_EQ(page.decisions_size(), 1);
  EXPECT_EQ(page.decisions(0).action(), v1::DECISION_ACTION_UNDO);
  trail.set_page_token(page.next_page_token());
  ASSERT_TRUE(fixture_.moderation()
                  .ListDecisions(Context(fixture_.moderator_key).get(), trail, &page)
                  .ok());
  EXPECT_EQ(page.decisions(0).action(), v1::DECISION_ACTION_APPROVE);
  trail.set_comment(comment.name());
  EXPECT_EQ(fixture_.moderation()
                .ListDecisions(Context(fixture_.moderator_key).get(), trail, &page)
                .error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(LifeTest, EventsStreamResumesAfterARestart) {
  const auto first = Submit("one").comment();
  const auto context = Context(fixture_.backend_key);
  v1::WatchEventsRequest watch;
  watch.set_parent("sites/blog");
  v1::WatchEventsResponse message;
  std::int64_t cursor = 0;
  {
    const auto stream = fixture_.comments().WatchEvents(context.get(), watch);
    while (cursor < 1 && stream->Read(&message)) cursor = message.cursor();
    ASSERT_EQ(cursor, 1);
    Decide(first.name(), v1::DECISION_ACTION_APPROVE);
    while (cursor < 2 && stream->Read(&message)) cursor = message.cursor();
    ASSERT_EQ(cursor, 2);
    fixture_.server().Shutdown();
    while (stream->Read(&message)) {
    }
    EXPECT_EQ(stream->Finish().error_code(), StatusCode::UNAVAILABLE);
  }
  fixture_.Restart();
  Submit("two");
  watch.set_cursor(cursor);
  const auto again = Context(fixture_.backend_key);
  const auto stream = fixture_.comments().WatchEvents(again.get(), watch);
  while (message.events().empty() && stream->Read(&message)) {
  }
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_GE(message.events_size(), 1);
  EXPECT_EQ(message.events(0).sequence(), 3);
  again->TryCancel();
}

TEST_F(LifeTest, BoundsOfTransportAreAnswered) {
  auto big = Comment(std::string(5U << 20U, 'a'));
  EXPECT_EQ(TrySubmit(big).error_code(), StatusCode::RESOURCE_EXHAUSTED);
  v1::SubmitCommentResponse response;
  auto late = Context(fixture_.backend_key);
  late->set_deadline(std::chrono::system_clock::now() + std::chrono::microseconds(1));
  EXPECT_EQ(fixture_.comments().SubmitComment(late.get(), Comment("x"), &response).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
  v1::ListCommentsRequest list;
  list.set_parent("sites/blog/threads/bees");
  list.set_page_size(-1);
  v1::ListCommentsResponse page;
  EXPECT_EQ(fixture_.comments()
                .ListComments(Context(fixture_.backend_key).get(), list, &page)
                .error_code(),
            StatusCode::INVALID_ARGUMENT);
  list.set_page_size(0);
  list.set_page_token("forged");
  EXPECT_EQ(fixture_.comments()
                .ListComments(Context(fixture_.backend_key).get(), list, &page)
                .error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(LifeTest, RevokedKeyIsRefusedByTheServer) {
  const std::string key = fixture_.MakeKey(storage::KeyRole::kBackend, "blog");
  v1::GetThreadRequest get;
  get.set_name("sites/blog/threads/none");
  v1::GetThreadResponse thread;
  EXPECT_EQ(fixture_.comments().GetThread(Context(key).get(), get, &thread).error_code(),
            StatusCode::NOT_FOUND);
  v1::RevokeApiKeyRequest revoke;
  revoke.set_name("apiKeys/" + key.substr(0, 16));
  v1::RevokeApiKeyResponse revoked;
  ASSERT_TRUE(
      fixture_.admin().RevokeApiKey(Context(fixture_.operator_key).get(), revoke, &revoked).ok());
  EXPECT_TRUE(revoked.api_key().has_revoke_time());
  const auto until = std::chrono::steady_clock::now() + kPatience;
  StatusCode code = StatusCode::OK;
  while (code != StatusCode::UNAUTHENTICATED && std::chrono::steady_clock::now() < until) {
    code = fixture_.comments().GetThread(Context(key).get(), get, &thread).error_code();
  }
  EXPECT_EQ(code, StatusCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace replyguard::tests
