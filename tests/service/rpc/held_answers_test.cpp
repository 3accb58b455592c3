// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/dispatch/held_answers.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/patience.h"

namespace replyguard::service::rpc {
namespace {

constexpr std::size_t kMib = 1 << 20;

using Held = std::vector<std::unique_ptr<HeldAnswers::Held>>;

class HeldAnswersTest : public testing::Test {
 protected:
  Held Hold(HeldAnswers::Lane lane, std::size_t mib) {
    Held held;
    for (std::size_t i = 0; i < mib; ++i)
      held.push_back(answers_->Hold(lane, kMib, {"c", nullptr}));
    return held;
  }
  const std::shared_ptr<HeldAnswers> answers_ = std::make_shared<HeldAnswers>();
};

TEST_F(HeldAnswersTest, ALaneIsRefusedUntilItReads) {
  Held held = Hold(1, 64);
  EXPECT_TRUE(answers_->IsFull(1));
  EXPECT_FALSE(answers_->IsFull(2));
  held.pop_back();
  EXPECT_FALSE(answers_->IsFull(1));
  held.clear();
  EXPECT_EQ(answers_->bytes(), 0U);
}

TEST_F(HeldAnswersTest, NoLaneTakesMoreThanItLeaves) {
  EXPECT_FALSE(answers_->is_pressed());
  const Held one = Hold(1, 63), two = Hold(2, 63), three = Hold(3, 63), four = Hold(4, 40);
  EXPECT_TRUE(answers_->IsFull(1));
  EXPECT_TRUE(answers_->IsFull(4));
  EXPECT_FALSE(answers_->IsFull(5)) << "who holds nothing";
  EXPECT_TRUE(answers_->is_pressed());
  const Held five = Hold(5, 27);
  EXPECT_FALSE(answers_->IsFull(6)) << "its spare is";
  const Held six = Hold(6, 1);
  EXPECT_TRUE(answers_->IsFull(6)) << "nothing is left";
}

TEST_F(HeldAnswersTest, SmallOnesAreNotCounted) {
  EXPECT_EQ(answers_->Hold(1, HeldAnswers::kCountedBytesMin - 1, {"c", nullptr}), nullptr);
  EXPECT_EQ(answers_->bytes(), 0U);
}

TEST_F(HeldAnswersTest, EndsOverdueCallsOnce) {
  int ended = 0;
  std::unique_ptr<HeldAnswers::Held> one;
  one = answers_->Hold(1, kMib, {"c", [&] {
                                   ++ended;
                                   one.reset();  // as gRPC may at once
                                 }});
  const auto two = answers_->Hold(1, kMib, {"c", [&] { ++ended; }});
  const auto unasked = answers_->Hold(1, kMib, {});
  answers_->EndOverdue(std::chrono::steady_clock::now() - std::chrono::minutes(1));
  EXPECT_EQ(ended, 0);
  for (int time = 0; time < 2; ++time) answers_->EndOverdue(std::chrono::steady_clock::now());
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(answers_->ended_count(), 2);
  EXPECT_EQ(answers_->bytes(), 2 * kMib);
}

TEST_F(HeldAnswersTest, TellsWhoseCallsWereEndedInVain) {
  const auto end = [] {};
  const auto a = answers_->Hold(1, kMib, {"a", end});
  const auto nobody = answers_->Hold(1, kMib, {});
  const auto a2 = answers_->Hold(1, kMib, {"a", end});
  auto b = answers_->Hold(1, kMib, {"b", end});
  EXPECT_EQ(answers_->Connections(), (std::vector<std::string>{"a", "b"}));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(answers_->Unended(before), std::vector<std::string>()) << "none was";
  answers_->EndOverdue(before);
  EXPECT_EQ(answers_->Unended(before - std::chrono::seconds(1)), std::vector<std::string>());
  const auto now = std::chrono::steady_clock::now();
  EXPECT_EQ(answers_->Unended(now), (std::vector<std::string>{"a", "b"}));
  b.reset();
  EXPECT_EQ(answers_->Unended(now), std::vector<std::string>{"a"});
}

// Each compared with all others they take minutes.
TEST_F(HeldAnswersTest, NamesManyConnectionsAtOnce) {
  constexpr int kCount = 200'000;
  Held held;
  for (int n = 0; n < kCount; ++n) {
    const std::string connection = "ipv4:192.0.2.1:" + std::to_string(n);
    held.push_back(answers_->Hold(1, HeldAnswers::kCountedBytesMin, {connection, nullptr}));
  }
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(answers_->Connections().size(), std::size_t{kCount});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, tests::kPatience);
}

}  // namespace
}  // namespace replyguard::service::rpc
