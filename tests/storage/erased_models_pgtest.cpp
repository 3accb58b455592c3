// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// A server that lags stores its model after a text that it holds was erased and blanked.
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "support/deciding.h"
#include "support/eventually.h"

namespace replyguard::tests {
namespace {

using storage::CheckpointInfo;

class ErasedModelsTest : public DecidingTest {
 protected:
  // One lesson, taken back as its comment is erased, and the active generation's model after both.
  ErasedModelsTest() {
    const auto id = Store(Held());
    Decide(id, storage::DecisionAction::kSpam);
    EXPECT_TRUE(
        database_->comments().Erase({.site_id = 1, .comment_id = id, .now = At(500)}, Soon()).ok());
    EXPECT_TRUE(database_->checkpoints().Put(Of(1, 2), "active", {}, Soon()).ok());
  }
  static CheckpointInfo Of(std::int64_t generation, std::int64_t position) {
    CheckpointInfo info;
    info.kind.generation = generation;
    info.position = position;
    return info;
  }
  // Another generation's, that has learnt the lesson and not the retraction.
  absl::StatusOr<std::int64_t> PutLate(bool holds) {
    return database_->checkpoints().Put(
        Of(7, 1), "late",
        [&](storage::SiteId site, const std::string& sample) {
          EXPECT_EQ(site, 1);
          EXPECT_EQ(sample, test_.Sql("SELECT sample_id FROM replyguard.label_erasures"));
          return holds;
        },
        Soon());
  }
  std::int64_t Blank(std::int32_t limit = 100) {
    const auto blanked = database_->maintenance().BlankErasedSamples(At(600), limit, Soon());
    EXPECT_TRUE(blanked.ok()) << blanked.status();
    return blanked.value_or(-1);
  }
  void StoreUnchecked(int position) {
    test_.Sql(
        "INSERT INTO replyguard.checkpoints (position, extractor_version, starter, "
        "generation, epoch, checksum, bytes) VALUES (" +
        std::to_string(position) + ", 0, 0, 7, 0, '', '')");
  }
  std::string Unchecked() {
    return test_.Sql("SELECT count(*) FROM replyguard.checkpoints WHERE NOT checked");
  }
  std::size_t Stored(std::int64_t generation) {
    return database_->checkpoints().List(Of(generation, 0).kind, 10, Soon())->size();
  }
};

TEST_F(ErasedModelsTest, AModelThatHoldsTheTextIsNotStored) {
  ASSERT_EQ(Blank(), 2);
  EXPECT_TRUE(absl::IsAborted(PutLate(true).status()));
  EXPECT_EQ(Stored(7), 0U);
}

TEST_F(ErasedModelsTest, OneThatReadItBlankIsStoredAndStays) {
  ASSERT_EQ(Blank(), 2);
  const auto stored = PutLate(false);
  EXPECT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(Blank(), 0);
  EXPECT_EQ(Stored(7), 1U);
}

TEST_F(ErasedModelsTest, WhoeverStoresItInTheMidstOfTheBlankingWaitsForItsEnd) {
  pqxx::connection other(test_.owner_url());
  pqxx::work blanking(other);
  EXPECT_EQ(blanking.exec("SELECT replyguard.blank_erased_samples(now(), 100)")[0][0].as<int>(), 2);
  auto late = std::async(std::launch::async, [this] { return PutLate(true); });
  EXPECT_TRUE(Eventually([&] {
    return test_.Sql(
               "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND "
               "database = (SELECT oid FROM pg_database WHERE datname = current_database())") ==
           "t";
  })) << "nobody waits";
  blanking.commit();
  EXPECT_TRUE(absl::IsAborted(late.get().status()));
  EXPECT_EQ(Stored(7), 0U);
}

// A server of the version before stores it.
TEST_F(ErasedModelsTest, WhatNobodyCheckedIsLookedFor) {
  ASSERT_EQ(Blank(), 2);
  for (const int position : {1, 2}) StoreUnchecked(position);
  EXPECT_EQ(Blank(), 0);
  const auto left = *database_->checkpoints().List(Of(7, 0).kind, 10, Soon());
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().position, 2) << "it has taken the lesson back";
  EXPECT_EQ(Unchecked(), "0") << "nor is it looked at again";
}

// Among very many erasures no call takes longer than it may, and the next one goes on from there.
TEST_F(ErasedModelsTest, WhatNobodyCheckedIsLookedThroughByAndBy) {
  constexpr int kMore = 6;
  for (int i = 0; i < kMore; ++i) {
    const auto id = Store(Held());
    Decide(id, storage::DecisionAction::kSpam);
    ASSERT_TRUE(
        database_->comments().Erase({.site_id = 1, .comment_id = id, .now = At(500)}, Soon()).ok());
  }
  constexpr int kHead = 2 + 2 * kMore;
  ASSERT_TRUE(database_->checkpoints().Put(Of(1, kHead), "active", {}, Soon()).ok());
  ASSERT_EQ(Blank(), kHead);
  // One that holds nothing, below all that is erased; one that holds the last lesson; and one that
  // has taken all of them back.
  for (const int position : {0, kHead - 1, kHead}) StoreUnchecked(position);
  EXPECT_EQ(Blank(2), 2) << "to be called again";
  EXPECT_EQ(Unchecked(), "3");
  EXPECT_EQ(test_.Sql("SELECT max(checked_to) FROM replyguard.checkpoints"), "4") << "two of them";
  int calls = 1;
  while (Blank(2) == 2) ++calls;
  EXPECT_EQ(calls, 4) << "seven for the first, and one for the next";
  EXPECT_EQ(Unchecked(), "0");
  const auto left = *database_->checkpoints().List(Of(7, 0).kind, 10, Soon());
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left.front().position, kHead);
  EXPECT_EQ(left.back().position, 0);
}

}  // namespace
}  // namespace replyguard::tests
