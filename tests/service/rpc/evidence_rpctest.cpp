// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Evidence beside the text, as a website gives it, and as ExplainComment tells it.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/patience.h"
#include "support/server_fixture.h"

namespace replyguard::tests {
namespace {

// Labels of texts alike, told apart by the hidden field alone, and a server that has applied them.
void Train(ServerFixture& fixture) {
  v1::LearnCommentsRequest request;
  request.set_parent("sites/blog");
  for (int i = 0; i < 60; ++i) {
    const bool spam = i % 2 == 0;
    auto& example = *request.add_examples();
    example.mutable_submission()->set_body("a text like any other, number " +
                                           std::to_string(i / 2));
    if (spam) example.mutable_submission()->mutable_form()->set_honeypot("filled");
    example.set_label(spam ? v1::LABEL_SPAM : v1::LABEL_HAM);
    example.set_external_id("h" + std::to_string(i));
  }
  v1::LearnCommentsResponse learnt;
  ASSERT_TRUE(
      fixture.model().LearnComments(Context(fixture.operator_key).get(), request, &learnt).ok());
  v1::GetModelRequest get;
  get.set_name("sites/blog/model");
  v1::GetModelResponse model;
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (model.model().position() < 60 && std::chrono::steady_clock::now() < until) {
    ASSERT_TRUE(fixture.model().GetModel(Context(fixture.operator_key).get(), get, &model).ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // leaves it the processor
  }
  ASSERT_EQ(model.model().position(), 60);
}

TEST(EvidenceTest, AFilledHoneypotIsAReasonOnceItWasLearnt) {
  ServerFixture fixture;
  Train(fixture);
  const auto explain = [&](const std::string& honeypot) {
    v1::SubmitCommentRequest submit;
    auto& submission = *submit.mutable_submission();
    submission.set_thread("sites/blog/threads/bees");
    submission.set_author_name("Jane");
    submission.set_author_email("jane@example.org");
    submission.set_body("a text like any other, number 7");
    submission.mutable_form()->set_honeypot(honeypot);
    v1::SubmitCommentResponse stored;
    EXPECT_TRUE(
        fixture.comments().SubmitComment(Context(fixture.backend_key).get(), submit, &stored).ok());
    v1::ExplainCommentRequest request;
    request.set_name(stored.comment().name());
    request.set_feature_count_max(50);
    v1::ExplainCommentResponse explained;
    const grpc::Status status =
        fixture.model().ExplainComment(Context(fixture.moderator_key).get(), request, &explained);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return explained.assessment();
  };
  const auto reason_of = [](const v1::Assessment& assessment) {
    for (const auto& reason : assessment.reasons()) {
      if (reason.text() == "honeypot filled") return reason.log_odds();
    }
    return 0.0;
  };
  const v1::Assessment filled = explain("x");
  const v1::Assessment empty = explain("");
  EXPECT_GT(reason_of(filled), 0);
  EXPECT_EQ(reason_of(empty), 0) << "an empty one says nothing";
  EXPECT_GT(filled.log_odds(), empty.log_odds());
}

}  // namespace
}  // namespace replyguard::tests
