// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// That one server at a time tells a webhook.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/usecases/webhooks_test.h"

namespace replyguard::service {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_F(WebhooksTest, OneServerTellsAtATimeAndAChangeTakesItAway) {
  const auto webhook = Make();
  world_.Stored("One.");
  auto& store = world_.db->webhooks();
  auto taken = store.Take(kDeliveryLease, {}, Soon());
  ASSERT_TRUE(taken.ok() && *taken);
  EXPECT_FALSE(*store.Take(kDeliveryLease, {}, Soon()));
  // Its server dies.
  Pass(kDeliveryLease);
  const auto again = store.Take(kDeliveryLease, {}, Soon());
  ASSERT_TRUE(again.ok() && *again);
  (*taken)->sequence = 1;
  EXPECT_FALSE(*store.Settle(**taken, std::nullopt, Soon())) << "it is somebody else's";
  EXPECT_EQ(Now(webhook).sequence, 0);
  ASSERT_TRUE(webhooks_.RedeliverFrom(world_.admin, "blog", webhook.webhook_id, 0, Soon()).ok());
  EXPECT_FALSE(*store.Settle(**again, std::nullopt, Soon())) << "it was moved";
}

// Two events take longer than a lease, and each by itself less.
TEST_F(WebhooksTest, WhoGoesOnTellingKeepsIt) {
  Make();
  world_.Stored("One.");
  world_.Stored("Two.");
  WebhookCourier other{
      world_.directory, world_.db->webhooks(), world_.db->events(), sealer_, poster_, world_.clock,
      encode_};
  poster_.meanwhile = [&] {
    Pass(kDeliveryLease * 3 / 4);
    poster_.meanwhile = [&] {
      Pass(kDeliveryLease * 3 / 4);
      const auto told = other.RunOnce();
      ASSERT_TRUE(told.ok()) << told.status();
      EXPECT_FALSE(*told);
    };
  };
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1", "blog2"));
}

constexpr std::chrono::milliseconds kNeverFresh{-1};

TEST_F(WebhooksTest, ALeaseThatIsNotFreshBeginsAnewBeforeACall) {
  Make();
  world_.Stored("One.");
  RunSlowly(kNeverFresh, [this] { Pass(kDeliveryLease); });
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
}

TEST_F(WebhooksTest, WhoLostItBeforeACallDoesNotCall) {
  Make();
  world_.Stored("One.");
  RunSlowly(kNeverFresh, [this] {
    Pass(kDeliveryLease);
    ASSERT_TRUE(*world_.db->webhooks().Take(kDeliveryLease, {}, Soon()));
  });
  EXPECT_THAT(Posted(), SizeIs(0));
}

TEST_F(WebhooksTest, ALeaseBeginsAnewWithAnEventThatIsNoLongerKept) {
  const auto webhook = Make();
  world_.Stored("One.");
  world_.Stored("Two.");
  Run();
  Posted();
  for (const std::int64_t sequence : {1, 2}) {
    const auto& id = webhook.webhook_id;
    ASSERT_TRUE(webhooks_.Redeliver(world_.admin, "blog", id, sequence, Soon()).ok());
  }
  world_.test.Sql("DELETE FROM replyguard.events WHERE sequence = 1");
  int looks = 0;
  RunSlowly(kLeaseFreshMax, [&] {
    if (++looks <= 2) Pass(kDeliveryLease * 3 / 4);
  });
  EXPECT_THAT(Posted(), ElementsAre("blog2"));
}

TEST_F(WebhooksTest, ASiteThatHasATurnIsLeftAlone) {
  const auto webhook = Make();
  world_.Stored("One.");
  auto& store = world_.db->webhooks();
  EXPECT_FALSE(*store.Take(kDeliveryLease, {webhook.site_id}, Soon()));
  EXPECT_TRUE(*store.Take(kDeliveryLease, {webhook.site_id + 1}, Soon()));
}

TEST_F(WebhooksTest, AClockThatWasAheadSilencesNobodyOnceItIsRight) {
  Make();
  world_.Stored("One.");
  auto& store = world_.db->webhooks();
  ASSERT_TRUE(*store.Take(kDeliveryLease, {}, Soon()));
  Pass(std::chrono::minutes(-30));
  EXPECT_TRUE(*store.Take(kDeliveryLease, {}, Soon()));
  EXPECT_FALSE(*store.Take(kDeliveryLease, {}, Soon())) << "it is held by a right clock now";
}

// The server that tells has a clock that is behind the other's by more than a lease.
TEST_F(WebhooksTest, ServersWhoseClocksDisagreeTellOnce) {
  Make();
  world_.Stored("One.");
  FakeClock ahead;
  ahead.Advance(2 * kDeliveryLease);
  WebhookCourier other{
      world_.directory, world_.db->webhooks(), world_.db->events(), sealer_, poster_, ahead,
      encode_};
  poster_.meanwhile = [&] {
    const auto told = other.RunOnce();
    ASSERT_TRUE(told.ok()) << told.status();
    EXPECT_FALSE(*told);
  };
  Run();
  EXPECT_THAT(Posted(), ElementsAre("blog1"));
}

}  // namespace
}  // namespace replyguard::service
