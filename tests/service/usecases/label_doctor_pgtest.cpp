// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// ReviewLabels over a real label log: which labels it looks at, and who may ask.
#include <gtest/gtest.h>

#include <span>
#include <utility>

#include "service/usecases/errors.h"
#include "service/usecases/learn/generations.h"
#include "service/usecases/learn/label_doctor.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

constexpr char kEvil[] = "eeeeeeeeeeeeeeee";
constexpr char kGood[] = "0000000000000001";
constexpr char kToo[] = "0000000000000002";

class LabelDoctorTest : public testing::Test {
 protected:
  // Labels of spam and good comments in turn; the evil key calls spam good.
  void Teach(const char* by, const std::string& name, int count) {
    std::vector<storage::ExternalLabel> labels;
    for (int i = 0; i < count; ++i) {
      const bool spam = by == kEvil || i % 2 == 0;
      storage::ExternalLabel label;
      label.external_id = name + std::to_string(i);
      label.sample.body = (spam ? "cheap pills casino bonus " : "the chapter about bees helped ") +
                          name + std::to_string(i * 7919);
      label.label = spam && by != kEvil ? storage::LabelClass::kSpam : storage::LabelClass::kHam;
      labels.push_back(std::move(label));
    }
    Append(by, labels);
  }
  void Append(const char* by, const std::vector<storage::ExternalLabel>& labels) {
    ASSERT_TRUE(
        world_.db->labels()
            .Append(1, labels, storage::LabelSource::kImport, by, world_.clock.Now(), Soon())
            .ok());
  }
  absl::StatusOr<LabelDoctor::Result> Review(std::vector<std::string> excluded = {},
                                             std::int32_t labels = 5'000) {
    return doctor_.Review(world_.admin, "blog", {std::move(excluded), labels}, 100, Soon());
  }
  static std::vector<std::string> Suspicious(const LabelDoctor::Result& result) {
    std::vector<std::string> names;
    for (const SourceReview& source : result.review.sources) {
      if (source.suspicious) names.push_back(source.source);
    }
    return names;
  }

  World world_;
  LabelDoctor doctor_{world_.directory, world_.learner, world_.db->labels(),
                      world_.db->generations()};
};

TEST_F(LabelDoctorTest, NamesTheKeyThatPoisons) {
  Teach(kGood, "early", 80);
  Teach(kEvil, "evil", 40);
  Teach(kToo, "late", 80);
  const auto found = Review();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(Suspicious(*found), std::vector<std::string>{kEvil});
  EXPECT_EQ(found->review.label_count, 200);
  EXPECT_EQ(found->position, 200);
  EXPECT_FALSE(found->more_labels);
  const auto without = Review({kEvil});
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->review.label_count, 160);
  EXPECT_TRUE(Suspicious(*without).empty());
}

TEST_F(LabelDoctorTest, NamesTheImportThatPoisonsNotTheKeyThatRanIt) {
  Teach(kGood, "early", 80);
  std::vector<storage::ExternalLabel> poison;
  for (int i = 0; i < 40; ++i) {
    storage::ExternalLabel label;
    label.external_id = "bad" + std::to_string(i);
    label.sample.body = "cheap pills casino bonus bad" + std::to_string(i);
    label.label = storage::LabelClass::kHam;
    label.import_id = "archive.2024";
    poison.push_back(std::move(label));
  }
  Append(kGood, poison);
  Teach(kToo, "late", 80);
  const std::string import = storage::ImportExclusion(1, "archive.2024");
  const auto found = Review();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(Suspicious(*found), std::vector<std::string>{import});
  const auto without = Review({import});
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->review.label_count, 160);
  EXPECT_TRUE(Suspicious(*without).empty());
}

TEST_F(LabelDoctorTest, WhoTheActiveGenerationLeavesOutIsLeftOut) {
  Teach(kGood, "early", 80);
  Teach(kEvil, "evil", 40);
  storage::Generation generation;
  generation.excluded = {kEvil};
  const auto made = world_.db->generations().Create(generation, nullptr, Soon());
  ASSERT_TRUE(made.ok());
  ASSERT_TRUE(world_.db->generations()
                  .Activate({made->number, 1, true, kGood, world_.clock.Now()}, Soon())
                  .ok());
  const auto found = Review();
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->review.label_count, 80);
}

TEST_F(LabelDoctorTest, OnlyWhatIsInForceIsLookedAt) {
  Teach(kGood, "a", 60);
  storage::ExternalLabel again;
  again.external_id = "a0";
  again.sample.body = "cheap pills casino bonus a0";
  again.label = storage::LabelClass::kHam;
  storage::ExternalLabel gone;
  gone.external_id = "a2";
  gone.label = storage::LabelClass::kNone;
  Append(kToo, {again, gone});
  const auto found = Review();
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->review.label_count, 59);
  ASSERT_FALSE(found->review.contradictions.empty());
  const storage::LabelEntry& first = found->labels[found->review.contradictions.front().index];
  EXPECT_EQ(first.sample_id, "x:a0");
  EXPECT_EQ(first.labelled_by, kToo);
  EXPECT_EQ(first.new_state->label, storage::LabelClass::kHam);
  EXPECT_EQ(first.new_state->sample.body, "cheap pills casino bonus a0");
  // Without the one who turned it round, and took another back, which stays taken back.
  const auto without = Review({kToo});
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->review.label_count, 59);
  for (const storage::LabelEntry& label : without->labels) EXPECT_EQ(label.labelled_by, kGood);
}

TEST_F(LabelDoctorTest, TheNewestLabelsAreLookedAt) {
  Teach(kGood, "a", 450);
  Teach(kToo, "b", 300);
  const auto few = Review({}, 100);
  ASSERT_TRUE(few.ok());
  EXPECT_TRUE(few->more_labels);
  EXPECT_EQ(few->review.label_count, 100);
  EXPECT_EQ(few->labels.front().position, 651);
  EXPECT_EQ(few->labels.back().position, 750);
  // The page of older ones before it, whatever was said since.
  Teach(kToo, "c", 10);
  const auto older = doctor_.Review(
      world_.admin, "blog", {{}, 100, few->position, few->labels.front().position}, 100, Soon());
  ASSERT_TRUE(older.ok());
  EXPECT_EQ(older->position, 750);
  EXPECT_EQ(older->labels.front().position, 551);
  EXPECT_EQ(older->labels.back().position, 650);
  const auto all = Review({}, 760);
  ASSERT_TRUE(all.ok());
  EXPECT_FALSE(all->more_labels);
  EXPECT_EQ(all->review.label_count, 760);
}

// A review that takes longer than there is time when it is of more labels than `enough`.
LabelDoctor::Reviewer Slow(std::size_t enough, std::vector<std::size_t>* tried) {
  return [=](std::span<const LabelToReview> labels,
             const ReviewOptions& options) -> absl::StatusOr<LabelReview> {
    tried->push_back(labels.size());
    if (labels.size() > enough) return absl::DeadlineExceededError("too many for the time");
    ReviewOptions with_time = options;
    with_time.deadline = storage::Deadline::max();
    return ReviewLabels(labels, with_time);
  };
}

TEST_F(LabelDoctorTest, WhatThereIsNoTimeForIsLeftToTheNextPageAndSaid) {
  Teach(kGood, "a", 400);
  std::vector<std::size_t> tried;
  const LabelDoctor slow{world_.directory, world_.learner, world_.db->labels(),
                         world_.db->generations(), Slow(100, &tried)};
  const auto part = slow.Review(world_.admin, "blog", {{}, 400}, 100, Soon());
  ASSERT_TRUE(part.ok()) << part.status();
  EXPECT_EQ(tried, (std::vector<std::size_t>{400, 100}));
  EXPECT_TRUE(part->more_labels) << "not all were looked at";
  EXPECT_EQ(part->review.label_count, 100);
  ASSERT_EQ(part->labels.size(), 100U);
  EXPECT_EQ(part->labels.front().position, 301) << "the newest";
  const auto older = slow.Review(
      world_.admin, "blog", {{}, 100, part->position, part->labels.front().position}, 100, Soon());
  ASSERT_TRUE(older.ok()) << older.status();
  EXPECT_EQ(older->labels.back().position, 300) << "it goes on where the part ended";

  const LabelDoctor hopeless{world_.directory, world_.learner, world_.db->labels(),
                             world_.db->generations(), Slow(10, &tried)};
  const auto none = hopeless.Review(world_.admin, "blog", {{}, 400}, 100, Soon());
  EXPECT_TRUE(absl::IsDeadlineExceeded(none.status())) << none.status();
}

// While a review is at work the others are asked for, from within it.
TEST_F(LabelDoctorTest, OneSiteKeepsNoOtherWaiting) {
  for (const std::string slug : {"second", "third"}) {
    Sites::CreateRequest site;
    site.slug = slug;
    site.display_name = slug;
    const auto made = world_.sites.Create(world_.admin, std::move(site), Soon());
    ASSERT_TRUE(made.ok()) << made.status();
  }
  std::vector<std::string> answers;
  const LabelDoctor* doctor = nullptr;
  const std::vector<std::string> inner = {"second", "third"};
  std::size_t depth = 0;
  const LabelDoctor nested{
      world_.directory, world_.learner, world_.db->labels(), world_.db->generations(),
      [&](std::span<const LabelToReview> labels, const ReviewOptions& options) {
        if (depth < inner.size()) {
          const std::string site = inner[depth++];
          for (const std::string& asked : {std::string("blog"), site}) {
            const auto other = doctor->Review(world_.admin, asked, {{}, 100}, 10, Soon());
            answers.push_back(asked + ": " + (other.ok() ? "done" : ReasonOf(other.status())));
            if (absl::IsResourceExhausted(other.status())) {
              EXPECT_TRUE(GetErrorDetail(other.status())->retry_delay.has_value());
            }
          }
        }
        return ReviewLabels(labels, options);
      }};
  doctor = &nested;
  EXPECT_TRUE(nested.Review(world_.admin, "blog", {{}, 100}, 10, Soon()).ok());
  EXPECT_EQ(answers, (std::vector<std::string>{"blog: REVIEW_RUNS", "blog: REVIEW_RUNS",
                                               "third: OVERLOADED", "second: done"}));
  EXPECT_TRUE(nested.Review(world_.admin, "third", {{}, 100}, 10, Soon()).ok());
}

TEST_F(LabelDoctorTest, ForOperatorsOfTheSite) {
  Principal of_another = world_.admin;
  of_another.site = "elsewhere";
  for (const Principal& principal : {of_another, world_.moderator, world_.backend}) {
    EXPECT_TRUE(absl::IsPermissionDenied(
        doctor_.Review(principal, "blog", {{}, 100}, 10, Soon()).status()));
  }
  EXPECT_EQ(ReasonOf(doctor_.Review(world_.admin, "nowhere", {{}, 100}, 10, Soon()).status()),
            reasons::kSiteNotFound);
  EXPECT_TRUE(absl::IsInvalidArgument(
      doctor_.Review(world_.admin, "blog", {std::vector<std::string>(101, kEvil), 100}, 10, Soon())
          .status()));
  const auto late =
      doctor_.Review(world_.admin, "blog", {{}, 100}, 10, std::chrono::steady_clock::now());
  EXPECT_FALSE(late.ok());
  EXPECT_TRUE(Review().ok()) << "the turn is given back";
}

}  // namespace
}  // namespace replyguard::service
