// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Akismet callbacks over a real outbox, with a website that answers as the test says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <span>
#include <utility>

#include "service/usecases/akismet/courier.h"
#include "service/usecases/fake_poster.h"
#include "service/usecases/world.h"
#include "storage/api_key_store.h"

namespace replyguard::service {
namespace {

using storage::CallbackGroup;
using ::testing::SizeIs;

// A real one, of which taking takes time, as the test says.
class SlowStore final : public storage::CallbackStore {
 public:
  explicit SlowStore(storage::CallbackStore& store) : store_(store) {}

  absl::Status SealKey(storage::SiteId site_id, const std::string& key_id,
                       const std::string& sealed, storage::Timestamp now,
                       storage::Deadline deadline) override {
    return store_.SealKey(site_id, key_id, sealed, now, deadline);
  }
  absl::Status Save(const storage::NewCallback& callback, storage::Deadline deadline) override {
    return store_.Save(callback, deadline);
  }
  absl::StatusOr<bool> Collect(std::int32_t limit, storage::Deadline deadline) override {
    return store_.Collect(limit, deadline);
  }
  absl::StatusOr<CallbackGroup> Take(std::int32_t limit, std::chrono::seconds lease,
                                     const std::vector<storage::SiteId>& but,
                                     storage::Deadline deadline) override {
    auto group = store_.Take(limit, lease, but, deadline);
    if (meanwhile) std::exchange(meanwhile, nullptr)(*group);
    return group;
  }
  absl::StatusOr<CallbackGroup> Renew(const CallbackGroup& group, std::chrono::seconds lease,
                                      storage::Deadline deadline) override {
    return store_.Renew(group, lease, deadline);
  }
  absl::Status Told(const CallbackGroup& group, storage::Deadline deadline) override {
    return store_.Told(group, deadline);
  }
  absl::Status Failed(const CallbackGroup& group, std::span<const std::chrono::seconds> pauses,
                      const std::string& error, storage::Deadline deadline) override {
    return store_.Failed(group, pauses, error, deadline);
  }
  absl::Status Release(const CallbackGroup& group, storage::Deadline deadline) override {
    return store_.Release(group, deadline);
  }
  absl::Status PutOff(const storage::DueCallback& callback, storage::Deadline deadline) override {
    return store_.PutOff(callback, deadline);
  }
  absl::StatusOr<std::int64_t> Prune(storage::Timestamp created_before, std::int32_t limit,
                                     storage::Deadline deadline) override {
    return store_.Prune(created_before, limit, deadline);
  }

  std::function<void(CallbackGroup& taken)> meanwhile;  // once

 private:
  storage::CallbackStore& store_;
};

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
    Due("https://blog.example/x");
  }

  // One more is due.
  void Due(const std::string& url) {
    const auto id = world_.Stored("To be told at " + url).comment_id;
    const auto& key = world_.backend.key_id;
    EXPECT_TRUE(world_.db->callbacks().Save({1, id, key, url, world_.clock.Now()}, Soon()).ok());
    world_.Decide(id, storage::DecisionAction::kApprove);
  }

  bool Run(CallbackCourier& courier) {
    const auto told = courier.RunOnce();
    EXPECT_TRUE(told.ok()) << told.status();
    return told.ok() && *told;
  }
  // By the database's clock, for those who hold a group, too.
  void Pass(std::chrono::seconds time, CallbackGroup* held = nullptr) {
    for (std::size_t i = 0; held != nullptr && i < held->size(); ++i) {
      (*held)[i].leased_until -= time;
    }
    world_.test.Sql("UPDATE replyguard.akismet_callbacks SET due_at = due_at - interval '" +
                    std::to_string(time.count()) + " seconds'");
  }

  // Where the courier was slow to take it; while it is told, another server finds nothing to tell.
  void RunSlowly(std::chrono::milliseconds lease_fresh,
                 std::function<void(CallbackGroup& taken)> meanwhile) {
    slow_store_.meanwhile = std::move(meanwhile);
    CourierOptions options;
    options.lease_fresh = lease_fresh;
    CallbackCourier slow{slow_store_, sealer_, poster_, world_.clock, options};
    CallbackCourier other{world_.db->callbacks(), sealer_, poster_, world_.clock};
    poster_.meanwhile = [&] {
      EXPECT_FALSE(Run(other)) << "another server tells it at the same time";
    };
    EXPECT_TRUE(Run(slow));
    poster_.meanwhile = nullptr;
  }

  World world_;
  SlowStore slow_store_{world_.db->callbacks()};
  FakeClock ahead_;
  FakePoster poster_;
  const std::array<std::uint8_t, auth::kSealingKeyBytes> key_{7};
  const auth::Sealer sealer_{key_};
};

// The server that tells has a clock that is behind the other's by more than a lease.
TEST_F(CallbacksTest, ServersWhoseClocksDisagreeTellOnce) {
  ahead_.Advance(2 * kDeliveryLease);
  CallbackCourier courier{world_.db->callbacks(), sealer_, poster_, world_.clock};
  CallbackCourier other{world_.db->callbacks(), sealer_, poster_, ahead_};
  poster_.meanwhile = [&] { EXPECT_FALSE(Run(other)); };
  EXPECT_TRUE(Run(courier));
  EXPECT_FALSE(Run(courier));
  EXPECT_THAT(poster_.posts, SizeIs(1));
}

constexpr std::chrono::milliseconds kNeverFresh{-1};

TEST_F(CallbacksTest, ALeaseThatIsNotFreshBeginsAnewBeforeACall) {
  RunSlowly(kNeverFresh, [this](CallbackGroup& taken) { Pass(kDeliveryLease, &taken); });
  EXPECT_THAT(poster_.posts, SizeIs(1));
}

TEST_F(CallbacksTest, WhoLostItBeforeACallDoesNotCall) {
  RunSlowly(kNeverFresh, [this](CallbackGroup& taken) {
    Pass(kDeliveryLease, &taken);
    EXPECT_THAT(*world_.db->callbacks().Take(1, kDeliveryLease, {}, Soon()), SizeIs(1));
  });
  EXPECT_THAT(poster_.posts, SizeIs(0));
}

// Of a site that hangs, what is due for longest is tried first, whoever else looks meanwhile.
TEST_F(CallbacksTest, WhoLooksAtTheSameMomentTakesNothingOfTheSite) {
  ASSERT_TRUE(*world_.db->callbacks().Collect(10, Soon()));
  Due("https://blog.example/later");
  CallbackCourier courier{slow_store_, sealer_, poster_, world_.clock};
  std::future<bool> other;
  slow_store_.meanwhile = [&](CallbackGroup&) {
    other = std::async(std::launch::async, [&] { return Run(courier); });
    // No test that fails where it is slow: then it only sees less.
    other.wait_for(std::chrono::milliseconds(300));
  };
  EXPECT_TRUE(Run(courier));
  EXPECT_EQ(poster_.posts.front().url, "https://blog.example/x");
  other.wait();
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
