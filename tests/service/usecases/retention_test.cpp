// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/maintain/retention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "service/usecases/maintain/hmac_key_retirement.h"

namespace replyguard::service {
namespace {

using storage::RetentionClass;

const storage::Timestamp kNow{std::chrono::hours(24 * 365 * 50)};

class StillClock final : public Clock {
 public:
  storage::Timestamp Now() const override { return kNow; }
};

// Two sites; `rows` of a class and site are older, whatever the age.
class FakeUpkeep final : public storage::Upkeep {
 public:
  using Key = std::pair<RetentionClass, storage::SiteId>;

  void EndBy(storage::Deadline) override {}
  absl::StatusOr<std::vector<storage::SiteId>> Owners(storage::Deadline) override {
    return std::vector<storage::SiteId>{0, 1, 2};
  }
  absl::StatusOr<std::vector<storage::RetentionAge>> Ages(storage::Deadline) override {
    return ages;
  }
  absl::Status SetAge(const std::string&, RetentionClass, std::optional<std::int32_t>,
                      storage::Deadline) override {
    return absl::OkStatus();
  }
  absl::StatusOr<std::int64_t> CountExpired(storage::SiteId site, RetentionClass data,
                                            storage::Timestamp before,
                                            const storage::CommentsGone& gone,
                                            storage::Deadline) override {
    told_gone[{data, site}] = gone;
    asked[{data, site}] = before;
    return rows[{data, site}];
  }
  absl::StatusOr<storage::RetentionStep> Expire(storage::SiteId site, RetentionClass data,
                                                storage::Timestamp before,
                                                std::optional<storage::Uuid> after,
                                                std::int32_t limit, storage::Deadline) override {
    asked[{data, site}] = before;
    if (broken) return absl::UnavailableError("away");
    EXPECT_EQ(after.has_value(), begun) << "goes on where the step before ended";
    std::int64_t& left = rows[{data, site}];
    storage::RetentionStep step;
    step.gone_count = std::min<std::int64_t>(left, limit);
    left -= step.gone_count;
    if (left > 0) step.next = storage::Uuid{};
    begun = left > 0;
    ++steps;
    if (stepped && site == 1 && !std::exchange(told, true)) stepped->set_value();
    return step;
  }
  absl::StatusOr<storage::HmacKeyUse> CountHmacUse(std::int32_t, storage::Deadline) override {
    return use;
  }
  absl::StatusOr<storage::HmacBlankStep> BlankHashes(storage::SiteId site, std::int32_t,
                                                     std::optional<storage::CommentId> after,
                                                     std::int32_t, storage::Deadline) override {
    if (site != 1) return storage::HmacBlankStep{};
    storage::HmacBlankStep step;
    step.blanked_count = 1;
    if (!after) step.next = storage::Uuid{};
    return step;
  }
  absl::StatusOr<std::int64_t> RetireHmacKey(std::int32_t, storage::Deadline) override {
    ++retirements;
    return left_with_key;
  }

  std::vector<storage::RetentionAge> ages;
  std::map<Key, std::int64_t> rows;
  std::map<Key, storage::Timestamp> asked;
  std::map<Key, storage::CommentsGone> told_gone;
  bool broken = false;
  bool begun = false;
  int steps = 0;
  std::promise<void>* stepped = nullptr;  // told of the first step of site 1
  bool told = false;
  storage::HmacKeyUse use;
  std::int64_t left_with_key = 0;
  int retirements = 0;
};

const RetentionOutcome& Of(const std::vector<RetentionOutcome>& outcomes, RetentionClass data) {
  return *std::find_if(outcomes.begin(), outcomes.end(),
                       [&](const auto& one) { return one.data == data; });
}

TEST(RetentionTest, WithoutAnAgeNothingIsEvenLookedFor) {
  FakeUpkeep upkeep;
  const auto done = Retention(upkeep).Apply(kNow, [] { return false; });
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->size(), storage::kRetentionClasses.size());
  EXPECT_TRUE(upkeep.asked.empty());
}

TEST(RetentionTest, ASitesOwnAgeStandsBeforeThatOfAll) {
  FakeUpkeep upkeep;
  upkeep.ages = {{0, RetentionClass::kSpam, 30},
                 {1, RetentionClass::kSpam, 7},
                 {2, RetentionClass::kTrashed, 5},
                 {0, RetentionClass::kTrashed, 0}};
  upkeep.rows[{RetentionClass::kSpam, 1}] = 4;
  upkeep.rows[{RetentionClass::kSpam, 2}] = 3;
  const auto seen = Retention(upkeep).Preview(kNow);
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(Of(*seen, RetentionClass::kSpam).kept_days, 30);
  EXPECT_EQ(Of(*seen, RetentionClass::kSpam).own_age_count, 1);
  EXPECT_EQ(Of(*seen, RetentionClass::kSpam).row_count, 7);
  const auto days = [&](RetentionClass data, storage::SiteId site) {
    return (kNow - upkeep.asked.at({data, site})) / std::chrono::hours(24);
  };
  EXPECT_EQ(days(RetentionClass::kSpam, 1), 7);
  EXPECT_EQ(days(RetentionClass::kSpam, 2), 30);
  EXPECT_EQ(days(RetentionClass::kTrashed, 2), 5);
  EXPECT_FALSE(upkeep.asked.contains({RetentionClass::kTrashed, 1})) << "kept for good";
  EXPECT_EQ(upkeep.steps, 0) << "a preview removes nothing";
}

TEST(RetentionTest, WhatIsNoSitesIsLookedForOnce) {
  FakeUpkeep upkeep;
  upkeep.ages = {{0, RetentionClass::kOperations, 30}, {1, RetentionClass::kOperations, 7}};
  const auto asked_for = [&upkeep] {
    std::vector<storage::SiteId> sites;
    for (const auto& [key, before] : std::exchange(upkeep.asked, {})) sites.push_back(key.second);
    return sites;
  };
  ASSERT_TRUE(Retention(upkeep).Preview(kNow).ok());
  EXPECT_EQ(asked_for(), std::vector<storage::SiteId>{0});
  ASSERT_TRUE(Retention(upkeep).Apply(kNow, [] { return false; }).ok());
  EXPECT_EQ(asked_for(), std::vector<storage::SiteId>{0});
}

TEST(RetentionTest, APreviewSaysWhichCommentsGoFirst) {
  FakeUpkeep upkeep;
  upkeep.ages = {{0, RetentionClass::kApproved, 30},
                 {2, RetentionClass::kApproved, 0},
                 {0, RetentionClass::kSpam, 7},
                 {0, RetentionClass::kNetworks, 5}};
  ASSERT_TRUE(Retention(upkeep).Preview(kNow).ok());
  const auto days = [](int count) { return kNow - std::chrono::hours(24 * count); };
  const storage::CommentsGone& one = upkeep.told_gone.at({RetentionClass::kNetworks, 1});
  EXPECT_EQ(one.approved_before, days(30));
  EXPECT_EQ(one.spam_before, days(7));
  EXPECT_EQ(one.trashed_before, storage::Timestamp{}) << "none goes";
  EXPECT_EQ(upkeep.told_gone.at({RetentionClass::kNetworks, 2}).approved_before,
            storage::Timestamp{});
}

TEST(RetentionTest, AllOfItGoesInBoundedSteps) {
  FakeUpkeep upkeep;
  upkeep.ages = {{0, RetentionClass::kSpam, 30}};
  upkeep.rows[{RetentionClass::kSpam, 1}] = 25;
  RetentionOptions options;
  options.rows_max = 10;
  const auto done = Retention(upkeep, options).Apply(kNow, [] { return false; });
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(Of(*done, RetentionClass::kSpam).row_count, 25);
  EXPECT_EQ(upkeep.steps, 5) << "three of site 1, one of each other";
  upkeep.broken = true;
  EXPECT_EQ(Retention(upkeep).Apply(kNow, [] { return false; }).status().code(),
            absl::StatusCode::kUnavailable);
  upkeep.broken = false;
  upkeep.steps = 0;
  EXPECT_TRUE(Retention(upkeep).Apply(kNow, [] { return true; }).ok());
  EXPECT_EQ(upkeep.steps, 0) << "stopped";
}

TEST(RetentionTest, TheKeeperAppliesItByItself) {
  FakeUpkeep upkeep;
  std::promise<void> stepped;
  upkeep.stepped = &stepped;
  upkeep.ages = {{0, RetentionClass::kSpam, 30}};
  const StillClock clock;
  RetentionKeeper keeper(upkeep, clock, {}, std::chrono::milliseconds(1));
  keeper.Start();
  stepped.get_future().wait();
  keeper.Stop();
  EXPECT_TRUE(upkeep.asked.contains({RetentionClass::kSpam, 1}));
}

TEST(HmacKeyRetirementTest, EachModeDoesWhatItSays) {
  FakeUpkeep upkeep;
  upkeep.use.comment_count = 2;
  upkeep.left_with_key = 2;
  const storage::Deadline deadline = storage::Deadline::max();
  const auto asked = RetireHmacKey(upkeep, 1, HmacRetireMode::kAsk, deadline);
  ASSERT_TRUE(asked.ok());
  EXPECT_EQ(asked->use.comment_count, 2);
  EXPECT_EQ(upkeep.retirements, 0);
  EXPECT_FALSE(RetireHmacKey(upkeep, 1, HmacRetireMode::kPlain, deadline)->retired);
  upkeep.left_with_key = 0;
  const auto blanked = RetireHmacKey(upkeep, 1, HmacRetireMode::kBlank, deadline);
  ASSERT_TRUE(blanked.ok());
  EXPECT_EQ(blanked->blanked_count, 2) << "to the end of the site";
  EXPECT_TRUE(blanked->retired);
}

}  // namespace
}  // namespace replyguard::service
