// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Akismet callbacks over a real outbox, with a website that answers as the test says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/usecases/akismet/courier.h"
#include "service/usecases/fake_poster.h"
#include "service/usecases/world.h"
#include "storage/api_key_store.h"

namespace replyguard::service {
namespace {

using ::testing::SizeIs;

class CallbacksTest : public ::testing::Test {
 protected:
  CallbacksTest() {
    storage::ApiKeyRecord key;
    key.key_id = world_.backend.key_id;
    key.secret_hash = std::string(32, 'h');
    key.site_id = 1;
    key.created_at = world_.clock.Now();
    EXPECT_TRUE(world_.db->api_keys().Create(key, Soon()).ok());
    auto& store = world_.db->callbacks();
    EXPECT_TRUE(
        store
            .SealKey(1, key.key_id, sealer_.Seal(key.key_id, "the key"), world_.clock.Now(), Soon())
            .ok());
    const auto comment = world_.Stored("To be told.");
    EXPECT_TRUE(
        store
            .Save({1, comment.comment_id, key.key_id, "https://blog.example/x", world_.clock.Now()},
                  Soon())
            .ok());
    world_.Decide(comment.comment_id, storage::DecisionAction::kApprove);
  }

  bool Run(CallbackCourier& courier) {
    const auto told = courier.RunOnce();
    EXPECT_TRUE(told.ok()) << told.status();
    return told.ok() && *told;
  }
  // By the database's clock.
  void Pass(std::chrono::seconds time) {
    world_.test.Sql("UPDATE replyguard.akismet_callbacks SET due_at = due_at - interval '" +
                    std::to_string(time.count()) + " seconds'");
  }

  World world_;
  FakeClock ahead_;
  FakePoster poster_;
  const std::array<std::uint8_t, auth::kSealingKeyBytes> key_{7};
  const auth::Sealer sealer_{key_};
};

// The server that tells has a clock that is behind the other's by more than a lease.
TEST_F(CallbacksTest, ServersWhoseClocksDisagreeTellOnce) {
  ahead_.Advance(2 * kCallbackLease);
  CallbackCourier courier{world_.db->callbacks(), sealer_, poster_, world_.clock};
  CallbackCourier other{world_.db->callbacks(), sealer_, poster_, ahead_};
  poster_.meanwhile = [&] { EXPECT_FALSE(Run(other)); };
  EXPECT_TRUE(Run(courier));
  EXPECT_FALSE(Run(courier));
  EXPECT_THAT(poster_.posts, SizeIs(1));
}

TEST_F(CallbacksTest, AServerWhoseClockIsAheadLetsNothingLie) {
  ahead_.Advance(std::chrono::hours(1));
  CallbackCourier courier{world_.db->callbacks(), sealer_, poster_, world_.clock};
  CallbackCourier other{world_.db->callbacks(), sealer_, poster_, ahead_};
  poster_.statuses = {500};
  EXPECT_TRUE(Run(other));
  Pass(kCallbackPauses[0]);
  EXPECT_TRUE(Run(courier));
  EXPECT_THAT(poster_.posts, SizeIs(2));
}

}  // namespace
}  // namespace replyguard::service
