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
  std::int64_t Blank() {
    const auto blanked = database_->maintenance().BlankErasedSamples(At(600), 100, Soon());
    EXPECT_TRUE(blanked.ok()) << blanked.status();
    return blanked.value_or(-1);
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
  for (const char* position : {"1", "2"}) {
    test_.Sql(std::string("INSERT INTO replyguard.checkpoints (position, extractor_version, "
                          "starter, generation, epoch, checksum, bytes) VALUES (") +
              position + ", 0, 0, 7, 0, '', '')");
  }
  EXPECT_EQ(Blank(), 0);
  const auto left = *database_->checkpoints().List(Of(7, 0).kind, 10, Soon());
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front().position, 2) << "it has taken the lesson back";
  EXPECT_EQ(test_.Sql("SELECT count(*) FROM replyguard.checkpoints WHERE NOT checked"), "0")
      << "nor is it looked at again";
}

}  // namespace
}  // namespace replyguard::tests
