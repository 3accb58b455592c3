// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the Akismet protocol asks of the database, and the outbox of its callbacks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "storage/akismet_store.h"
#include "storage/callback_store.h"
#include "support/deciding.h"

namespace replyguard::tests {
namespace {

using storage::DecisionAction;
using storage::DueCallback;
using storage::UsageCounts;
using ::testing::SizeIs;

const std::string kOwnKey = "00000000000000a1";
constexpr std::chrono::seconds kLease{60};

class CallbacksTest : public DecidingTest {
 protected:
  CallbacksTest() {
    storage::ApiKeyRecord key;
    key.key_id = kOwnKey;
    key.secret_hash = std::string(32, 'h');
    key.site_id = 1;
    key.created_at = At(0);
    EXPECT_TRUE(database_->api_keys().Create(key, Soon()).ok());
    EXPECT_TRUE(store_.SealKey(1, kOwnKey, "sealed", At(0), Soon()).ok());
  }

  storage::CommentId StoreWithCallback(const std::string& url = "https://blog.example/x") {
    const storage::CommentId id = Store(Held());
    EXPECT_TRUE(store_.Save({1, id, kOwnKey, url, At(1)}, Soon()).ok());
    return id;
  }
  void Collect() {
    while (*store_.Collect(2, Soon())) {
    }
  }
  std::vector<DueCallback> Take(std::int32_t limit = 10,
                                const std::vector<storage::SiteId>& but = {}) {
    Collect();
    const auto due = store_.Take(limit, kLease, but, Soon());
    EXPECT_TRUE(due.ok()) << due.status();
    return *due;
  }
  // By the database's clock.
  void Pass(std::chrono::seconds time) {
    test_.Sql("UPDATE replyguard.akismet_callbacks SET due_at = due_at - interval '" +
              std::to_string(time.count()) + " seconds'");
  }

  storage::CallbackStore& store_ = database_->callbacks();
};

TEST_F(CallbacksTest, AClockThatWasAheadSilencesNobodyOnceItIsRight) {
  Decide(StoreWithCallback(), DecisionAction::kSpam);
  Decide(StoreWithCallback(), DecisionAction::kSpam);
  EXPECT_THAT(Take(1), SizeIs(1));
  Pass(-std::chrono::hours(26));
  EXPECT_THAT(Take(), SizeIs(2)) << "the one that was taken, and the one that was only collected";
}

// A website that is down for a day: thousands wait for another try.
TEST_F(CallbacksTest, WhatWaitsForAnotherTryIsNotReadUntilThen) {
  constexpr int kLooks = 20;
  Store(Held());
  test_.Sql(
      "INSERT INTO replyguard.comments SELECT (jsonb_populate_record(c, jsonb_build_object("
      "'comment_id', gen_random_uuid()))).* FROM replyguard.comments c, "
      "generate_series(1, 6000)");
  test_.Sql(
      "INSERT INTO replyguard.akismet_callbacks (site_id, comment_id, key_id, url, created_at, "
      "due_at, attempts) SELECT c.site_id, c.comment_id, '" +
      kOwnKey +
      "', 'https://blog.example/x', now(), now() + interval '1 day', 1 FROM replyguard.comments c");
  test_.Sql("ANALYZE replyguard.comments, replyguard.akismet_callbacks");
  CloseAll();
  test_.Sql("SELECT pg_stat_reset()");
  database_ = test_.Open();
  for (int i = 0; i < kLooks; ++i) {
    EXPECT_THAT(*database_->callbacks().Take(10, kLease, {}, Soon()), SizeIs(0));
  }
  CloseAll();
  const std::string rows = test_.Sql(
      "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables "
      "WHERE relname = 'akismet_callbacks'");
  EXPECT_LT(std::stoi(rows), 50 * kLooks);
}

TEST_F(CallbacksTest, OfAnErasedCommentNoneStays) {
  const auto erased = StoreWithCallback("https://blog.example/x?author=john");
  StoreWithCallback();
  Decide(erased, DecisionAction::kSpam);
  EXPECT_THAT(Take(), SizeIs(1));
  ASSERT_TRUE(database_->comments().Erase({1, erased, "Ann", "k1", At(500)}, Soon()).ok());
  // The website sends the comment once more.
  ASSERT_TRUE(
      store_.Save({1, erased, kOwnKey, "https://blog.example/x?author=john", At(501)}, Soon())
          .ok());
  EXPECT_EQ(test_.Sql("SELECT string_agg(url, ' ') FROM replyguard.akismet_callbacks"),
            "https://blog.example/x");
  Pass(std::chrono::hours(26));
  EXPECT_THAT(Take(), SizeIs(0));
}

TEST_F(CallbacksTest, ADecisionOfSomebodyElseIsDueOnce) {
  const auto told = StoreWithCallback();
  const auto quiet = StoreWithCallback();
  Store(Held());
  EXPECT_THAT(Take(), SizeIs(0));
  Decide(told, DecisionAction::kSpam);
  Decide(quiet, DecisionAction::kTrash);
  // What the website said itself.
  const storage::Actor own{"blog", kOwnKey, storage::StatusSource::kModerator};
  storage::DecisionRequest request;
  request.comment_id = quiet;
  ASSERT_TRUE(database_->decisions().Decide(1, own, {request}, At(++now_), Soon()).ok());

  const auto due = Take();
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].comment_id, told);
  EXPECT_EQ(due[0].sealed_key, "sealed");
  EXPECT_EQ(due[0].url, "https://blog.example/x");
  EXPECT_EQ(due[0].status, storage::CommentStatus::kSpam);
  EXPECT_EQ(due[0].attempts, 0);
  Pass(kLease / 2);
  EXPECT_THAT(Take(), SizeIs(0)) << "while it is being told";
  ASSERT_TRUE(store_.Told(due, Soon()).ok());
  Pass(10 * kLease);
  EXPECT_THAT(Take(), SizeIs(0));
}

TEST_F(CallbacksTest, WhatWasTakenAndNotSettledIsDueWhenItsLeaseEnds) {
  Decide(StoreWithCallback(), DecisionAction::kApprove);
  constexpr std::chrono::seconds kPause{140};
  constexpr std::array kPauses{kPause};
  ASSERT_THAT(Take(), SizeIs(1));
  Pass(kLease);
  const auto again = Take();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 0) << "whether it was tried is not known";
  ASSERT_TRUE(store_.Failed(again, kPauses, std::string(500, 'e'), Soon()).ok());
  Pass(kPause / 2);
  EXPECT_THAT(Take(), SizeIs(0));
  Pass(kPause / 2);
  const auto third = Take();
  ASSERT_THAT(third, SizeIs(1));
  EXPECT_EQ(third[0].attempts, 1);
  ASSERT_TRUE(store_.Failed(third, kPauses, "given up", Soon()).ok());
  Pass(10 * kLease);
  EXPECT_THAT(Take(), SizeIs(0));
}

TEST_F(CallbacksTest, ADecisionThatFallsIntoTheTellingIsToldAsWell) {
  const auto id = StoreWithCallback();
  Decide(id, DecisionAction::kApprove);
  const auto due = Take();
  ASSERT_THAT(due, SizeIs(1));
  Decide(id, DecisionAction::kSpam);
  Collect();
  ASSERT_TRUE(store_.Told(due, Soon()).ok());
  const auto news = Take();
  ASSERT_THAT(news, SizeIs(1));
  EXPECT_EQ(news[0].status, storage::CommentStatus::kSpam);
  EXPECT_EQ(news[0].attempts, 0);
  // A failure of the older one does not put off the newer.
  Decide(id, DecisionAction::kApprove);
  Collect();
  ASSERT_TRUE(store_.Failed(news, {}, "x", Soon()).ok());
  const auto newer = Take();
  ASSERT_THAT(newer, SizeIs(1));
  EXPECT_EQ(newer[0].attempts, 0);
}

TEST_F(CallbacksTest, WhatIsTakenGoesByOneCall) {
  for (const char* url : {"https://blog.example/x", "https://blog.example/y"}) {
    for (int i = 0; i < 2; ++i) Decide(StoreWithCallback(url), DecisionAction::kSpam);
  }
  EXPECT_THAT(Take(10, {1}), SizeIs(0)) << "it is told already, or rests";
  const auto first = Take(10, {2});
  const auto second = Take();
  ASSERT_THAT(first, SizeIs(2));
  ASSERT_THAT(second, SizeIs(2));
  EXPECT_EQ(first[0].url, first[1].url);
  EXPECT_EQ(second[0].url, second[1].url);
  EXPECT_NE(first[0].url, second[0].url);
  EXPECT_THAT(Take(), SizeIs(0));
}

TEST_F(CallbacksTest, WhatWasNotTriedIsDueAtOnceAndNotCounted) {
  Decide(StoreWithCallback(), DecisionAction::kSpam);
  const auto due = Take();
  ASSERT_THAT(due, SizeIs(1));
  ASSERT_TRUE(store_.Release(due, Soon()).ok());
  const auto again = Take();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 0);
}

TEST_F(CallbacksTest, AGroupIsSettledTogetherAndEachByItsOwnFailures) {
  constexpr std::array kPauses{std::chrono::seconds(10), std::chrono::seconds(20)};
  const auto first = StoreWithCallback();
  Decide(first, DecisionAction::kSpam);
  ASSERT_TRUE(store_.Failed(Take(), kPauses, "x", Soon()).ok());
  Decide(StoreWithCallback(), DecisionAction::kSpam);
  Pass(kPauses[0]);
  const auto both = Take();
  ASSERT_THAT(both, SizeIs(2));
  ASSERT_TRUE(store_.Failed(both, kPauses, "x", Soon()).ok());
  Pass(kPauses[0]);
  EXPECT_THAT(Take(), SizeIs(1)) << "the one that failed for the first time";
  Pass(kPauses[1] - kPauses[0]);
  const auto again = Take();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].comment_id, first);
  EXPECT_EQ(again[0].attempts, 2);
}

TEST_F(CallbacksTest, ALeaseBeginsAnewForWhatIsStillHeld) {
  const auto decided = StoreWithCallback();
  Decide(decided, DecisionAction::kSpam);
  Decide(StoreWithCallback(), DecisionAction::kSpam);
  const auto taken = Take();
  ASSERT_THAT(taken, SizeIs(2));
  Decide(decided, DecisionAction::kApprove);
  Collect();
  const auto held = store_.Renew(taken, 2 * kLease, Soon());
  ASSERT_TRUE(held.ok()) << held.status();
  ASSERT_THAT(*held, SizeIs(1)) << "of the other one there is news";
  EXPECT_NE(held->front().comment_id, decided);
  EXPECT_GT(held->front().leased_until, taken[0].leased_until);
  EXPECT_THAT(*store_.Renew(taken, kLease, Soon()), SizeIs(0)) << "that lease is over";
  EXPECT_THAT(*store_.Renew(*held, kLease, Soon()), SizeIs(1));
}

TEST_F(CallbacksTest, WhatGoesByACallThatHungWaitsBehindOthers) {
  const std::string hangs = "https://blog.example/x";
  for (int i = 0; i < 3; ++i) Decide(StoreWithCallback(hangs), DecisionAction::kSpam);
  const auto hung = Take(1);
  ASSERT_THAT(hung, SizeIs(1));
  Decide(StoreWithCallback("https://blog.example/y"), DecisionAction::kSpam);
  ASSERT_TRUE(store_.PutOff(hung[0], Soon()).ok());
  const auto other = Take();
  ASSERT_THAT(other, SizeIs(1));
  EXPECT_NE(other[0].url, hangs);
  Pass(storage::kCallbackPutOff / 2);
  EXPECT_THAT(Take(), SizeIs(0));
  Pass(storage::kCallbackPutOff / 2);
  const auto later = Take();
  ASSERT_THAT(later, SizeIs(3)) << "and the one whose lease has ended";
  for (const DueCallback& due : later) EXPECT_EQ(due.attempts, 0);
}

TEST_F(CallbacksTest, ARevokedKeyIsSentNowhere) {
  Decide(StoreWithCallback(), DecisionAction::kApprove);
  ASSERT_TRUE(database_->api_keys().Revoke(kOwnKey, At(150), false, Soon()).ok());
  EXPECT_THAT(Take(), SizeIs(0));
  ASSERT_TRUE(store_.Prune(At(0), 10, Soon()).ok());
  EXPECT_THAT(Take(), SizeIs(0));
}

TEST_F(CallbacksTest, OldOnesAreForgotten) {
  const auto prune = [this](storage::Timestamp before) {
    return store_.Prune(before, 10, Soon()).value();
  };
  StoreWithCallback();
  EXPECT_EQ(prune(At(1)), 0);
  test_.Sql("UPDATE replyguard.akismet_callbacks SET created_at = now() - interval '28 days'");
  EXPECT_EQ(prune(At(1'000'000'000)), 0) << "the clock of who asks is ahead";
  test_.Sql("UPDATE replyguard.akismet_callbacks SET created_at = now() - interval '30 days'");
  EXPECT_EQ(prune(At(1'000'000'000)), 1);
}

class AkismetStoreTest : public DecidingTest {
 protected:
  std::optional<storage::CommentId> Find(const CommentSpec& spec, std::int64_t since = -1) {
    const storage::MaskedComment masked = MaskSpec(spec);
    const auto found = store_.FindSame(
        {1, masked.thread_key(), masked.author_hashes(), masked.body_hashes(), At(since)}, Soon());
    EXPECT_TRUE(found.ok()) << found.status();
    return *found;
  }
  storage::CommentId StoreSpec(const CommentSpec& spec) {
    const auto draft = MakeDraft(spec);
    EXPECT_TRUE(Submit(*database_, draft, Always(Held())).ok());
    return draft.comment_id;
  }

  storage::AkismetStore& store_ = database_->akismet();
};

TEST_F(AkismetStoreTest, TheNewestSameCommentIsFound) {
  const CommentSpec spec{.received = At(10)};
  StoreSpec(spec);
  CommentSpec later = spec;
  later.received = At(20);
  const auto newest = StoreSpec(later);
  EXPECT_EQ(Find(spec), newest);
  EXPECT_EQ(Find(spec, 20), newest);
  EXPECT_FALSE(Find(spec, 21));
  for (auto change :
       {+[](CommentSpec& s) { s.thread = "other"; },
        +[](CommentSpec& s) { s.email = "eve@example.org"; },
        +[](CommentSpec& s) { s.email.clear(); }, +[](CommentSpec& s) { s.body += " x"; }}) {
    CommentSpec other = spec;
    change(other);
    EXPECT_FALSE(Find(other));
  }
  CommentSpec nobody = spec;
  nobody.email.clear();
  const auto anonymous = StoreSpec(nobody);
  EXPECT_EQ(Find(nobody), anonymous);
  ASSERT_TRUE(database_->comments().Erase({1, newest, "Ann", "k1", At(30)}, Soon()).ok());
  EXPECT_NE(Find(spec), newest);
  EXPECT_TRUE(Find(spec).has_value());
}

TEST_F(AkismetStoreTest, ARequestIsKnownSinceItCame) {
  StoreSpec({.request_id = "r1", .received = At(10)});
  EXPECT_EQ(*store_.FindRequested(1, {"r0", "r1"}, At(10), Soon()), "r1");
  EXPECT_EQ(*store_.FindRequested(1, {"r1"}, At(11), Soon()), std::nullopt);
  EXPECT_EQ(*store_.FindRequested(1, {"r2"}, At(0), Soon()), std::nullopt);
  EXPECT_EQ(*store_.FindRequested(2, {"r1"}, At(0), Soon()), std::nullopt);
}

TEST_F(AkismetStoreTest, CountsAddUp) {
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(At(0));
  const auto add = [&](const std::vector<storage::UsageDelta>& deltas) {
    EXPECT_TRUE(store_.AddUsage(deltas, Soon()).ok());
  };
  add({{{1, "k", today, "a.example"}, {1, 1, 0, 0, 0}},
       {{1, "k", today, "b.example"}, {5, 0, 5, 0, 0}}});
  add({{{1, "k", today, "a.example"}, {2, 0, 1, 1, 0}},
       {{1, "k", today + days(1), "a.example"}, {3, 3, 0, 0, 1}}});
  add({{{1, "other", today, "a.example"}, {9, 9, 0, 0, 0}}});

  const auto by_day = store_.UsageByDay(1, "k", today, Soon());
  ASSERT_TRUE(by_day.ok()) << by_day.status();
  ASSERT_THAT(*by_day, SizeIs(2));
  EXPECT_EQ((*by_day)[0].day, today);
  EXPECT_EQ((*by_day)[0].counts, (UsageCounts{8, 1, 6, 1, 0}));
  EXPECT_EQ((*by_day)[1].counts, (UsageCounts{3, 3, 0, 0, 1}));
  EXPECT_THAT(*store_.UsageByDay(1, "k", today + days(1), Soon()), SizeIs(1));

  storage::BlogUsageQuery query{
      .site_id = 1, .key_id = "k", .from = today, .until = today + days(2)};
  const auto all = store_.UsageByBlog(query, Soon());
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_THAT(all->blogs, SizeIs(2));
  EXPECT_EQ(all->total, 2);
  EXPECT_EQ(all->blogs[0].blog, "a.example");
  EXPECT_EQ(all->blogs[0].counts, (UsageCounts{6, 4, 1, 1, 1}));
  query.order = storage::BlogOrder::kHam;
  query.limit = 1;
  EXPECT_EQ(store_.UsageByBlog(query, Soon())->blogs[0].blog, "b.example");
  query.contains = "a.ex";
  EXPECT_EQ(store_.UsageByBlog(query, Soon())->total, 1);
  query.until = today;
  EXPECT_THAT(store_.UsageByBlog(query, Soon())->blogs, SizeIs(0));
}

}  // namespace
}  // namespace replyguard::tests
