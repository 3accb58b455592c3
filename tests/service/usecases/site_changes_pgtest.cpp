// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the audit trail says of a changed site, over a real PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "service/usecases/errors.h"
#include "service/usecases/etag.h"
#include "service/usecases/world.h"

namespace replyguard::service {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class SiteChangesTest : public testing::Test {
 protected:
  // Of the site's changes, newest first.
  std::vector<std::string> Summaries() {
    AuditTrail::Request request;
    request.site = "blog";
    request.kind = storage::AuditKind::kSite;
    std::vector<std::string> texts;
    const auto events = world_.audit.List(world_.admin, request, Soon());
    for (const auto& event : *events) {
      if (event.act == "CHANGED") texts.push_back(event.summary);
    }
    return texts;
  }

  World world_;
};

TEST_F(SiteChangesTest, WhatChangedOfASiteIsWrittenDownAndNothingElse) {
  const SiteInfo before = *world_.sites.Get(world_.admin, "blog", Soon());
  const std::size_t earlier = Summaries().size();
  // All of it, as the command line sends it.
  Sites::UpdateRequest request;
  request.slug = "blog";
  request.etag = EtagOf(before.record.revision);
  request.display_name = before.record.display_name;
  request.languages = before.record.languages;
  request.shared_learning = before.record.shared_learning;
  const storage::TeachingCaps& caps = before.record.teaching_caps;
  request.teaching = {caps.by_key_max, caps.of_author_max, caps.of_network_max};
  request.policy = before.policy;
  const auto same = world_.sites.Update(world_.admin, request, Soon());
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->record.revision, before.record.revision);
  EXPECT_EQ(same->record.policy_revision, before.record.policy_revision);
  EXPECT_THAT(Summaries(), SizeIs(earlier));

  request.display_name = "Another";
  const auto named = world_.sites.Update(world_.admin, request, Soon());
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_EQ(named->record.policy_revision, before.record.policy_revision);
  EXPECT_EQ(Summaries().front(), "display_name");
  EXPECT_EQ(ReasonOf(world_.sites.Update(world_.admin, request, Soon()).status()), "STALE_ETAG");

  request.etag.clear();
  request.teaching.of_author_max = 7;
  request.policy->mode = policy::Mode::kModerateAll;
  request.policy->spam_threshold = before.policy.spam_threshold - 0.125;
  request.policy->required_fields.author_url = true;
  const auto strict = world_.sites.Update(world_.admin, request, Soon());
  ASSERT_TRUE(strict.ok()) << strict.status();
  EXPECT_EQ(strict->record.policy_revision, before.record.policy_revision + 1);
  EXPECT_EQ(strict->policy.mode, policy::Mode::kModerateAll);
  const std::string said = Summaries().front();
  EXPECT_THAT(said, HasSubstr("teaching_limits.labels_of_author_max: 1000 -> 7, policy.mode: "
                              "CLASSIFIER -> MODERATE_ALL, policy.required_fields: [\"BODY\""));
  EXPECT_THAT(said, HasSubstr(", policy.spam_threshold: 0."));
  EXPECT_EQ(said.find("shared"), std::string::npos) << said;
}

TEST_F(SiteChangesTest, WhatIsTooLongForASummaryIsNamedOnly) {
  Sites::UpdateRequest request;
  request.slug = "blog";
  request.shared_learning = false;
  request.teaching = {1, 2, 3};
  policy::SitePolicy& to = request.policy.emplace();
  to.mode = policy::Mode::kApproveTrusted;
  to.required_fields = {.author_name = false, .author_email = false, .author_url = true};
  to.spam_threshold = 0.8125;
  to.approve_threshold = 0.0625;
  to.blatant_threshold = 0.9375;
  to.links_max = 3;
  to.close_after_days = 30;
  to.flood_count_max = 5;
  to.flood_window = std::chrono::minutes(5);
  to.duplicate_window = std::chrono::hours(5);
  to.fill_time_min = std::chrono::seconds(5);
  ASSERT_TRUE(world_.sites.Update(world_.admin, request, Soon()).ok());
  const std::string said = Summaries().front();
  EXPECT_TRUE(said.starts_with("shared_learning, teaching_limits.labels_by_key_max, ")) << said;
  EXPECT_TRUE(said.ends_with("_min_ms, policy.blind_sample_rate")) << said;
}

// Somebody turns pre-moderation on while somebody else changes a bound.
TEST_F(SiteChangesTest, WhatIsMadeOfThePolicyIsMadeOfTheOneThatAnotherChangeLeft) {
  Sites::UpdateRequest request;
  request.slug = "blog";
  int asked = 0;
  request.change_policy = [&](const policy::SitePolicy& present) {
    if (++asked == 1) {
      Sites::UpdateRequest other;
      other.slug = "blog";
      other.policy = present;
      other.policy->mode = policy::Mode::kModerateAll;
      EXPECT_TRUE(world_.sites.Update(world_.admin, other, Soon()).ok());
    }
    policy::SitePolicy changed = present;
    changed.links_max = 3;
    return absl::StatusOr<policy::SitePolicy>(changed);
  };
  const auto changed = world_.sites.Update(world_.admin, request, Soon());
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(changed->policy.mode, policy::Mode::kModerateAll);
  EXPECT_EQ(changed->policy.links_max, 3);
  EXPECT_EQ(Summaries().front(), "policy.links_max: 0 -> 3");

  request.change_policy = [](const policy::SitePolicy& present) {
    policy::SitePolicy bad = present;
    bad.links_max = -1;
    return absl::StatusOr<policy::SitePolicy>(bad);
  };
  EXPECT_TRUE(absl::IsInvalidArgument(world_.sites.Update(world_.admin, request, Soon()).status()));
}

}  // namespace
}  // namespace replyguard::service
