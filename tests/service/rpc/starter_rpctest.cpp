// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A server with the shipped starter model: what it says without a label, and how labels outweigh
// it.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "support/patience.h"
#include "support/server_fixture.h"

namespace replyguard::tests {
namespace {

constexpr char kSpam[] = "Please subscribe to my channel http://videos.example/join";
constexpr char kHam[] = "I love this song, it makes me happy every morning";

class StarterTest : public testing::Test {
 protected:
  v1::Assessment Check(const std::string& body) {
    v1::CheckCommentRequest request;
    auto& submission = *request.mutable_submission();
    submission.set_thread("sites/blog/threads/bees");
    submission.set_author_name("Jane");
    submission.set_author_email("jane@example.org");
    submission.set_body(body);
    v1::CheckCommentResponse response;
    const auto status =
        fixture_.comments().CheckComment(Context(fixture_.backend_key).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.assessment();
  }

  v1::Model GetModel() {
    v1::GetModelRequest request;
    request.set_name("sites/blog/model");
    v1::GetModelResponse response;
    EXPECT_TRUE(
        fixture_.model().GetModel(Context(fixture_.operator_key).get(), request, &response).ok());
    return response.model();
  }

  ServerFixture fixture_{"shipped"};
};

TEST_F(StarterTest, TellsSpamFromTheFirstCommentOnAndSaysThatItHadItsSay) {
  const v1::Model model = GetModel();
  EXPECT_TRUE(model.trained());
  EXPECT_EQ(model.spam_count(), 0) << "counts are the site's own";
  EXPECT_EQ(model.ham_count(), 0);
  EXPECT_NE(model.starter_id(), 0U);
  EXPECT_GT(model.starter_spam_count(), 1000);
  EXPECT_GT(model.starter_ham_count(), 5000);
  EXPECT_EQ(model.feature_count(), 0);

  const v1::Assessment spam = Check(kSpam);
  const v1::Assessment ham = Check(kHam);
  EXPECT_NE(spam.verdict(), v1::VERDICT_APPROVE);
  EXPECT_GT(spam.probability(), 0.8);
  EXPECT_LT(ham.probability(), 0.4);
  EXPECT_NE(spam.model_id().find("s" + std::to_string(model.starter_id()) + ".e0.p0"),
            std::string::npos)
      << spam.model_id();
  bool told = false;
  for (const v1::Reason& reason : spam.reasons()) {
    EXPECT_EQ(reason.spam_count(), 0) << "no counts but the site's own: " << reason.text();
    EXPECT_EQ(reason.ham_count(), 0) << reason.text();
    told = told || reason.text().find("by the starter model and the site's 0 spam and 0 good") !=
                       std::string::npos;
  }
  EXPECT_TRUE(told) << spam.ShortDebugString();
}

TEST_F(StarterTest, TheSitesOwnLabelsOutweighIt) {
  ASSERT_GT(Check(kSpam).probability(), 0.8);
  v1::LearnCommentsRequest request;
  request.set_parent("sites/blog");
  for (int i = 0; i < 60; ++i) {
    // This site welcomes what the starter model takes for spam.
    const bool spam = i % 2 == 0;
    auto& example = *request.add_examples();
    example.mutable_submission()->set_body(std::string(spam ? kHam : kSpam) + " number " +
                                           std::to_string(i));
    example.set_label(spam ? v1::LABEL_SPAM : v1::LABEL_HAM);
    example.set_external_id("c" + std::to_string(i));
  }
  v1::LearnCommentsResponse learnt;
  ASSERT_TRUE(
      fixture_.model().LearnComments(Context(fixture_.operator_key).get(), request, &learnt).ok());
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (GetModel().position() < 60 && std::chrono::steady_clock::now() < until) {
  }
  const v1::Assessment spam = Check(kSpam);
  EXPECT_EQ(spam.verdict(), v1::VERDICT_APPROVE) << spam.ShortDebugString();
  EXPECT_EQ(Check(kHam).verdict(), v1::VERDICT_SPAM);
  EXPECT_EQ(spam.ShortDebugString().find("starter model"), std::string::npos)
      << "with labels enough it is the site's own decision";
}

TEST_F(StarterTest, ARestartAnswersTheSame) {
  const v1::Assessment before = Check(kSpam);
  fixture_.Restart();
  EXPECT_EQ(Check(kSpam).log_odds(), before.log_odds());
  EXPECT_EQ(Check(kSpam).model_id(), before.model_id());
}

}  // namespace
}  // namespace replyguard::tests
