// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "storage/lease_owner.h"
#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::DecisionAction;
using LeaseTest = DecidingTest;

TEST_F(LeaseTest, ALeaseKeepsOthersAway) {
  const auto id = Store(Held());
  storage::LeaseRequest lease;
  lease.site_id = 1;
  lease.holder = "Bob";
  lease.token = "token-of-bob-0001";
  const auto taken = database_->queue().LeaseNext(lease, Soon());
  ASSERT_TRUE(taken.ok()) << taken.status();
  ASSERT_EQ(taken->size(), 1U);
  EXPECT_EQ(taken->front().lease_token, lease.token);
  lease.token = "token-of-eve-0001";
  EXPECT_TRUE(database_->queue().LeaseNext(lease, Soon())->empty());
  EXPECT_EQ(Decide(id, DecisionAction::kSpam).refusal, storage::DecisionRefusal::kLeased);
  const auto listed = *database_->queue().List({.site_id = 1}, Soon());
  EXPECT_EQ(listed[0].lease_holder, "Bob");
  EXPECT_TRUE(listed[0].lease_token.empty());
  EXPECT_EQ(*database_->queue().ChangeLeases(1, {{id, "wrong-token-00001"}}, Soon()),
            std::vector<bool>{false});
  EXPECT_EQ(*database_->queue().ChangeLeases(1, {{id, "token-of-bob-0001"}}, Soon()),
            std::vector<bool>{true});
  EXPECT_EQ(database_->queue().LeaseNext(lease, Soon())->size(), 1U);
  EXPECT_TRUE(Decide(id, DecisionAction::kSpam, true, std::nullopt, lease.token).status.ok());
}

// The database's clock was a day ahead when the lease was given, and is right again.
TEST_F(LeaseTest, ALeaseThatEndsImpossiblyLateIsNobodys) {
  const auto id = Store(Held());
  storage::LeaseRequest lease;
  lease.site_id = 1;
  lease.holder = "Bob";
  lease.token = "token-of-bob-0001";
  ASSERT_EQ(database_->queue().LeaseNext(lease, Soon())->size(), 1U);
  test_.Sql("UPDATE replyguard.queue_items SET lease_until = lease_until + interval '1 day'");
  EXPECT_EQ(database_->queue().List({.site_id = 1}, Soon())->front().lease_holder, "");
  EXPECT_EQ(database_->queue().Stats({1}, At(0), Soon())->leased_count, 0);
  lease.token = "token-of-eve-0001";
  EXPECT_EQ(database_->queue().LeaseNext(lease, Soon())->size(), 1U);
  test_.Sql("UPDATE replyguard.queue_items SET lease_until = lease_until + interval '1 day'");
  EXPECT_TRUE(Decide(id, DecisionAction::kSpam).status.ok());
}

TEST_F(LeaseTest, APersonsOwnLeaseDoesNotStandInTheWayAndTheLeaseOfAKeyDoes) {
  const auto decide = [&](const storage::CommentId& id, const std::string& key_id) {
    const auto results = database_->decisions().Decide(1, storage::Actor{"Ann", key_id},
                                                       {{.comment_id = id}}, At(++now_), Soon());
    EXPECT_TRUE(results.ok()) << results.status();
    return results->front().status.code();
  };
  const auto lease = [&](const std::string& key_id) {
    const auto id = Store(Held());
    storage::LeaseRequest request;
    request.site_id = 1;
    request.holder = "Ann";
    request.token = storage::LeaseTokenOf("0123456789abcdef", key_id);
    EXPECT_EQ(database_->queue().LeaseNext(request, Soon())->size(), 1U);
    return id;
  };
  const auto of_ann = lease("people/ann.b");
  EXPECT_EQ(decide(of_ann, "people/b"), absl::StatusCode::kAborted);
  EXPECT_EQ(decide(of_ann, "people/ann"), absl::StatusCode::kAborted);
  EXPECT_EQ(decide(of_ann, "ann.b"), absl::StatusCode::kAborted);
  EXPECT_EQ(decide(of_ann, "people/ann.b"), absl::StatusCode::kOk);
  // Several people may use one key.
  EXPECT_EQ(decide(lease("fedcba9876543210"), "fedcba9876543210"), absl::StatusCode::kAborted);
}

TEST_F(LeaseTest, ALeaseOutOfBoundsIsRefused) {
  Store(Held());
  storage::LeaseRequest good;
  good.site_id = 1;
  good.token = "token-of-bob-0001";
  const auto code_of = [&](const std::function<void(storage::LeaseRequest&)>& change) {
    storage::LeaseRequest lease = good;
    change(lease);
    return database_->queue().LeaseNext(lease, Soon()).status().code();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(code_of([](auto& lease) { lease.count = 0; }), kInvalid);
  EXPECT_EQ(code_of([](auto& lease) { lease.count = storage::kLeaseCountMax + 1; }), kInvalid);
  EXPECT_EQ(code_of([](auto& lease) { lease.duration = {}; }), kInvalid);
  EXPECT_EQ(code_of([](auto& lease) {
              lease.duration = storage::kLeaseTimeMax + std::chrono::milliseconds(1);
            }),
            kInvalid);
  EXPECT_EQ(code_of([](auto& lease) { lease.holder.assign(101, 'x'); }), kInvalid);
  EXPECT_EQ(code_of([](auto& lease) { lease.token = "short"; }), kInvalid);
  EXPECT_EQ(code_of([](auto& lease) { lease.token.assign(65, 'x'); }), kInvalid);
  EXPECT_EQ(code_of([](auto& lease) { lease.token[3] = ' '; }), kInvalid);
  EXPECT_EQ(database_->queue().LeaseNext(good, Soon())->size(), 1U);
}

TEST_F(LeaseTest, TwoModeratorsNeverGetTheSameItem) {
  constexpr int kItems = 60;
  for (int i = 0; i < kItems; ++i) Store(Held());
  auto other = test_.Open();
  std::array<std::vector<storage::CommentId>, 2> got;
  std::vector<std::thread> threads;
  for (std::size_t m = 0; m < 2; ++m) {
    threads.emplace_back([&, m] {
      for (;;) {
        storage::LeaseRequest lease;
        lease.site_id = 1;
        lease.count = 3;
        lease.holder = "same name";
        lease.token = "moderator-" + std::to_string(m) + "-token";
        const auto items = (m == 0 ? *database_ : *other).queue().LeaseNext(lease, Soon());
        if (!items.ok() || items->empty()) return;
        for (const auto& item : *items) got[m].push_back(item.comment.comment_id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<storage::CommentId> all(got[0].begin(), got[0].end());
  all.insert(got[1].begin(), got[1].end());
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kItems));
  EXPECT_EQ(got[0].size() + got[1].size(), static_cast<std::size_t>(kItems));
}

}  // namespace
}  // namespace replyguard::tests
