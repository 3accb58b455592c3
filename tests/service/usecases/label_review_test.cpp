// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the label doctor finds in labels of which the test knows the wrong ones.
#include "service/usecases/learn/label_review.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace replyguard::service {
namespace {

using classifier::Class;

constexpr const char* kTopics[] = {"garden", "bees",    "chapter", "winter",
                                   "recipe", "bicycle", "library", "harbour"};

LabelToReview Make(const std::string& body, Class label, const std::string& source) {
  LabelToReview made;
  made.label = label;
  made.source = source;
  made.text.body = body;
  return made;
}

std::string Body(bool spam, int i) {
  const std::string topic = kTopics[i % 8];
  return (spam ? "cheap pills and casino bonus, click now for "
               : "thank you, I enjoyed what you say of ") +
         topic + " number " + std::to_string(i * 7919);
}

// Spam and good comments in turn, rightly labelled.
std::vector<LabelToReview> Right(int count, const std::string& source = "ada") {
  std::vector<LabelToReview> labels;
  for (int i = 0; i < count; ++i) {
    const bool spam = i % 2 == 0;
    labels.push_back(Make(Body(spam, i), spam ? Class::kSpam : Class::kHam, source));
  }
  return labels;
}

Class Other(Class label) { return label == Class::kSpam ? Class::kHam : Class::kSpam; }

const SourceReview& Find(const LabelReview& review, const std::string& source) {
  for (const SourceReview& one : review.sources) {
    if (one.source == source) return one;
  }
  throw std::runtime_error("no such source");
}

TEST(LabelReviewTest, WrongLabelsComeFirstWithReasons) {
  auto labels = Right(200);
  const std::set<std::size_t> wrong = {12, 57, 130, 171};
  for (const std::size_t i : wrong) labels[i].label = Other(labels[i].label);
  const auto review = ReviewLabels(labels, {});
  ASSERT_TRUE(review.ok()) << review.status();
  ASSERT_GE(review->contradictions.size(), wrong.size());
  std::set<std::size_t> first;
  for (std::size_t k = 0; k < wrong.size(); ++k) {
    const Contradiction& one = review->contradictions[k];
    first.insert(one.index);
    EXPECT_GT(one.against, 0);
    ASSERT_FALSE(one.reasons.empty());
    const bool says_spam = labels[one.index].label == Class::kSpam;
    for (const AssessmentReason& reason : one.reasons) EXPECT_EQ(*reason.score < 0, says_spam);
    EXPECT_LE(one.against, review->contradictions[std::max<std::size_t>(k, 1) - 1].against);
  }
  EXPECT_EQ(first, wrong);
  EXPECT_EQ(review->confident_count, 4);
  EXPECT_EQ(review->label_count, 200);
}

TEST(LabelReviewTest, TheSameLabelsGiveTheSameReview) {
  auto labels = Right(120);
  labels[40].label = Other(labels[40].label);
  const auto first = ReviewLabels(labels, {});
  const auto again = ReviewLabels(labels, {});
  ASSERT_TRUE(first.ok() && again.ok());
  ASSERT_EQ(first->contradictions.size(), again->contradictions.size());
  for (std::size_t k = 0; k < first->contradictions.size(); ++k) {
    EXPECT_EQ(first->contradictions[k].index, again->contradictions[k].index);
    EXPECT_EQ(first->contradictions[k].against, again->contradictions[k].against);
    EXPECT_EQ(first->contradictions[k].reasons, again->contradictions[k].reasons);
  }
}

TEST(LabelReviewTest, AListedLabelWasNotLearntByItsJudge) {
  // Two copies of a text that nothing else resembles: judged by the other alone, neither by itself.
  auto labels = Right(100);
  const std::string odd = "zyxgrl quorfle brmbl xanthic vortigern";
  labels.push_back(Make(odd, Class::kHam, "ada"));
  const auto alone = ReviewLabels(labels, {});
  ASSERT_TRUE(alone.ok());
  for (auto& label : labels) {
    if (label.text.body == odd) label.label = Class::kSpam;
  }
  const auto turned = ReviewLabels(labels, {});
  ASSERT_TRUE(turned.ok());
  const auto listed = [&](const LabelReview& review) {
    for (const Contradiction& one : review.contradictions) {
      if (one.index == 100) return true;
    }
    return false;
  };
  EXPECT_NE(listed(*alone), listed(*turned)) << "the same judgement, of the other label";
}

TEST(LabelReviewTest, OneTextWithTwoLabelsIsAConflict) {
  auto labels = Right(60);
  labels.push_back(Make("See my site for great offers, friends!", Class::kSpam, "ada"));
  labels.push_back(Make("Nothing to do with it.", Class::kHam, "ada"));
  labels.push_back(Make("SEE my  site for gre\u200bat offers, friends!", Class::kHam, "bob"));
  const auto review = ReviewLabels(labels, {});
  ASSERT_TRUE(review.ok());
  ASSERT_EQ(review->conflict_count, 1);
  const LabelConflict& conflict = review->conflicts.front();
  EXPECT_EQ(conflict.spam_count, 1);
  EXPECT_EQ(conflict.ham_count, 1);
  EXPECT_EQ(std::set<std::size_t>(conflict.indexes.begin(), conflict.indexes.end()),
            (std::set<std::size_t>{60, 62}));
}

TEST(LabelReviewTest, NearlyTheSameTextIsAConflictThatSaysSo) {
  auto labels = Right(60);
  const std::string text =
      "Good evening everybody, my cousin earned four thousand dollars last month while sitting at "
      "home with her laptop, and you can do it too if you look at the page that I made about it";
  for (int i = 0; i < 30; ++i)
    labels.push_back(Make(text + std::to_string(i), Class::kSpam, "ada"));
  labels.push_back(Make(text + " today", Class::kHam, "bob"));
  const auto review = ReviewLabels(labels, {});
  ASSERT_TRUE(review.ok());
  ASSERT_EQ(review->conflict_count, 1);
  const LabelConflict& conflict = review->conflicts.front();
  EXPECT_FALSE(conflict.same);
  EXPECT_EQ(conflict.spam_count, 30);
  EXPECT_EQ(conflict.ham_count, 1);
  EXPECT_EQ(conflict.indexes.size(), kConflictLabelsMax);
  EXPECT_EQ(conflict.indexes.front(), 90U) << "the odd one first";
}

TEST(LabelReviewTest, ASourceThatDisagreesWithEverybodyIsNamedAndNobodyElse) {
  auto labels = Right(120, "ada");
  for (int i = 0; i < 60; ++i) {
    labels.push_back(
        Make(Body(i % 2 == 0, i + 500), i % 2 == 0 ? Class::kSpam : Class::kHam, "bob"));
    labels.push_back(Make(Body(true, i + 1000), Class::kHam, "eve"));
  }
  const auto review = ReviewLabels(labels, {});
  ASSERT_TRUE(review.ok()) << review.status();
  ASSERT_EQ(review->sources.size(), 3U);
  EXPECT_EQ(review->sources.front().source, "eve") << "suspicious ones first";
  EXPECT_TRUE(Find(*review, "eve").suspicious);
  EXPECT_FALSE(Find(*review, "ada").suspicious);
  EXPECT_FALSE(Find(*review, "bob").suspicious);
  const SourceReview& eve = Find(*review, "eve");
  EXPECT_EQ(eve.contradicted.of, 60);
  EXPECT_GT(eve.contradicted.bounds.low, eve.others_contradicted.bounds.high);
}

TEST(LabelReviewTest, AFewLabelsNameNobody) {
  auto labels = Right(120, "ada");
  for (int i = 0; i < 19; ++i) labels.push_back(Make(Body(true, i + 1000), Class::kHam, "eve"));
  const auto review = ReviewLabels(labels, {});
  ASSERT_TRUE(review.ok());
  EXPECT_FALSE(Find(*review, "eve").suspicious);
  EXPECT_EQ(Find(*review, "eve").contradicted.of, 0) << "not judged";
}

TEST(LabelReviewTest, ASourceThatOthersOutvoteIsNamed) {
  std::vector<LabelToReview> labels;
  for (int i = 0; i < 80; ++i) {
    const bool spam = i % 2 == 0;
    const Class right = spam ? Class::kSpam : Class::kHam;
    for (const char* source : {"ada", "bob"}) labels.push_back(Make(Body(spam, i), right, source));
    labels.push_back(Make(Body(spam, i), Other(right), "eve"));
  }
  const auto review = ReviewLabels(labels, {});
  ASSERT_TRUE(review.ok());
  const SourceReview& eve = Find(*review, "eve");
  EXPECT_EQ(eve.outvoted.count, eve.outvoted.of);
  EXPECT_TRUE(eve.suspicious);
  EXPECT_EQ(Find(*review, "ada").outvoted.count, 0);
  EXPECT_FALSE(Find(*review, "ada").suspicious);
}

TEST(LabelReviewTest, TooFewLabelsContradictNobody) {
  auto labels = Right(20);
  labels[3].label = Other(labels[3].label);
  const auto review = ReviewLabels(labels, {});
  ASSERT_TRUE(review.ok());
  EXPECT_FALSE(review->trained);
  EXPECT_TRUE(review->contradictions.empty());
  EXPECT_TRUE(ReviewLabels({}, {}).ok());
}

TEST(LabelReviewTest, ListsNoMoreThanAskedAndCountsAll) {
  auto labels = Right(200);
  for (const std::size_t i : {12U, 57U, 130U, 171U}) labels[i].label = Other(labels[i].label);
  ReviewOptions options;
  options.problems_max = 2;
  const auto review = ReviewLabels(labels, options);
  ASSERT_TRUE(review.ok());
  EXPECT_EQ(review->contradictions.size(), 2U);
  EXPECT_GE(review->contradiction_count, 4);
  for (const Contradiction& one : review->contradictions) EXPECT_FALSE(one.reasons.empty());
}

TEST(LabelReviewTest, ADeadlineEndsIt) {
  ReviewOptions options;
  options.deadline = std::chrono::steady_clock::now();
  EXPECT_TRUE(absl::IsDeadlineExceeded(ReviewLabels(Right(60), options).status()));
}

}  // namespace
}  // namespace replyguard::service
