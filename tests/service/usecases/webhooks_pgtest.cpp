// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Webhooks over a real event log, with a receiver that answers as the test says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/usecases/deliver/outcome.h"
#include "service/usecases/errors.h"
#include "service/usecases/webhooks_test.h"

namespace replyguard::service {
namespace {

using storage::DecisionAction;
using storage::WebhookRecord;
using storage::WebhookState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(WebhooksTest, TellsWhatIsWantedInOrderAndOnce) {
  world_.Stored("Before.");
  const auto every = Make();
  Make(storage::MaskOf(storage::EventType::kDecided));
  const auto comment = world_.Stored("After.");
  world_.Decide(comment.comment_id, DecisionAction::kApprove);
  Run();
  EXPECT_THAT(Posted(), testing::UnorderedElementsAre("blog2", "blog3", "blog3"));
  EXPECT_EQ(Now(every).sequence, 3);
  Run();
  EXPECT_THAT(Posted(), SizeIs(0));
  const auto log = Log(every);
  ASSERT_THAT(log, SizeIs(2));
  EXPECT_EQ(log[0].number, 2);
  EXPECT_EQ(log[0].sequence, 3);
  EXPECT_EQ(log[0].status, 204);
  EXPECT_EQ(log[0].error, "");
}

TEST_F(WebhooksTest, AFailureHoldsUpWhatFollowsAndIsTriedAgainLater) {
  const auto webhook = Make();
  world_.Stored("One.");
  world_.Stored("Two.");
  poster_.statuses = {500, 0};
  const std::string before = world_.test.Sql("SELECT clock_timestamp()");
  RunOnce();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  EXPECT_EQ(Now(webhook).last_error, "answered 500");
  EXPECT_EQ(world_.test.Sql("SELECT due_at BETWEEN '" + before +
                            "'::timestamptz + interval '5 seconds' AND clock_timestamp() + "
                            "interval '5 seconds' FROM replyguard.webhooks"),
            "t");
  Pass(std::chrono::seconds(5));
  RunOnce();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  EXPECT_EQ(Now(webhook).failures, 2);
  EXPECT_EQ(Log(webhook)[0].status, 0);
  EXPECT_EQ(Log(webhook)[0].error, "nobody answers");
  Pass(std::chrono::seconds(30));
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1", "blog2"));
  EXPECT_EQ(Now(webhook).failures, 0);
  EXPECT_FALSE(Now(webhook).failing_since);
  EXPECT_EQ(Now(webhook).last_error, "");
}

TEST_F(WebhooksTest, PausesGrowToSixHours) {
  EXPECT_EQ(PauseAfter(1, kWebhookPauses), std::chrono::seconds(5));
  EXPECT_EQ(PauseAfter(6, kWebhookPauses), std::chrono::hours(6));
  EXPECT_EQ(PauseAfter(60, kWebhookPauses), std::chrono::hours(6));
}

TEST_F(WebhooksTest, IsPausedAfterThreeDaysAndResumedByAnOperator) {
  const auto webhook = Make();
  world_.Stored("One.");
  poster_.standard = 503;
  for (int i = 0; i < 30 && Now(webhook).state == WebhookState::kActive; ++i) {
    RunOnce();
    Pass(std::chrono::hours(6) + std::chrono::seconds(1));
  }
  const auto paused = Now(webhook);
  EXPECT_EQ(paused.state, WebhookState::kPaused);
  EXPECT_EQ(paused.pause_reason, "it failed for three days: answered 503");
  EXPECT_EQ(paused.failures, 13) << "every six hours of three days, and the first";
  Posted();
  Run();
  EXPECT_THAT(Posted(), SizeIs(0));
  poster_.standard = 200;
  storage::WebhookChange resume;
  resume.state = WebhookState::kActive;
  ASSERT_TRUE(webhooks_.Update(world_.admin, "blog", webhook.webhook_id, resume, Soon()).ok());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  EXPECT_EQ(Now(webhook).pause_reason, "");
}

TEST_F(WebhooksTest, GoneMeansGone) {
  const auto webhook = Make();
  world_.Stored("One.");
  poster_.statuses = {410};
  Run();
  EXPECT_EQ(Now(webhook).state, WebhookState::kPaused);
  EXPECT_EQ(Now(webhook).pause_reason, "the receiver answered 410: gone");
}

TEST_F(WebhooksTest, TwoSecretsSignUntilTheOldOneIsDropped) {
  const auto webhook = Make();
  const auto signatures = [this] {
    world_.Stored("Another.");
    Run();
    const std::string& line = poster_.posts.back().headers.back().second;
    return std::count(line.begin(), line.end(), ' ') + 1;
  };
  EXPECT_EQ(signatures(), 1);
  const auto rotated = webhooks_.Rotate(world_.admin, "blog", webhook.webhook_id, Soon());
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  EXPECT_EQ(signatures(), 2);
  EXPECT_EQ(ReasonOf(webhooks_.Rotate(world_.admin, "blog", webhook.webhook_id, Soon()).status()),
            reasons::kSecretCount);
  EXPECT_TRUE(webhooks_.DropOldSecret(world_.admin, "blog", webhook.webhook_id, Soon()).ok());
  EXPECT_EQ(signatures(), 1);
  EXPECT_EQ(
      ReasonOf(webhooks_.DropOldSecret(world_.admin, "blog", webhook.webhook_id, Soon()).status()),
      reasons::kSecretCount);
}

TEST_F(WebhooksTest, TellsAgainWhatIsAskedFor) {
  const auto webhook = Make();
  for (const char* text : {"One.", "Two.", "Three."}) world_.Stored(text);
  Run();
  Posted();
  const auto& id = webhook.webhook_id;
  ASSERT_TRUE(webhooks_.Redeliver(world_.admin, "blog", id, 2, Soon()).ok());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog2"));
  EXPECT_TRUE(Log(webhook)[0].redelivery);
  EXPECT_EQ(Now(webhook).sequence, 3);
  ASSERT_TRUE(webhooks_.RedeliverFrom(world_.admin, "blog", id, 1, Soon()).ok());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog2", "blog3"));
  for (const auto& status :
       {webhooks_.Redeliver(world_.admin, "blog", id, 4, Soon()).status(),
        webhooks_.RedeliverFrom(world_.admin, "blog", id, 4, Soon()).status()}) {
    EXPECT_EQ(ReasonOf(status), reasons::kEventNotKept);
  }
}

// Whose receiver is so slow that a turn is over after each event.
TEST_F(WebhooksTest, WhatIsNewAndWhatIsToldAgainWaitForNoMoreThanOneOfTheOthers) {
  const auto webhook = Make();
  for (const char* text : {"One.", "Two.", "Three."}) world_.Stored(text);
  Run();
  Posted();
  for (const std::int64_t sequence : {1, 2, 3}) {
    ASSERT_TRUE(
        webhooks_.Redeliver(world_.admin, "blog", webhook.webhook_id, sequence, Soon()).ok());
  }
  for (const char* text : {"Four.", "Five."}) world_.Stored(text);
  WebhookCourier slow = Courier(world_.clock, TurnsOfOneEvent());
  for (int turn = 0; turn < 3; ++turn) ASSERT_TRUE(*slow.RunOnce());
  EXPECT_FALSE(*slow.RunOnce());
  EXPECT_THAT(Posted(), ElementsAre("blog1", "blog4", "blog2", "blog5", "blog3"));
}

// The way past the order of one webhook, as the documentation has it.
TEST_F(WebhooksTest, ASecondWebhookIsToldWhileTheFirstOneIsToldEverythingAgain) {
  const auto first = Make();
  for (const char* text : {"One.", "Two.", "Three."}) world_.Stored(text);
  Run();
  const auto second = Make();
  world_.Stored("Four.");
  ASSERT_TRUE(webhooks_.RedeliverFrom(world_.admin, "blog", first.webhook_id, 0, Soon()).ok());
  Posted();
  WebhookCourier slow = Courier(world_.clock, TurnsOfOneEvent());
  for (int turn = 0; turn < 2; ++turn) ASSERT_TRUE(*slow.RunOnce());
  EXPECT_THAT(Posted(), testing::UnorderedElementsAre("blog1", "blog4"));
  EXPECT_EQ(Now(second).sequence, 4);
}

TEST_F(WebhooksTest, WhatIsNoLongerKeptPausesIt) {
  const auto webhook = Make();
  world_.Stored("One.");
  Run();
  world_.Stored("Two.");
  world_.Stored("Three.");
  world_.test.Sql("DELETE FROM replyguard.events WHERE sequence <= 2");
  world_.test.Sql("UPDATE replyguard.site_heads SET event_oldest = 3");
  Posted();
  Run();
  EXPECT_THAT(Posted(), SizeIs(0));
  EXPECT_EQ(Now(webhook).state, WebhookState::kPaused);
  ASSERT_TRUE(webhooks_.RedeliverFrom(world_.admin, "blog", webhook.webhook_id, 0, Soon()).ok());
  storage::WebhookChange resume;
  resume.state = WebhookState::kActive;
  ASSERT_TRUE(webhooks_.Update(world_.admin, "blog", webhook.webhook_id, resume, Soon()).ok());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog3"));
}

TEST_F(WebhooksTest, TheLogKeepsTheLastTwoHundred) {
  const auto webhook = Make();
  auto& store = world_.db->webhooks();
  world_.Stored("One.");
  const auto taken = store.Take(kDeliveryLease, {}, Soon());
  ASSERT_TRUE(taken.ok() && *taken);
  storage::WebhookAttempt attempt;
  attempt.at = world_.clock.Now();
  attempt.error = std::string(1'000, 'e');
  for (int i = 0; i < 203; ++i) ASSERT_TRUE(*store.Settle(**taken, attempt, Soon()));
  const auto log = Log(webhook);
  ASSERT_THAT(log, SizeIs(200));
  EXPECT_EQ(log.front().number, 203);
  EXPECT_EQ(log.front().error.size(), storage::kWebhookErrorBytesMax);
  EXPECT_EQ(world_.test.Sql("SELECT count(*) FROM replyguard.webhook_attempts"), "200");
}

TEST_F(WebhooksTest, RefusesWhatCannotBe) {
  const auto create = [this](const Principal& who, const std::string& url) {
    return ReasonOf(webhooks_.Create(who, "blog", url, 0, Soon()).status());
  };
  for (const std::string& url :
       {std::string(), std::string("http://blog.example/"), "https://" + std::string(500, 'a'),
        std::string("https://blog.example/?to=ada@example.org"),
        std::string("https://10.1.2.3/")}) {
    EXPECT_EQ(create(world_.admin, url), reasons::kInvalidFields) << url;
  }
  EXPECT_EQ(create(world_.backend, "https://blog.example/"), reasons::kPermissionDenied);
  EXPECT_EQ(create(world_.moderator, "https://blog.example/"), reasons::kPermissionDenied);
  for (int i = 0; i < storage::kWebhooksPerSiteMax; ++i) Make();
  EXPECT_EQ(create(world_.admin, "https://blog.example/"), reasons::kWebhookLimit);
  const auto all = webhooks_.List(world_.admin, "blog", Soon());
  ASSERT_THAT(*all, SizeIs(5));
  const auto& id = all->front().webhook_id;
  EXPECT_TRUE(webhooks_.Delete(world_.admin, "blog", id, Soon()).ok());
  EXPECT_EQ(ReasonOf(webhooks_.Delete(world_.admin, "blog", id, Soon())),
            reasons::kWebhookNotFound);
  EXPECT_EQ(ReasonOf(webhooks_.Attempts(world_.admin, "blog", id, 10, Soon()).status()),
            reasons::kWebhookNotFound);
}

TEST_F(WebhooksTest, SaysThatAnAddressIsNotPublic) {
  const absl::Status status =
      webhooks_.Create(world_.admin, "blog", "https://10.1.2.3/", 0, Soon()).status();
  const auto detail = GetErrorDetail(status);
  ASSERT_TRUE(detail && !detail->violations.empty()) << status;
  EXPECT_THAT(detail->violations.front().description, HasSubstr("outgoing.allow_private"));
  EXPECT_THAT(detail->violations.front().description, HasSubstr("private network"));
}

TEST_F(WebhooksTest, SaysEverythingThatAUrlMustHave) {
  const absl::Status status =
      webhooks_.Create(world_.admin, "blog", "http://blog.example/", 0, Soon()).status();
  for (const char* const what : {"https", "two slashes", "host", "port", "user and password"}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  }
}

TEST_F(WebhooksTest, ASecretOfAnotherDeploymentSignsNothing) {
  const auto webhook = Make();
  world_.Stored("One.");
  world_.test.Sql("UPDATE replyguard.webhooks SET secret = 'other'");
  Run();
  EXPECT_THAT(Posted(), SizeIs(0));
  EXPECT_EQ(Now(webhook).last_error, "a secret was sealed under another deployment key");
}

}  // namespace
}  // namespace replyguard::service
