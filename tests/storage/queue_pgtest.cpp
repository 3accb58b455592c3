// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "support/comments.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::CommentId;
using storage::LeaseChange;
using storage::QueueItem;
using storage::QueueOrder;
using storage::QueueQuery;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::chrono::milliseconds kLong{60'000};
constexpr std::chrono::seconds kPlanTimeMax{5};  // of storage/postgres/session.h

class QueueTest : public ::testing::Test {
 protected:
  QueueTest() { MakeSite(*database_); }

  // A held comment, in the queue since so many seconds.
  CommentId Queue(std::int64_t second, double probability = 0.5, CommentSpec spec = {}) {
    spec.received = At(second);
    spec.body += std::to_string(second);
    auto draft = MakeDraft(spec);
    const CommentId id = draft.comment_id;
    const auto answer = Submit(*database_, std::move(draft), Always(Held(probability)));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return id;
  }

  std::vector<CommentId> Pages(QueueQuery query) {
    std::vector<CommentId> ids;
    for (;;) {
      const auto page = database_->queue().List(query, Soon());
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok() || page->empty() || ids.size() > 1000) return ids;
      for (const QueueItem& item : *page) ids.push_back(item.comment.comment_id);
      query.after = QueueCursorOf(page->back());
    }
  }

  std::vector<QueueItem> Lease(const std::string& token, std::int32_t count = 1) {
    storage::LeaseRequest request;
    request.site_id = 1;
    request.count = count;
    request.duration = kLong;
    request.holder = "Ann";
    request.token = token;
    const auto items = database_->queue().LeaseNext(request, Soon());
    EXPECT_TRUE(items.ok()) << items.status();
    return items.ok() ? *items : std::vector<QueueItem>{};
  }

  // As if the time of every lease were over.
  void ExpireLeases() {
    test_.Sql(
        "UPDATE replyguard.queue_items SET lease_until = now() - interval '1 second' "
        "WHERE lease_until IS NOT NULL");
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  const std::string one_ = "token-number-one-1";
  const std::string two_ = "token-number-two-2";
};

TEST_F(QueueTest, PagesFollowTheOrderAskedForOneByOne) {
  const CommentId a = Queue(1, 1.0 / 3);
  const CommentId b = Queue(2, 0.9);
  const CommentId c = Queue(3, 2.0 / 3);
  const CommentId d = Queue(4, 0.1 + 0.2);
  QueueQuery query{.site_id = 1, .limit = 1};
  EXPECT_THAT(Pages(query), ElementsAre(a, b, c, d));
  query.order = QueueOrder::kNewest;
  EXPECT_THAT(Pages(query), ElementsAre(d, c, b, a));
  query.order = QueueOrder::kUncertain;
  const auto uncertain = Pages(query);
  ASSERT_EQ(uncertain.size(), 4U);
  EXPECT_EQ(std::set<CommentId>(uncertain.begin(), uncertain.begin() + 2),
            (std::set<CommentId>{a, c}));
  EXPECT_EQ(uncertain[2], d);
  EXPECT_EQ(uncertain[3], b);
}

TEST_F(QueueTest, ItemsThatEnterOrLeaveDoNotShiftPages) {
  const CommentId a = Queue(1);
  const CommentId b = Queue(2);
  const CommentId c = Queue(3);
  QueueQuery query{.site_id = 1, .limit = 2};
  const auto first = database_->queue().List(query, Soon());
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->size(), 2U);
  EXPECT_EQ(first->front().comment.comment_id, a);
  storage::DecisionRequest decision{.comment_id = a};
  ASSERT_TRUE(database_->decisions().Decide(1, {"Ann", "k1"}, {decision}, At(9), Soon()).ok());
  const CommentId d = Queue(4);
  query.after = QueueCursorOf(first->back());
  EXPECT_EQ(first->back().comment.comment_id, b);
  EXPECT_THAT(Pages(query), ElementsAre(c, d));
}

// Plans are kept, and one that was made while next to nothing waited has to serve when much does.
TEST_F(QueueTest, APageReadsNoMoreThanItShowsHoweverManyWait) {
  constexpr int kRounds = 5;
  const auto read_all_orders = [this](int round) {
    for (const QueueOrder order :
         {QueueOrder::kOldest, QueueOrder::kNewest, QueueOrder::kUncertain, QueueOrder::kUseful}) {
      const auto page = database_->queue().List({.site_id = 1, .order = order, .limit = 5}, Soon());
      EXPECT_TRUE(page.ok() && !page->empty()) << page.status();
    }
    EXPECT_EQ(Lease("token-number-" + std::to_string(100 + round)).size(), 1U);
    const QueueQuery escalated{.site_id = 1, .filter = {.escalated = true}};
    EXPECT_THAT(Pages(escalated), IsEmpty());
  };
  Queue(1);
  read_all_orders(0);
  test_.Sql(
      "INSERT INTO replyguard.comments SELECT (jsonb_populate_record(c, jsonb_build_object("
      "'comment_id', gen_random_uuid()))).* FROM replyguard.comments c, "
      "generate_series(1, 6000)");
  test_.Sql(
      "INSERT INTO replyguard.queue_items SELECT (jsonb_populate_record(q, jsonb_build_object("
      "'comment_id', c.comment_id, 'lease_token', NULL, 'lease_holder', NULL, 'lease_until', NULL"
      "))).* FROM replyguard.queue_items q, replyguard.comments c WHERE c.comment_id <> "
      "q.comment_id");
  test_.Sql("SELECT pg_stat_reset()");
  std::this_thread::sleep_for(kPlanTimeMax);
  for (int round = 1; round <= kRounds; ++round) read_all_orders(round);
  database_.reset();
  const std::string rows = test_.Sql(
      "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables "
      "WHERE relname IN ('queue_items', 'comments')");
  EXPECT_LT(std::stoi(rows), 500 * kRounds);
}

TEST_F(QueueTest, FiltersByEveryField) {
  CommentSpec other;
  other.email = "bob@example.net";
  other.ip = "198.51.100.9";
  other.thread = "elsewhere";
  const CommentId a = Queue(1, 0.2);
  const CommentId b = Queue(2, 0.8, other);
  const auto record = database_->comments().Get(1, b, Soon());
  ASSERT_TRUE(record.ok());
  QueueQuery query{.site_id = 1};
  query.filter.author_id = record->author_hash.substr(0, 16);
  EXPECT_THAT(Pages(query), ElementsAre(b));
  query.filter = {};
  query.filter.ip_id = record->ip_hash.substr(0, 16);
  EXPECT_THAT(Pages(query), ElementsAre(b));
  query.filter = {};
  query.filter.thread_id = record->thread_id;
  EXPECT_THAT(Pages(query), ElementsAre(b));
  query.filter = {};
  query.filter.probability_max = 0.5;
  EXPECT_THAT(Pages(query), ElementsAre(a));
  query.filter = {};
  query.filter.probability_min = 0.5;
  EXPECT_THAT(Pages(query), ElementsAre(b));
  query.filter = {};
  query.filter.cause = storage::QueueCause::kReported;
  EXPECT_THAT(Pages(query), IsEmpty());
  query.filter.cause = storage::QueueCause::kHeld;
  EXPECT_THAT(Pages(query), ElementsAre(a, b));
  query.site_id = 2;
  EXPECT_THAT(Pages(query), IsEmpty());
}

TEST_F(QueueTest, ALeaseIsSeenByAllAndItsTokenByItsHolderOnly) {
  const CommentId a = Queue(1);
  const auto taken = Lease(one_);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].comment.comment_id, a);
  EXPECT_EQ(taken[0].lease_token, one_);
  EXPECT_EQ(taken[0].lease_holder, "Ann");
  ASSERT_TRUE(taken[0].lease_until.has_value());
  const auto listed = database_->queue().List({.site_id = 1}, Soon());
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed->front().lease_holder, "Ann");
  EXPECT_EQ(listed->front().lease_until, taken[0].lease_until);
  EXPECT_EQ(listed->front().lease_token, "");
  EXPECT_THAT(Lease(two_), IsEmpty());
  ExpireLeases();
  const auto expired = database_->queue().List({.site_id = 1}, Soon());
  ASSERT_TRUE(expired.ok());
  EXPECT_EQ(expired->front().lease_holder, "");
  EXPECT_FALSE(expired->front().lease_until.has_value());
  EXPECT_EQ(Lease(two_).size(), 1U);
}

TEST_F(QueueTest, TwoModeratorsNeverGetTheSameItem) {
  constexpr int kItems = 60;
  for (int i = 0; i < kItems; ++i) Queue(i);
  std::vector<std::vector<QueueItem>> got(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < got.size(); ++t) {
    threads.emplace_back([this, t, &got] {
      const std::string token = "moderator-number-" + std::to_string(t);
      // Others' locks are skipped, so that one call may find nothing: the queue's own count ends
      // it.
      while (database_->queue().Stats({1}, At(0), Soon())->leased_count < kItems) {
        for (auto& item : Lease(token, 3)) got[t].push_back(std::move(item));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<CommentId> all;
  std::size_t count = 0;
  for (const auto& items : got) {
    count += items.size();
    for (const QueueItem& item : items) all.insert(item.comment.comment_id);
  }
  EXPECT_EQ(count, static_cast<std::size_t>(kItems));
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kItems));
}

TEST_F(QueueTest, OnlyTheTokenExtendsOrGivesBack) {
  const CommentId a = Queue(1);
  const CommentId b = Queue(2);
  const auto taken = Lease(one_, 2);
  ASSERT_EQ(taken.size(), 2U);
  const std::vector<LeaseChange> changes = {{a, two_, std::nullopt},
                                            {b, one_, std::chrono::milliseconds(3'600'000)},
                                            {NextId(), one_, {}}};
  const auto changed = database_->queue().ChangeLeases(1, changes, Soon());
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_THAT(*changed, ElementsAre(false, true, false));
  const auto listed = database_->queue().List({.site_id = 1}, Soon());
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ((*listed)[0].lease_until, taken[0].lease_until);
  EXPECT_GT((*listed)[1].lease_until, taken[1].lease_until);
  // An expired lease that nobody took since is still held.
  ExpireLeases();
  EXPECT_THAT(*database_->queue().ChangeLeases(1, {{a, one_, std::nullopt}}, Soon()),
              ElementsAre(true));
  EXPECT_THAT(*database_->queue().ChangeLeases(1, {{a, one_, kLong}}, Soon()), ElementsAre(false));
}

TEST_F(QueueTest, ALostTokenDecidesNothingAndOneThatRanOutStillDoes) {
  const CommentId a = Queue(1);
  const CommentId b = Queue(2);
  const auto decide = [&](const CommentId& id, const std::string& token, const char* who) {
    storage::DecisionRequest decision{.comment_id = id};
    decision.lease_token = token;
    const auto done = database_->decisions().Decide(1, {who, "k1"}, {decision}, At(50), Soon());
    EXPECT_TRUE(done.ok()) << done.status();
    return done->front();
  };
  ASSERT_EQ(Lease(one_).size(), 1U);
  ExpireLeases();
  // Nobody came in between: what Ann read is what she decides.
  EXPECT_TRUE(decide(a, one_, "Ann").status.ok());
  // The answer got lost and she sends it again: the item is decided.
  const auto again = decide(a, one_, "Ann");
  EXPECT_EQ(again.refusal, storage::DecisionRefusal::kLeased);
  EXPECT_TRUE(again.other_decision.has_value());

  ASSERT_EQ(Lease(one_).size(), 1U);
  ExpireLeases();
  ASSERT_EQ(Lease(two_).size(), 1U);
  EXPECT_EQ(decide(b, one_, "Ann").refusal, storage::DecisionRefusal::kLeased);
  EXPECT_TRUE(decide(b, two_, "Bob").status.ok());
}

TEST_F(QueueTest, StatsCountWhatWaitsAndWhatWasDecided) {
  auto stats = database_->queue().Stats({1}, At(100), Soon());
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->pending_count, 0);
  EXPECT_FALSE(stats->oldest_entered_at.has_value());
  const CommentId a = Queue(1);
  Queue(2);
  Queue(3);
  ASSERT_EQ(Lease(one_).size(), 1U);
  storage::DecisionRequest decision{.comment_id = a};
  decision.lease_token = one_;
  ASSERT_TRUE(database_->decisions().Decide(1, {"Ann", "k1"}, {decision}, At(50), Soon()).ok());
  ASSERT_EQ(Lease(two_).size(), 1U);
  stats = database_->queue().Stats({1}, At(100), Soon());
  ASSERT_TRUE(stats.ok());
  EXPECT_EQ(stats->pending_count, 2);
  EXPECT_EQ(stats->leased_count, 1);
  EXPECT_EQ(stats->held_count, 2);
  EXPECT_EQ(stats->reported_count, 0);
  ASSERT_TRUE(stats->oldest_entered_at.has_value());
  EXPECT_EQ(stats->decided_last_day_count, 1);
  EXPECT_EQ(database_->queue().Stats({1}, At(90'000), Soon())->decided_last_day_count, 0);
}

}  // namespace
}  // namespace replyguard::tests
