// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What is told again and refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "service/usecases/deliver/outcome.h"
#include "service/usecases/errors.h"
#include "service/usecases/webhooks_test.h"

namespace replyguard::service {
namespace {

using storage::WebhookState;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class RedeliveriesTest : public WebhooksTest {
 protected:
  // A webhook that has been told so many events.
  storage::WebhookRecord MakeTold(int events) {
    auto webhook = Make();
    for (int event = 0; event < events; ++event) world_.Stored("Comment " + std::to_string(event));
    Run();
    Posted();
    return webhook;
  }
  absl::Status Ask(const storage::WebhookRecord& webhook, std::int64_t sequence) {
    return webhooks_.Redeliver(world_.admin, "blog", webhook.webhook_id, sequence, Soon()).status();
  }
};

TEST_F(RedeliveriesTest, WhatIsNewDoesNotWaitForAnEventThatIsRefusedWhenToldAgain) {
  const auto webhook = Make();
  for (const char* text : {"One.", "Two."}) world_.Stored(text);
  Run();
  Posted();
  const auto& id = webhook.webhook_id;
  for (const std::int64_t sequence : {1, 2}) {
    ASSERT_TRUE(webhooks_.Redeliver(world_.admin, "blog", id, sequence, Soon()).ok());
  }
  world_.Stored("Three.");
  poster_.statuses = {500};
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1", "blog3", "blog2"));
  EXPECT_EQ(Now(webhook).failures, 0);
  // Its pauses are its own, and grow.
  world_.Stored("Four.");
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog4"));
  Pass(std::chrono::seconds(5));
  poster_.statuses = {0};
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  EXPECT_EQ(Log(webhook)[0].error, "nobody answers");
  Pass(std::chrono::seconds(29));
  Run();
  EXPECT_THAT(Posted(), SizeIs(0));
  Pass(std::chrono::seconds(1));
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  Pass(std::chrono::hours(6));
  Run();
  EXPECT_THAT(Posted(), SizeIs(0)) << "it was told";
}

TEST_F(RedeliveriesTest, WhoAsksAgainOrResumesDoesNotWaitForWhatWasRefused) {
  const auto webhook = Make();
  world_.Stored("One.");
  Run();
  Posted();
  const auto& id = webhook.webhook_id;
  const auto ask = [&] { return webhooks_.Redeliver(world_.admin, "blog", id, 1, Soon()).ok(); };
  poster_.statuses = {500, 500, 410};
  for (int time = 0; time < 2; ++time) {
    ASSERT_TRUE(ask());
    Run();
    EXPECT_THAT(Posted(), ElementsAre("blog1"));
  }
  ASSERT_TRUE(ask());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  EXPECT_EQ(Now(webhook).state, WebhookState::kPaused);
  storage::WebhookChange resume;
  resume.state = WebhookState::kActive;
  ASSERT_TRUE(webhooks_.Update(world_.admin, "blog", id, resume, Soon()).ok());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
}

TEST_F(RedeliveriesTest, AreGivenUpAfterThreeDaysAndNothingElseIs) {
  std::chrono::seconds until_last{0};
  for (std::int32_t n = 1; n + 1 < kRedeliveryFailuresMax; ++n) {
    until_last += PauseAfter(static_cast<std::size_t>(n), kWebhookPauses);
  }
  EXPECT_LT(until_last, kWebhookFailingMax);
  EXPECT_GE(until_last + kWebhookPauses.back(), kWebhookFailingMax);
  const auto webhook = MakeTold(1);
  ASSERT_TRUE(Ask(webhook, 1).ok());
  poster_.standard = 400;
  for (std::int32_t turn = 0; turn < 2 * kRedeliveryFailuresMax; ++turn) {
    Run();
    Pass(kWebhookPauses.back());
  }
  EXPECT_THAT(Posted(), SizeIs(kRedeliveryFailuresMax));
  EXPECT_EQ(Log(webhook)[0].error, "answered 400; it is told again no more");
  EXPECT_EQ(Log(webhook)[1].error, "answered 400");
  EXPECT_EQ(Now(webhook).state, WebhookState::kActive);
  ASSERT_TRUE(Ask(webhook, 1).ok());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
}

TEST_F(RedeliveriesTest, AreDroppedWhereTheWebhookIsMoved) {
  const auto webhook = MakeTold(2);
  poster_.statuses = {400};
  ASSERT_TRUE(Ask(webhook, 1).ok());
  Run();
  Posted();
  world_.test.Sql(
      "INSERT INTO replyguard.webhook_redeliveries (site_id, webhook_id, sequence) "
      "SELECT site_id, webhook_id, n FROM replyguard.webhooks, generate_series(101, 199) n");
  ASSERT_EQ(ReasonOf(Ask(webhook, 2)), reasons::kWebhookLimit);
  const auto& id = webhook.webhook_id;
  ASSERT_TRUE(webhooks_.RedeliverFrom(world_.admin, "blog", id, 2, Soon()).ok());
  Pass(kWebhookPauses.back());
  Run();
  EXPECT_THAT(Posted(), SizeIs(0));
  EXPECT_TRUE(Ask(webhook, 2).ok());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog2"));
}

TEST_F(RedeliveriesTest, RestWhereNobodyAnswersAndWhatIsNewDoesNot) {
  const auto webhook = MakeTold(2);
  for (const std::int64_t sequence : {1, 2}) ASSERT_TRUE(Ask(webhook, sequence).ok());
  poster_.statuses = {0};
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  world_.Stored("New.");
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog3"));
  Pass(kWebhookPauses.front());
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog2", "blog1")) << "one that hangs keeps up no other";
}

TEST_F(RedeliveriesTest, RestWhereARefusalIsSlow) {
  const auto webhook = MakeTold(2);
  for (const std::int64_t sequence : {1, 2}) ASSERT_TRUE(Ask(webhook, sequence).ok());
  poster_.statuses = {500};
  poster_.meanwhile = [] { std::this_thread::sleep_for(kSlowCall + std::chrono::milliseconds(1)); };
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
  Pass(storage::kRedeliveriesRestMax);
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog2", "blog1"));
}

}  // namespace
}  // namespace replyguard::service
