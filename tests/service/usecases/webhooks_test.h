// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "service/usecases/deliver/webhook_courier.h"
#include "service/usecases/deliver/webhooks.h"
#include "service/usecases/fake_poster.h"
#include "service/usecases/world.h"

namespace replyguard::service {

// Looking at it takes time, as the test says: the database does, too.
class SlowClock final : public Clock {
 public:
  storage::Timestamp Now() const override {
    if (meanwhile) meanwhile();
    return clock_.Now();
  }
  std::function<void()> meanwhile;

 private:
  FakeClock clock_;
};

// Webhooks over a real event log, with a receiver that answers as the test says.
class WebhooksTest : public ::testing::Test {
 protected:
  storage::WebhookRecord Make(storage::EventTypeMask types = 0) {
    auto made = webhooks_.Create(world_.admin, "blog", "https://blog.example/x", types, Soon());
    EXPECT_TRUE(made.ok()) << made.status();
    return made->webhook;
  }
  storage::WebhookRecord Now(const storage::WebhookRecord& webhook) {
    return *world_.db->webhooks().Get(webhook.site_id, webhook.webhook_id, Soon());
  }
  void Run() {
    for (;;) {
      const auto more = courier_.RunOnce();
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
  void RunOnce() {
    const auto more = courier_.RunOnce();
    ASSERT_TRUE(more.ok()) << more.status();
  }
  // By the clocks of the server and of the database.
  void Pass(std::chrono::seconds time) {
    world_.clock.Advance(time);
    for (const std::string table : {"webhooks", "webhook_redeliveries"}) {
      world_.test.Sql("UPDATE replyguard." + table + " SET due_at = due_at - interval '" +
                      std::to_string(time.count()) + " seconds'");
    }
  }
  // Sequences posted since the last look.
  std::vector<std::string> Posted() {
    std::vector<std::string> out;
    for (const OutgoingPost& post : poster_.posts) out.push_back(post.body);
    poster_.posts.clear();
    return out;
  }
  static CourierOptions TurnsOfOneEvent() {
    CourierOptions options;
    options.turn_time = std::chrono::milliseconds(-1);
    return options;
  }
  WebhookCourier Courier(const Clock& clock, const CourierOptions& options = {}) {
    return {world_.directory,
            world_.db->webhooks(),
            world_.db->events(),
            sealer_,
            poster_,
            clock,
            encode_,
            options};
  }
  // Where the courier is slow, and while the receiver is told, another server finds nothing to
  // tell.
  void RunSlowly(std::chrono::milliseconds lease_fresh, std::function<void()> meanwhile) {
    SlowClock clock;
    clock.meanwhile = std::move(meanwhile);
    CourierOptions options;
    options.lease_fresh = lease_fresh;
    WebhookCourier slow = Courier(clock, options);
    poster_.meanwhile = [this] {
      const auto told = courier_.RunOnce();
      ASSERT_TRUE(told.ok()) << told.status();
      EXPECT_FALSE(*told) << "another server tells it at the same time";
    };
    const auto told = slow.RunOnce();
    ASSERT_TRUE(told.ok()) << told.status();
  }
  std::vector<storage::WebhookAttempt> Log(const storage::WebhookRecord& webhook) {
    return *webhooks_.Attempts(world_.admin, "blog", webhook.webhook_id, 200, Soon());
  }

  World world_;
  FakePoster poster_;
  const std::array<std::uint8_t, auth::kSealingKeyBytes> key_{7};
  const auth::Sealer sealer_{key_};
  const Webhooks webhooks_{world_.directory, world_.db->webhooks(), sealer_,
                           poster_,          world_.clock,          world_.random};
  const EventEncoder encode_ = [](std::string_view site, const storage::Event& event) {
    return std::string(site) + std::to_string(event.sequence);
  };
  WebhookCourier courier_ = Courier(world_.clock);
};

}  // namespace replyguard::service
