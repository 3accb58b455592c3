// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Operations: one of a scope, leases that run out, and ends that take effect once.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "storage/api_key_store.h"
#include "storage/operation_store.h"
#include "support/comments.h"
#include "support/locked_table.h"
#include "support/test_database.h"

namespace replyguard::tests {
namespace {

using storage::Operation;
using storage::OperationEnd;
using storage::OperationKind;
using storage::OperationLease;
using storage::OperationState;

const OperationLease kOne{"one", std::chrono::minutes(10)};
const OperationLease kTwo{"two", std::chrono::minutes(10)};
// Has run out by the time that anybody looks.
const OperationLease kDead{"dead", std::chrono::milliseconds(-1)};
const std::vector<OperationKind> kKnown{OperationKind::kRetrain, OperationKind::kActivate,
                                        OperationKind::kImport};
const storage::OperationError kCancelled{1, "CANCELLED", "cancelled"};

class OperationsTest : public testing::Test {
 protected:
  Operation Start(OperationKind kind = OperationKind::kRetrain,
                  const std::string& scope = "model") {
    const auto started = store_.Start({kind, scope, "{\"a\": 1}", "k1", At(1)}, Soon());
    EXPECT_TRUE(started.ok()) << started.status();
    EXPECT_TRUE(started->started);
    return started->operation;
  }
  std::optional<Operation> TakeUp(const OperationLease& lease) {
    auto taken = store_.TakeUp(lease, kKnown, At(2), Soon());
    EXPECT_TRUE(taken.ok()) << taken.status();
    return *taken;
  }
  absl::StatusOr<Operation> End(const OperationEnd& end, const std::string& runner = "one") {
    return store_.End(1, runner, end, kCancelled, At(5), Soon());
  }
  static OperationEnd WithGeneration() {
    OperationEnd end;
    end.generation.emplace();
    end.generation->report = "{}";
    end.generation->created_at = At(4);
    return end;
  }
  static OperationEnd WithBase() {
    OperationEnd end = WithGeneration();
    end.base = storage::ModelBase{"bytes", "checksum", "{}"};
    return end;
  }
  std::string Count(const std::string& table) {
    return test_.Sql("SELECT count(*) FROM replyguard." + table);
  }

  TestDatabase test_;
  std::unique_ptr<storage::Database> database_ = test_.Open();
  storage::OperationStore& store_ = database_->operations();
};

TEST_F(OperationsTest, WhatIsStartedReadsBackAndWaits) {
  const Operation made = Start();
  const auto read = store_.Get(made.number, Soon());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->number, 1);
  EXPECT_EQ(read->start.kind, OperationKind::kRetrain);
  EXPECT_EQ(read->start.scope, "model");
  EXPECT_EQ(read->start.request, "{\"a\": 1}");
  EXPECT_EQ(read->start.created_by, "k1");
  EXPECT_EQ(read->start.created_at, At(1));
  EXPECT_EQ(read->state, OperationState::kWaiting);
  EXPECT_FALSE(read->started_at || read->ended_at || read->generation || read->activation);
  EXPECT_TRUE(absl::IsNotFound(store_.Get(2, Soon()).status()));
}

TEST_F(OperationsTest, OfEachScopeOneAtATime) {
  const Operation first = Start();
  const auto second = store_.Start({OperationKind::kCompare, "model", "{}", "k2", At(2)}, Soon());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_FALSE(second->started);
  EXPECT_EQ(second->operation.number, first.number) << "names the one that runs";
  EXPECT_EQ(Start(OperationKind::kRetrain, "other").number, 2);
  ASSERT_TRUE(store_.Cancel(1, kCancelled, At(3), Soon()).ok());
  EXPECT_EQ(Start().number, 3) << "it ended";
}

TEST_F(OperationsTest, ManyWhoStartAtOnceGetOne) {
  std::atomic<int> started{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto mine = store_.Start({OperationKind::kRetrain, "model", "{}", "k1", At(1)}, Soon());
      ASSERT_TRUE(mine.ok()) << mine.status();
      EXPECT_EQ(mine->operation.number, 1);
      if (mine->started) ++started;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(started, 1);
}

TEST_F(OperationsTest, OfAKindThatAServerDoesNotKnowNothingIsTakenUp) {
  Start(OperationKind::kEvaluate, "newer");
  EXPECT_FALSE(TakeUp(kOne));
  Start();
  const auto taken = TakeUp(kOne);
  ASSERT_TRUE(taken) << "what is older does not keep it";
  EXPECT_EQ(taken->number, 2);
  EXPECT_EQ(store_.Get(1, Soon())->revision, 1);
}

TEST_F(OperationsTest, ALeaseKeepsOthersAwayUntilItRunsOut) {
  Start();
  ASSERT_TRUE(TakeUp(kDead));
  const auto taken = TakeUp(kOne);
  ASSERT_TRUE(taken) << "the first one died";
  EXPECT_EQ(taken->state, OperationState::kRunning);
  EXPECT_EQ(taken->attempt_count, 2);
  EXPECT_EQ(taken->started_at, At(2));
  EXPECT_FALSE(TakeUp(kTwo)) << "it is somebody's";
  EXPECT_FALSE(store_.Renew(1, kDead, {}, Soon())->held) << "too late";
  EXPECT_TRUE(store_.Renew(1, kOne, {"reading", 5, 9}, Soon())->held);
  const auto read = store_.Get(1, Soon());
  EXPECT_EQ(read->progress, (storage::OperationProgress{"reading", 5, 9}));
  EXPECT_GT(read->revision, taken->revision);
  ASSERT_TRUE(store_.Renew(1, kOne, {"reading", 5, 9}, Soon()).ok());
  EXPECT_EQ(store_.Get(1, Soon())->revision, read->revision) << "nothing changed";
}

TEST_F(OperationsTest, ALeaseThatEndsImpossiblyLateHasRunOut) {
  Start();
  ASSERT_TRUE(TakeUp(kOne));
  test_.Sql("UPDATE replyguard.operations SET leased_until = leased_until + interval '1 day'");
  EXPECT_TRUE(TakeUp(kTwo)) << "the database's clock was ahead when it was given";
  EXPECT_FALSE(TakeUp(kOne));
}

TEST_F(OperationsTest, WhatIsGivenBackIsTakenUpAtOnce) {
  Start();
  ASSERT_TRUE(TakeUp(kOne));
  ASSERT_TRUE(store_.GiveBack(1, "two", false, Soon()).ok());
  EXPECT_FALSE(TakeUp(kTwo)) << "it was not his to give";
  ASSERT_TRUE(store_.GiveBack(1, "one", false, Soon()).ok());
  const auto again = TakeUp(kTwo);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->attempt_count, 1) << "not counted";
}

TEST_F(OperationsTest, AnEndAndItsEffectAreOne) {
  Start();
  ASSERT_TRUE(TakeUp(kDead));
  ASSERT_TRUE(TakeUp(kOne));
  EXPECT_TRUE(absl::IsFailedPrecondition(End(WithGeneration(), "dead").status()));
  EXPECT_EQ(Count("generations"), "1") << "whoever lost it has no effect";
  const auto ended = End(WithGeneration());
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->state, OperationState::kSucceeded);
  EXPECT_EQ(ended->ended_at, At(5));
  ASSERT_TRUE(ended->generation);
  EXPECT_EQ(ended->generation->number, 2);
  EXPECT_EQ(ended->generation->report, "{}");
  EXPECT_TRUE(absl::IsFailedPrecondition(End(WithGeneration()).status())) << "once";
  EXPECT_EQ(Count("generations"), "2");
}

TEST_F(OperationsTest, AnEffectThatFailsLeavesItRunning) {
  Start(OperationKind::kActivate);
  ASSERT_TRUE(TakeUp(kOne));
  OperationEnd end;
  end.activation = storage::ActivationRequest{9, 1, false, "k1", At(4)};
  EXPECT_TRUE(absl::IsNotFound(End(end).status()));
  end.activation->generation = 1;
  end.activation->expected = 7;
  const auto ended = End(end);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->activation->activation, 1) << "active already";
}

TEST_F(OperationsTest, ARefusalEndsWithIt) {
  Start(OperationKind::kActivate);
  ASSERT_TRUE(TakeUp(kOne));
  OperationEnd end;
  end.state = OperationState::kFailed;
  end.error = {9, "WORSE_HAM_LOSS", "it loses more"};
  end.refusal = storage::ActivationRefusal{0, 1, 1, "k1", At(4), "figures"};
  const auto ended = End(end);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->error.reason, "WORSE_HAM_LOSS");
  EXPECT_EQ(ended->error.code, 9);
  EXPECT_EQ(Count("activation_refusals"), "1");
}

TEST_F(OperationsTest, WhatIsCancelledHasNoEffect) {
  Start();
  ASSERT_TRUE(TakeUp(kOne));
  const auto asked = store_.Cancel(1, kCancelled, At(3), Soon());
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_TRUE(asked->cancel_requested);
  EXPECT_FALSE(asked->ended()) << "its server ends it";
  EXPECT_TRUE(store_.Renew(1, kOne, {}, Soon())->cancel_requested);
  const auto ended = End(WithGeneration());
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->state, OperationState::kCancelled) << "though the work was done by then";
  EXPECT_EQ(ended->error.reason, "CANCELLED");
  EXPECT_EQ(Count("generations"), "1");
  EXPECT_EQ(store_.Cancel(1, kCancelled, At(9), Soon())->revision, ended->revision);
  EXPECT_TRUE(absl::IsNotFound(store_.Cancel(2, kCancelled, At(9), Soon()).status()));
}

TEST_F(OperationsTest, WhatIsCancelledLeavesNoBaseEither) {
  Start();
  ASSERT_TRUE(TakeUp(kOne));
  ASSERT_TRUE(store_.Cancel(1, kCancelled, At(3), Soon()).ok());
  // It is not even sent: nobody may write there.
  test_.Sql("REVOKE INSERT ON replyguard.model_bases FROM replyguard_app");
  const auto ended = End(WithBase());
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->state, OperationState::kCancelled);
  EXPECT_EQ(Count("model_bases"), "0");
}

// As long as it is being written: it may be large.
TEST_F(OperationsTest, WhileAnImportedModelIsStoredKeysCanBeRevoked) {
  storage::ApiKeyRecord key;
  key.key_id = "0123456789abcdef";
  key.secret_hash = std::string(64, 'h');
  key.display_name = "a key";
  key.role = storage::KeyRole::kOperator;
  key.created_at = At(0);
  ASSERT_TRUE(database_->api_keys().Create(key, Soon()).ok());
  Start();
  ASSERT_TRUE(TakeUp(kOne));
  std::thread ending;
  {
    const LockedTable bases(test_, "model_bases");
    ending = std::thread([&] {
      const auto ended = End(WithBase());
      ASSERT_TRUE(ended.ok()) << ended.status();
      ASSERT_TRUE(ended->generation);
      EXPECT_EQ(ended->generation->base, 1);
      EXPECT_EQ(ended->generation->base_info, "{}");
    });
    bases.WaitForWaiting(1);
    const auto revoked = database_->api_keys().Revoke(key.key_id, At(3), false, Soon());
    EXPECT_TRUE(revoked.ok()) << revoked.status();
  }
  ending.join();
}

TEST_F(OperationsTest, OneThatWaitsIsCancelledAtOnce) {
  Start();
  const auto ended = store_.Cancel(1, kCancelled, At(3), Soon());
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->state, OperationState::kCancelled);
  EXPECT_EQ(ended->ended_at, At(3));
  EXPECT_FALSE(TakeUp(kOne));
}

TEST_F(OperationsTest, ListsAreNewestFirstAndCanBeNarrowed) {
  Start(OperationKind::kRetrain, "a");
  Start(OperationKind::kCompare, "b");
  Start(OperationKind::kCompare, "c");
  ASSERT_TRUE(store_.Cancel(2, kCancelled, At(3), Soon()).ok());
  const auto numbers = [&](const storage::OperationQuery& query) {
    std::vector<std::int64_t> out;
    const auto list = store_.List(query, Soon());
    EXPECT_TRUE(list.ok()) << list.status();
    for (const Operation& operation : *list) out.push_back(operation.number);
    return out;
  };
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(numbers({}), (Numbers{3, 2, 1}));
  EXPECT_EQ(numbers({.kind = OperationKind::kCompare}), (Numbers{3, 2}));
  EXPECT_EQ(numbers({.ended = true}), (Numbers{2}));
  EXPECT_EQ(numbers({.ended = false}), (Numbers{3, 1}));
  EXPECT_EQ(numbers({.before = 3, .limit = 1}), (Numbers{2}));
  EXPECT_EQ(store_.GetMany({1, 3, 9}, Soon())->size(), 2U);
}

TEST_F(OperationsTest, OldOnesThatEndedAreForgotten) {
  Start();
  ASSERT_TRUE(store_.Cancel(1, kCancelled, At(3), Soon()).ok());
  Start(OperationKind::kRetrain, "runs");
  test_.Sql("UPDATE replyguard.operations SET operation = operation + 5000 WHERE operation = 2");
  Start();
  EXPECT_EQ(test_.Sql("SELECT string_agg(operation::text, ',' ORDER BY operation) FROM "
                      "replyguard.operations"),
            "5002,5003");
}

}  // namespace
}  // namespace replyguard::tests
