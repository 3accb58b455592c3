// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "service/usecases/search/indexer.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using std::chrono::milliseconds;

TEST(IndexerPauseTest, ABusyMachineGetsNineTenthsOfTheTime) {
  IndexerOptions options;
  options.busy = [] { return true; };
  EXPECT_EQ(PauseAfter(options.batch, milliseconds(30), options), milliseconds(270));
  EXPECT_EQ(PauseAfter(options.batch, milliseconds(9'000), options), options.busy_pause_max);
}

TEST(IndexerPauseTest, WithoutCallersABatchFollowsTheOther) {
  IndexerOptions options;
  EXPECT_EQ(PauseAfter(options.batch, milliseconds(30), options), milliseconds(0));
  options.busy = [] { return false; };
  EXPECT_EQ(PauseAfter(options.batch, milliseconds(30), options), milliseconds(0));
}

TEST(IndexerPauseTest, WhereNothingIsLeftTheIntervalFollows) {
  IndexerOptions options;
  options.busy = [] { return true; };
  EXPECT_EQ(PauseAfter(options.batch - 1, milliseconds(30), options), options.interval);
}

class IndexerTest : public testing::Test {
 protected:
  void SubmitSome(int count) {
    for (int i = 0; i < count; ++i) {
      world_.clock.Advance(std::chrono::seconds(1));
      world_.Stored("comment number " + std::to_string(i));
    }
  }
  std::string Unindexed() {
    return world_.test.Sql("SELECT count(*) FROM replyguard.comments_to_index");
  }

  World world_;
};

TEST_F(IndexerTest, TellsHowFarItIsBehind) {
  SubmitSome(3);
  world_.clock.Advance(std::chrono::seconds(100));
  IndexerOptions options;
  options.batch = 2;
  Indexer indexer(world_.db->search(), world_.clock, options);
  ASSERT_EQ(*indexer.RunOnce(), 2);
  EXPECT_GE(indexer.lag(), std::chrono::seconds(100));
  EXPECT_LE(indexer.lag(), std::chrono::seconds(102));
  ASSERT_EQ(*indexer.RunOnce(), 1);
  EXPECT_EQ(indexer.lag(), milliseconds(0));
}

TEST_F(IndexerTest, ComesToItsEndOnAMachineThatStaysBusy) {
  SubmitSome(5);
  IndexerOptions options;
  options.batch = 1;
  options.busy = [] { return true; };
  Indexer indexer(world_.db->search(), world_.clock, options);
  indexer.Start();
  while (Unindexed() != "0") std::this_thread::sleep_for(milliseconds(5));
  indexer.Stop();
}

}  // namespace
}  // namespace replyguard::service
