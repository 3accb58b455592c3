// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// RetrainModel and its kin: what is found, what is kept, and what is refused.
#include <gtest/gtest.h>

#include "service/usecases/errors.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

constexpr char kEvil[] = "eeeeeeeeeeeeeeee";
constexpr char kGood[] = "0000000000000001";

class RetrainTest : public testing::Test {
 protected:
  // Labels of spam and good comments in turn; the evil key calls all of them good.
  void Teach(const char* by, const std::string& name, int count) {
    std::vector<storage::ExternalLabel> labels;
    for (int i = 0; i < count; ++i) {
      const bool spam = by == kEvil || i % 2 == 0;
      storage::ExternalLabel label;
      label.external_id = name + std::to_string(i);
      label.sample.body = (spam ? "cheap pills casino bonus " : "the chapter about bees helped ") +
                          std::to_string(i);
      label.label = spam && by != kEvil ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
      labels.push_back(std::move(label));
    }
    ASSERT_TRUE(
        world_.db->labels()
            .Append(1, labels, storage::LabelSource::kImport, by, world_.clock.Now(), Soon())
            .ok());
  }
  std::size_t Stored() { return world_.db->generations().List(100, Soon())->size(); }

  World world_;
  Generations generations_{world_.directory, world_.learner, world_.db->labels(),
                           world_.db->generations(), world_.clock};
};

TEST_F(RetrainTest, WhatIsFoundIsKeptAndActivatesNothing) {
  Teach(kGood, "early", 100);
  Teach(kEvil, "evil", 80);
  Teach(kGood, "late", 40);
  const auto made = generations_.Retrain(world_.admin, {kEvil, kEvil}, "why", Soon());
  ASSERT_TRUE(made.ok()) << made.status();
  const Comparison& found = *made->comparison;
  EXPECT_EQ(made->generation.excluded, std::vector<std::string>{kEvil});
  EXPECT_EQ(found.base.generation, 1);
  EXPECT_EQ(found.candidate.generation, 2);
  EXPECT_EQ(found.label_count, 140) << "the evil ones are no measure";
  // The newest 50, and a twentieth of the 45 older ones of each class.
  EXPECT_EQ(found.held_out_count, 50 + 3 + 3);
  EXPECT_EQ(found.held_out_spam_count, 25 + 3);
  EXPECT_EQ(found.excluded_count, 80);
  EXPECT_EQ(found.base.ham_lost.of + found.base.spam_missed.of, found.held_out_count);
  EXPECT_LT(found.candidate.spam_missed.count, found.base.spam_missed.count);
  EXPECT_LE(found.candidate.spam_missed.bounds.low, found.candidate.spam_missed.seen());
  EXPECT_GT(found.changed_count, 0);
  EXPECT_EQ(found.changes.front().sample_id.substr(0, 6), "x:late") << "newest first";
  EXPECT_EQ(world_.db->generations().Active(Soon())->number, 1);

  const auto kept = generations_.Get(world_.admin, 2, Soon());
  ASSERT_TRUE(kept.ok() && kept->comparison);
  EXPECT_EQ(ComparisonToJson(*kept->comparison), ComparisonToJson(found));
  const auto again = generations_.CompareTwo(world_.admin, 1, 2, Soon());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(ComparisonToJson(*again), ComparisonToJson(found)) << "the same labels";
}

TEST_F(RetrainTest, OneAtATimeAndNothingIsStoredOfWhatFails) {
  Teach(kGood, "few", 99);
  const auto few = generations_.Retrain(world_.admin, {}, "", Soon());
  EXPECT_EQ(ReasonOf(few.status()), reasons::kTooFewLabels);
  Teach(kGood, "more", 10);
  ASSERT_TRUE(world_.db->generations()
                  .RunAlone(
                      [&] {
                        const auto busy = generations_.Retrain(world_.admin, {}, "", Soon());
                        EXPECT_EQ(ReasonOf(busy.status()), reasons::kRetrainRuns);
                        return absl::OkStatus();
                      },
                      Soon())
                  .ok());
  const auto late = generations_.Retrain(world_.admin, {}, "", std::chrono::steady_clock::now());
  EXPECT_TRUE(absl::IsDeadlineExceeded(late.status())) << late.status();
  for (const char* key : {"", "e", "EEEEEEEEEEEEEEEE", "eeeeeeeeeeeeeeeee"}) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(generations_.Retrain(world_.admin, {key}, "", Soon()).status()))
        << key;
  }
  EXPECT_EQ(Stored(), 1U);
  EXPECT_TRUE(generations_.Retrain(world_.admin, {}, "", Soon()).ok());
  EXPECT_EQ(Stored(), 2U);
}

TEST_F(RetrainTest, OnlyWhoCoversEverySiteMay) {
  Principal of_a_site = world_.admin;
  of_a_site.site = "blog";
  for (const Principal& principal : {of_a_site, world_.moderator, world_.backend}) {
    const auto denied = [](const absl::Status& status) { return absl::IsPermissionDenied(status); };
    EXPECT_TRUE(denied(generations_.Retrain(principal, {}, "", Soon()).status()));
    EXPECT_TRUE(denied(generations_.Newest(principal, 10, Soon()).status()));
    EXPECT_TRUE(denied(generations_.Get(principal, 1, Soon()).status()));
    EXPECT_TRUE(denied(generations_.CompareTwo(principal, 1, 1, Soon()).status()));
    EXPECT_TRUE(denied(generations_.Activate(principal, 1, true, Soon()).status()));
    EXPECT_TRUE(denied(generations_.Rollback(principal, Soon()).status()));
  }
}

TEST_F(RetrainTest, AnotherReportThanOneIsNone) {
  EXPECT_TRUE(absl::IsDataLoss(ComparisonFromJson("").status()));
  EXPECT_TRUE(absl::IsDataLoss(ComparisonFromJson("{}").status()));
  EXPECT_TRUE(absl::IsDataLoss(ComparisonFromJson(R"({"base": 1})").status()));
}

}  // namespace
}  // namespace replyguard::service
