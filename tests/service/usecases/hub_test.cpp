// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/events/hub.h"

#include <gtest/gtest.h>

#include "service/usecases/errors.h"
#include "service/usecases/events/subscription.h"
#include "service/usecases/fakes.h"
#include "storage/mutex.h"

namespace replyguard::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Lets a test wait for on_ready.
class Bell {
 public:
  std::function<void()> Ring() {
    return [this] {
      MutexLock lock(mutex_);
      rung_.NotifyAll();
    };
  }
  // Waits until the condition holds, looking whenever it rings and now and then besides.
  bool WaitFor(const std::function<bool()>& condition) {
    const auto until = steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (steady_clock::now() > until) return false;
      MutexLock lock(mutex_);
      rung_.WaitUntil(mutex_, steady_clock::now() + milliseconds(2));
    }
    return true;
  }

 private:
  Mutex mutex_;
  CondVar rung_;
};

struct Batch {
  std::vector<std::int64_t> sequences;
};

class Reader final : public Subscription<Batch> {
 public:
  Reader(FakeEvents& events, std::function<void()> on_ready, const std::string& key = "key",
         storage::SiteId site = 1)
      : Subscription<Batch>({key, site}, std::move(on_ready)), events_(events) {}

  std::atomic<int> reads{0};
  std::atomic<bool> away{false};

 private:
  absl::StatusOr<bool> Read(storage::Deadline deadline) override {
    ++reads;
    if (away) return absl::UnavailableError("away");
    const auto page = events_.Read(1, cursor_, 3, deadline);
    if (!page.ok()) return page.status();
    if (page->empty()) return false;
    Batch batch;
    for (const auto& event : *page) batch.sequences.push_back(event.sequence);
    cursor_ = page->back().sequence;
    Put(std::move(batch));
    return true;
  }
  void PutHeartbeat() override { Put({}); }

  FakeEvents& events_;
  std::int64_t cursor_ = 0;
};

HubOptions Quick() {
  HubOptions options;
  options.poll_interval = milliseconds(5);
  return options;
}

TEST(Hub, TellsEverythingOnceInOrder) {
  FakeEvents events;
  events.Happen(10);
  Hub hub(Quick());
  hub.Start();
  Bell bell;
  const auto reader = std::make_shared<Reader>(events, bell.Ring());
  ASSERT_TRUE(hub.Add(reader).ok());
  std::vector<std::int64_t> seen;
  const auto take = [&](std::size_t want) {
    return bell.WaitFor([&] {
      while (auto batch = reader->Take()) {
        seen.insert(seen.end(), batch->sequences.begin(), batch->sequences.end());
      }
      return seen.size() >= want;
    });
  };
  ASSERT_TRUE(take(10));
  events.Happen(4);
  hub.Wake();
  ASSERT_TRUE(take(14));
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_EQ(seen[i], static_cast<std::int64_t>(i) + 1);
}

TEST(Hub, ReadsNoFurtherThanAReaderTakes) {
  FakeEvents events;
  events.Happen(100);
  Hub hub(Quick());
  hub.Start();
  Bell bell;
  const auto slow = std::make_shared<Reader>(events, bell.Ring());
  ASSERT_TRUE(hub.Add(slow).ok());
  ASSERT_TRUE(bell.WaitFor([&] { return slow->reads == 1; }));
  // Another reader that is served after many rounds proves that the rounds went by.
  const auto other = std::make_shared<Reader>(events, nullptr);
  ASSERT_TRUE(hub.Add(other).ok());
  std::size_t taken = 0;
  ASSERT_TRUE(bell.WaitFor([&] {
    if (other->Take()) ++taken;
    return taken == 20;
  }));
  EXPECT_EQ(slow->reads, 1);
  EXPECT_EQ(slow->Take()->sequences.front(), 1);
}

TEST(Hub, CutsAReaderThatDoesNotTake) {
  FakeEvents events;
  events.Happen(1);
  HubOptions options = Quick();
  options.take_timeout = milliseconds(1);
  Hub hub(options);
  hub.Start();
  Bell bell;
  const auto reader = std::make_shared<Reader>(events, bell.Ring());
  ASSERT_TRUE(hub.Add(reader).ok());
  ASSERT_TRUE(bell.WaitFor([&] { return !reader->end_status().ok(); }));
  EXPECT_EQ(ReasonOf(reader->end_status()), "SLOW_READER");
  EXPECT_TRUE(reader->Take().has_value()) << "what waited may still be taken";
  ASSERT_TRUE(bell.WaitFor([&] { return hub.size() == 0; }));
}

TEST(Hub, AKeyThatIsGoneEndsItsStreamsBeforeAnythingMoreIsToldAndNoOthers) {
  FakeEvents events;
  std::atomic<bool> revoked{false};
  Hub hub(Quick(), [&](const FollowerOwner& owner, storage::Deadline) {
    return owner.key_id == "revoked" && revoked ? KeyGone() : absl::OkStatus();
  });
  hub.Start();
  Bell bell;
  const auto cut = std::make_shared<Reader>(events, bell.Ring(), "revoked");
  const auto other = std::make_shared<Reader>(events, bell.Ring());
  ASSERT_TRUE(hub.Add(cut).ok());
  ASSERT_TRUE(hub.Add(other).ok());
  ASSERT_TRUE(bell.WaitFor([&] { return cut->reads > 0; }));
  revoked = true;
  hub.Wake();
  ASSERT_TRUE(bell.WaitFor([&] { return !cut->end_status().ok(); }));
  EXPECT_EQ(cut->end_status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(cut->end_status()), "KEY_GONE");
  events.Happen(1);
  hub.Wake();
  std::optional<Batch> batch;
  ASSERT_TRUE(bell.WaitFor([&] {
    batch = other->Take();
    return batch && !batch->sequences.empty();
  }));
  EXPECT_FALSE(cut->Take().has_value());
  EXPECT_TRUE(other->end_status().ok());
}

TEST(Hub, AnOutageEndsNothingAndHeartbeatsGoOn) {
  FakeEvents events;
  HubOptions options = Quick();
  options.heartbeat_interval = milliseconds(1);
  Hub hub(options);
  hub.Start();
  Bell bell;
  const auto reader = std::make_shared<Reader>(events, bell.Ring());
  reader->away = true;
  ASSERT_TRUE(hub.Add(reader).ok());
  std::optional<Batch> batch;
  ASSERT_TRUE(bell.WaitFor([&] { return (batch = reader->Take()).has_value(); }));
  EXPECT_TRUE(batch->sequences.empty());
  reader->away = false;
  events.Happen(1);
  ASSERT_TRUE(bell.WaitFor([&] {
    batch = reader->Take();
    return batch && !batch->sequences.empty();
  }));
  EXPECT_TRUE(reader->end_status().ok());
}

TEST(Hub, ACursorThatIsGoneEndsTheStream) {
  FakeEvents events;
  events.Happen(10);
  Hub hub(Quick());
  hub.Start();
  Bell bell;
  const auto reader = std::make_shared<Reader>(events, bell.Ring());
  ASSERT_TRUE(hub.Add(reader).ok());
  ASSERT_TRUE(bell.WaitFor([&] { return reader->reads == 1; }));
  events.Forget(9);
  ASSERT_TRUE(bell.WaitFor([&] { return reader->Take().has_value(); }));
  ASSERT_TRUE(bell.WaitFor([&] { return absl::IsOutOfRange(reader->end_status()); }));
}

// Follows under a key until the stream has read, takes the key away and waits for the end.
absl::Status EndByKey(FakeEvents& events, HubOptions options, std::optional<Batch>* left) {
  options.key_check_interval = milliseconds(5);
  std::atomic<bool> good{true};
  Bell bell;
  Hub hub(options, [&](const FollowerOwner&, storage::Deadline) {
    return good ? absl::OkStatus() : KeyGone();
  });
  hub.Start();
  const auto reader = std::make_shared<Reader>(events, bell.Ring());
  EXPECT_TRUE(hub.Add(reader).ok());
  EXPECT_TRUE(bell.WaitFor([&] { return reader->reads > 0; }));
  good = false;
  EXPECT_TRUE(bell.WaitFor([&] { return !reader->end_status().ok(); }));
  *left = reader->Take();
  return reader->end_status();
}

TEST(Hub, AKeyThatExpiresLosesItsStreamThoughNothingHappens) {
  FakeEvents events;
  HubOptions options;
  options.poll_interval = std::chrono::hours(1);
  std::optional<Batch> left;
  EXPECT_TRUE(absl::IsUnauthenticated(EndByKey(events, options, &left)));
}

TEST(Hub, WhatWaitsForAKeyThatIsGoneIsTakenBack) {
  FakeEvents events;
  events.Happen(1);
  std::optional<Batch> left;
  EXPECT_FALSE(EndByKey(events, Quick(), &left).ok());
  EXPECT_FALSE(left.has_value());
}

TEST(Hub, AReaderThatTakesDoesNotPutOffThePollOfAnother) {
  FakeEvents events;
  FakeEvents busy;
  busy.Happen(40'000);  // more than can be taken until the test gives up
  HubOptions options;
  options.poll_interval = milliseconds(50);
  Hub hub(options);
  hub.Start();
  Bell bell;
  const auto quiet = std::make_shared<Reader>(events, bell.Ring());
  const auto taker = std::make_shared<Reader>(busy, nullptr, "other");
  ASSERT_TRUE(hub.Add(quiet).ok());
  ASSERT_TRUE(hub.Add(taker).ok());
  // Nobody wakes the hub; only the taker keeps it going.
  ASSERT_TRUE(bell.WaitFor([&] {
    taker->Take();
    return quiet->reads > 2;
  }));
}

TEST(Hub, NothingIsCalledAfterCancel) {
  FakeEvents events;
  Hub hub(Quick());
  hub.Start();
  for (int round = 0; round < 50; ++round) {
    auto alive = std::make_unique<std::atomic<int>>(0);
    const auto reader = std::make_shared<Reader>(events, [counter = alive.get()] { ++*counter; });
    ASSERT_TRUE(hub.Add(reader).ok());
    events.Happen(1);
    hub.Wake();
    reader->Cancel();
    alive.reset();  // a call from now on would write to freed memory
  }
}

TEST(Hub, BoundsStreamsOfAKeyAndOfAll) {
  FakeEvents events;
  HubOptions options;
  options.subscriptions_max = 6;
  options.subscriptions_per_key_max = 2;
  Hub hub(options);
  const auto add = [&](const std::string& key, storage::SiteId site) {
    return ReasonOf(hub.Add(std::make_shared<Reader>(events, nullptr, key, site)));
  };
  EXPECT_EQ(add("a", 1), "");
  EXPECT_EQ(add("a", 1), "");
  EXPECT_EQ(add("a", 1), "TOO_MANY_WATCHERS");
  EXPECT_EQ(add("b", 1), "");
  EXPECT_EQ(add("c", 2), "");
  EXPECT_EQ(add("d", 3), "");
  EXPECT_EQ(add("e", 4), "");
  EXPECT_EQ(add("f", 5), "TOO_MANY_WATCHERS");
}

TEST(Hub, ASiteWithManyKeysLeavesRoomForOthers) {
  FakeEvents events;
  HubOptions options;
  options.subscriptions_max = 8;
  options.subscriptions_per_key_max = 1;
  Hub hub(options);
  std::vector<std::shared_ptr<Reader>> open;
  const auto add = [&](storage::SiteId site) {
    open.push_back(std::make_shared<Reader>(events, nullptr, std::to_string(open.size()), site));
    const absl::Status status = hub.Add(open.back());
    if (!status.ok()) {
      const auto detail = GetErrorDetail(status);
      EXPECT_TRUE(detail && detail->retry_delay) << "says when to try again";
    }
    return ReasonOf(status);
  };
  for (int i = 0; i < 4; ++i) EXPECT_EQ(add(1), "");
  EXPECT_EQ(add(1), "TOO_MANY_WATCHERS");
  EXPECT_EQ(add(2), "");
  EXPECT_EQ(add(0), "") << "whoever reviews every site";
  EXPECT_EQ(add(2), "") << "as many as are free";
  EXPECT_EQ(add(1), "TOO_MANY_WATCHERS");
  for (int i = 0; i < 4; ++i) open[static_cast<std::size_t>(i)]->Cancel();
  EXPECT_EQ(add(1), "") << "what is gone is free again";
}

TEST(Hub, StoppingEndsEveryStreamAndTakesNoMore) {
  FakeEvents events;
  Hub hub(Quick());
  hub.Start();
  Bell bell;
  const auto reader = std::make_shared<Reader>(events, bell.Ring());
  ASSERT_TRUE(hub.Add(reader).ok());
  hub.Stop();
  EXPECT_EQ(ReasonOf(reader->end_status()), "SHUTTING_DOWN");
  EXPECT_EQ(ReasonOf(hub.Add(std::make_shared<Reader>(events, nullptr))), "SHUTTING_DOWN");
}

}  // namespace
}  // namespace replyguard::service
