// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <set>
#include <string>

#include "policy/checks/check.h"

namespace replyguard::service::policy {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

const Time kNow{std::chrono::seconds(1'800'000'000)};

Evidence Empty() {
  Evidence evidence;
  evidence.now = kNow;
  return evidence;
}

CheckResult One(std::vector<CheckResult> results) {
  EXPECT_EQ(results.size(), 1u);
  return results.empty() ? CheckResult() : results[0];
}

TEST(Checks, NamesAreUniqueAndAllRunOnNothing) {
  std::set<std::string_view> names;
  for (const Check& check : AllChecks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
    for (const CheckResult& result : check.run(Empty(), {}))
      EXPECT_NE(result.opinion, Opinion::kHam) << check.name;
  }
}

TEST(CheckThread, ClosedByStateOrAge) {
  Evidence evidence = Empty();
  SitePolicy policy;
  policy.close_after_days = 14;
  evidence.thread = Lookup<ThreadEvidence>::Found({.closed = true, .published_at = std::nullopt});
  EXPECT_EQ(One(CheckThread(evidence, policy)).code, code::kThreadClosed);
  evidence.thread =
      Lookup<ThreadEvidence>::Found({.closed = false, .published_at = kNow - hours(24 * 14)});
  EXPECT_EQ(One(CheckThread(evidence, policy)).code, code::kThreadTooOld);
  evidence.thread = Lookup<ThreadEvidence>::Found(
      {.closed = false, .published_at = kNow - hours(24 * 14) + milliseconds(1)});
  EXPECT_EQ(One(CheckThread(evidence, policy)).opinion, Opinion::kAbstain);
  policy.close_after_days = 0;
  evidence.thread =
      Lookup<ThreadEvidence>::Found({.closed = false, .published_at = kNow - hours(24 * 9'999)});
  EXPECT_EQ(One(CheckThread(evidence, policy)).opinion, Opinion::kAbstain);
  evidence.thread = Lookup<ThreadEvidence>::Failed();
  EXPECT_TRUE(One(CheckThread(evidence, policy)).failed);
  evidence.thread = Lookup<ThreadEvidence>::NotApplicable();
  EXPECT_TRUE(One(CheckThread(evidence, policy)).missing.empty());
}

TEST(CheckParent, MustBeInTheThread) {
  Evidence evidence = Empty();
  evidence.parent = Lookup<ParentEvidence>::Found({.in_thread = false});
  EXPECT_EQ(One(CheckParent(evidence, {})).opinion, Opinion::kRefuse);
  evidence.parent = Lookup<ParentEvidence>::Found({.in_thread = true});
  EXPECT_EQ(One(CheckParent(evidence, {})).opinion, Opinion::kAbstain);
}

TEST(CheckHoneypot, OnlyWhereThePolicyWantsIt) {
  Evidence evidence = Empty();
  evidence.honeypot_filled = true;
  SitePolicy policy;
  EXPECT_EQ(One(CheckHoneypot(evidence, policy)).opinion, Opinion::kSpam);
  policy.honeypot = false;
  EXPECT_EQ(One(CheckHoneypot(evidence, policy)).opinion, Opinion::kAbstain);
}

TEST(CheckFillTime, TooFast) {
  Evidence evidence = Empty();
  SitePolicy policy;
  policy.fill_time_min = milliseconds(3'000);
  EXPECT_EQ(One(CheckFillTime(evidence, policy)).opinion, Opinion::kAbstain)
      << "unknown is no evidence";
  evidence.form_fill_time = milliseconds(2'999);
  EXPECT_EQ(One(CheckFillTime(evidence, policy)).opinion, Opinion::kHold);
  EXPECT_DOUBLE_EQ(*One(CheckFillTime(evidence, policy)).score, 2.999);
  evidence.form_fill_time = milliseconds(3'000);
  EXPECT_EQ(One(CheckFillTime(evidence, policy)).opinion, Opinion::kAbstain);
}

TEST(CheckLinks, SoManyOrMore) {
  Evidence evidence = Empty();
  evidence.text.body = "http://a.example and http://b.example";
  SitePolicy policy;
  EXPECT_EQ(One(CheckLinks(evidence, policy)).opinion, Opinion::kAbstain);
  policy.links_max = 2;
  const CheckResult result = One(CheckLinks(evidence, policy));
  EXPECT_EQ(result.opinion, Opinion::kHold);
  EXPECT_DOUBLE_EQ(*result.score, 2.0);
  EXPECT_EQ(result.spans.size(), 2u);
  policy.links_max = 3;
  EXPECT_EQ(One(CheckLinks(evidence, policy)).opinion, Opinion::kAbstain);
}

TEST(CheckFlood, AuthorOrNetwork) {
  Evidence evidence = Empty();
  SitePolicy policy;
  EXPECT_TRUE(One(CheckFlood(evidence, policy)).missing.empty()) << "no limit: nothing is missing";
  policy.flood_count_max = 3;
  evidence.author = Lookup<SeenBefore>::Found({.recent_count = 2});
  evidence.network = Lookup<SeenBefore>::Found({.recent_count = 3});
  const auto results = CheckFlood(evidence, policy);
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].opinion, Opinion::kAbstain) << "the third of three allowed";
  EXPECT_EQ(results[1].opinion, Opinion::kHold);
  evidence.network = Lookup<SeenBefore>::Failed();
  EXPECT_TRUE(CheckFlood(evidence, policy)[1].failed);
  EXPECT_EQ(CheckFlood(evidence, policy)[1].missing, missing::kNetworkHistory);
}

TEST(CheckDuplicate, WithinTheWindow) {
  Evidence evidence = Empty();
  SitePolicy policy;
  evidence.same_text = Lookup<SeenBefore>::Found({.recent_count = 1});
  EXPECT_EQ(One(CheckDuplicate(evidence, policy)).opinion, Opinion::kAbstain);
  policy.duplicate_window = hours(1);
  EXPECT_EQ(One(CheckDuplicate(evidence, policy)).opinion, Opinion::kHold);
  evidence.same_text = Lookup<SeenBefore>::Found({.approved_count = 7, .recent_count = 0});
  EXPECT_EQ(One(CheckDuplicate(evidence, policy)).opinion, Opinion::kAbstain);
}

TEST(CheckFirstTimeAuthor, TrustNeedsAVouchedIdentityUnlessThePolicySaysOtherwise) {
  Evidence evidence = Empty();
  SitePolicy policy;
  evidence.author =
      Lookup<SeenBefore>::Found({.approved_streak = 5, .verified_approved_streak = 0});
  EXPECT_EQ(One(CheckFirstTimeAuthor(evidence, policy)).opinion, Opinion::kAbstain)
      << "not asked for";
  policy.hold_first_time_authors = true;
  EXPECT_EQ(One(CheckFirstTimeAuthor(evidence, policy)).opinion, Opinion::kHold);
  evidence.author_verified = true;
  EXPECT_EQ(One(CheckFirstTimeAuthor(evidence, policy)).opinion, Opinion::kHold)
      << "what others typed does not count";
  evidence.author =
      Lookup<SeenBefore>::Found({.approved_streak = 5, .verified_approved_streak = 1});
  EXPECT_EQ(One(CheckFirstTimeAuthor(evidence, policy)).opinion, Opinion::kAbstain);
  evidence.author_verified = false;
  policy.trust_typed_identity = true;
  EXPECT_EQ(One(CheckFirstTimeAuthor(evidence, policy)).opinion, Opinion::kAbstain);
}

TEST(CheckFirstTimeAuthor, NotKnowingIsNoPass) {
  Evidence evidence = Empty();
  SitePolicy policy;
  policy.hold_first_time_authors = true;
  for (const auto& lookup : {Lookup<SeenBefore>::NotConsulted(), Lookup<SeenBefore>::Failed(),
                             Lookup<SeenBefore>::NotApplicable()}) {
    evidence.author = lookup;
    EXPECT_EQ(One(CheckFirstTimeAuthor(evidence, policy)).opinion, Opinion::kHold);
    EXPECT_EQ(One(CheckFirstTimeAuthor(evidence, policy)).failed, lookup.failed());
  }
}

TEST(CheckTrustedAuthor, AfterSoManyInARow) {
  Evidence evidence = Empty();
  SitePolicy policy;
  policy.trusted_after_count = 3;
  evidence.author_verified = true;
  evidence.author = Lookup<SeenBefore>::Found(
      {.approved_count = 9, .approved_streak = 9, .verified_approved_streak = 2});
  EXPECT_EQ(One(CheckTrustedAuthor(evidence, policy)).opinion, Opinion::kAbstain);
  evidence.author = Lookup<SeenBefore>::Found({.verified_approved_streak = 3});
  EXPECT_EQ(One(CheckTrustedAuthor(evidence, policy)).opinion, Opinion::kHam);
  evidence.author_verified = false;
  EXPECT_EQ(One(CheckTrustedAuthor(evidence, policy)).opinion, Opinion::kAbstain);
}

TEST(CheckClassifier, UntrainedSaysBothNumbers) {
  Evidence evidence = Empty();
  evidence.classifier = Lookup<ClassifierEvidence>::Found(
      {.probability = 0.001, .spam_labels = 19, .ham_labels = 250});
  const CheckResult result = One(CheckClassifier(evidence, {}));
  EXPECT_EQ(result.opinion, Opinion::kHold);
  EXPECT_EQ(result.code, code::kUntrained);
  EXPECT_NE(result.detail.find("19 spam"), std::string::npos) << result.detail;
  EXPECT_NE(result.detail.find("250 good"), std::string::npos) << result.detail;
}

TEST(CheckClassifier, ThresholdsAreInclusive) {
  Evidence evidence = Empty();
  const auto says = [&evidence](double probability, std::int64_t labels, bool starter) {
    evidence.classifier = Lookup<ClassifierEvidence>::Found({.probability = probability,
                                                             .spam_labels = labels,
                                                             .ham_labels = labels,
                                                             .has_starter = starter});
    return One(CheckClassifier(evidence, {})).opinion;
  };
  EXPECT_EQ(says(0.2, 20, false), Opinion::kHam);
  EXPECT_EQ(says(0.2000001, 20, false), Opinion::kHold);
  EXPECT_EQ(says(0.8999999, 20, false), Opinion::kHold);
  EXPECT_EQ(says(0.9, 20, false), Opinion::kSpam);
  EXPECT_EQ(says(0.999, 20, false), Opinion::kBlatant);
  EXPECT_EQ(says(0.1, 19, false), Opinion::kHold);
  EXPECT_EQ(says(0.1, 0, true), Opinion::kHam) << "a starter model stands in for labels";
  EXPECT_EQ(says(std::numeric_limits<double>::quiet_NaN(), 20, false), Opinion::kHold);
}

// A good comment that is held is not lost.
TEST(CheckClassifier, AStarterModelAloneCallsLessSpam) {
  Evidence evidence = Empty();
  const auto says = [&evidence](double probability, std::int64_t labels, const SitePolicy& policy) {
    evidence.classifier = Lookup<ClassifierEvidence>::Found({.probability = probability,
                                                             .spam_labels = labels,
                                                             .ham_labels = labels,
                                                             .has_starter = true});
    return One(CheckClassifier(evidence, policy));
  };
  EXPECT_EQ(says(0.97, 19, {}).opinion, Opinion::kHold);
  EXPECT_NE(says(0.97, 19, {}).detail.find("between 20.0 % and 98.0 %"), std::string::npos);
  EXPECT_EQ(says(0.98, 19, {}).opinion, Opinion::kSpam);
  EXPECT_EQ(says(0.9, 20, {}).opinion, Opinion::kSpam);
  SitePolicy policy;
  policy.spam_threshold = 0.99;
  EXPECT_EQ(says(0.985, 0, policy).opinion, Opinion::kHold);
  policy.spam_threshold = 0.9;
  policy.blatant_threshold = 0.95;
  EXPECT_EQ(says(0.94, 0, policy).opinion, Opinion::kHold);
  EXPECT_EQ(says(0.95, 0, policy).opinion, Opinion::kBlatant);
}

TEST(CheckClassifier, NoScoreIsNoPass) {
  Evidence evidence = Empty();
  evidence.classifier = Lookup<ClassifierEvidence>::Failed();
  const CheckResult result = One(CheckClassifier(evidence, {}));
  EXPECT_EQ(result.opinion, Opinion::kHold);
  EXPECT_EQ(result.code, code::kNoScore);
  EXPECT_TRUE(result.failed);
  EXPECT_EQ(result.missing, missing::kClassifier);
}

}  // namespace
}  // namespace replyguard::service::policy
