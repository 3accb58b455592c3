// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The system refuses the learner a thread or memory: it goes on, slower or later.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <new>
#include <system_error>

#include "service/usecases/fakes.h"
#include "service/usecases/label_rows.h"
#include "service/usecases/learn/learner.h"
#include "support/hidden_function.h"
#include "support/refused_threads.h"
#include "usecases/learn/change_pages.h"
#include "usecases/learn/checkpoint.h"

namespace {

// Of the functions that pack a model: what libzstd answers when there is no memory.
constexpr auto kNoMemory = static_cast<std::size_t>(-64);
std::atomic<bool> no_memory_to_pack{false};
replyguard::tests::HiddenFunction<std::size_t, void*, std::size_t, const void*, std::size_t, int>
    pack("ZSTD_compress");

}  // namespace

extern "C" std::size_t ZSTD_compress(void* to, std::size_t capacity, const void* from,
                                     std::size_t size, int level) {
  return no_memory_to_pack ? kNoMemory : pack(to, capacity, from, size, level);
}

namespace replyguard::service {
namespace {

using tests::RefusedThreads;

constexpr std::int64_t kRows = 2'000;  // enough to be read ahead

class LearnerLimitsTest : public testing::Test {
 protected:
  LearnerLimitsTest() {
    for (std::int64_t i = 1; i <= kRows; ++i) {
      labels_.entries.push_back(
          Entry(i, "c:" + std::to_string(i), std::nullopt,
                State(i % 2 == 0 ? kHam : kSpam, "word" + std::to_string(i % 50))));
    }
  }
  void SetUp() override {
    options_.checkpoint_pause = options_.checkpoint_pause_max = std::chrono::milliseconds(0);
  }
  void TearDown() override { no_memory_to_pack = false; }

  FakeLabels labels_;
  FakeCheckpoints checkpoints_;
  FixedClock clock_;
  LearnerOptions options_;
};

TEST_F(LearnerLimitsTest, PagesAreReadAheadOnTheThreadsThatThereAre) {
  constexpr int kWanted = 4;
  for (int given = 0; given <= 1 + kWanted; ++given) {
    const RefusedThreads refused(given);
    // One reads, and one at least extracts.
    if (given < 2) {
      EXPECT_THROW(ChangePages(labels_, {}, 0, kRows, kWanted), std::system_error);
      continue;
    }
    ChangePages pages(labels_, {}, 0, kRows, kWanted);
    std::int64_t last = 0;
    for (;;) {
      const auto page = pages.Next();
      ASSERT_TRUE(page.ok()) << page.status();
      if (page->empty()) break;
      for (const LoggedChange& row : *page) EXPECT_EQ(row.entry.position, ++last);
    }
    EXPECT_EQ(last, kRows) << "with " << given;
  }
}

TEST_F(LearnerLimitsTest, WithoutAThreadMoreItCatchesUpByItself) {
  Learner learner(labels_, checkpoints_, clock_, options_);
  ASSERT_TRUE(learner.Load().ok());
  const RefusedThreads refused(0);
  ASSERT_TRUE(learner.CatchUp().ok());
  EXPECT_TRUE(learner.State().caught_up);
  EXPECT_EQ(learner.State().position, kRows);
  EXPECT_EQ(learner.State().skipped_count, 0);
}

TEST_F(LearnerLimitsTest, WithoutAThreadMoreTheModelIsStoredLater) {
  options_.rebuild_work = std::chrono::milliseconds(0);  // after each page
  std::vector<std::string> warnings;
  options_.warn = [&](std::string_view text) { warnings.emplace_back(text); };
  Learner learner(labels_, checkpoints_, clock_, options_);
  const storage::LabelEntry newest = labels_.entries.back();
  labels_.entries.pop_back();
  {
    const RefusedThreads refused(0);
    ASSERT_TRUE(learner.Load().ok() && learner.CatchUp().ok());
  }
  EXPECT_TRUE(checkpoints_.stored_.empty());
  EXPECT_FALSE(warnings.empty());
  labels_.entries.push_back(newest);
  ASSERT_TRUE(learner.CatchUp().ok());
  ASSERT_TRUE(learner.StoreCheckpoint().ok());  // waits for the one that was begun
  ASSERT_FALSE(checkpoints_.stored_.empty());
  EXPECT_EQ(checkpoints_.stored_.begin()->second.first.position, kRows);
}

TEST_F(LearnerLimitsTest, WithoutMemoryToPackItNothingIsStored) {
  Learner learner(labels_, checkpoints_, clock_, options_);
  ASSERT_TRUE(learner.Load().ok() && learner.CatchUp().ok());
  no_memory_to_pack = true;
  EXPECT_TRUE(absl::IsResourceExhausted(PackBytes("a model").status()));
  EXPECT_TRUE(absl::IsResourceExhausted(learner.StoreCheckpoint()));
  EXPECT_TRUE(checkpoints_.stored_.empty()) << "it would keep the good one of its position out";
  no_memory_to_pack = false;
  EXPECT_TRUE(learner.StoreCheckpoint().ok());
  Learner restarted(labels_, checkpoints_, clock_, options_);
  ASSERT_TRUE(restarted.Load().ok());
  EXPECT_EQ(restarted.State().position, kRows);
}

// There is none for the copy of the model that is to be sent.
class HungryCheckpoints final : public FakeCheckpoints {
  absl::StatusOr<std::int64_t> Put(const storage::CheckpointInfo&, std::string_view, const Holds&,
                                   storage::Deadline) override {
    throw std::bad_alloc();
  }
};

TEST_F(LearnerLimitsTest, WithoutMemoryToSendItItGoesOn) {
  HungryCheckpoints hungry;
  options_.rebuild_work = std::chrono::milliseconds(0);
  Learner learner(labels_, hungry, clock_, options_);
  ASSERT_TRUE(learner.Load().ok() && learner.CatchUp().ok());
  EXPECT_TRUE(absl::IsResourceExhausted(learner.StoreCheckpoint()));
  EXPECT_EQ(learner.State().checkpoint_count, 0);
}

}  // namespace
}  // namespace replyguard::service
