// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/handlers/site_mask.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "service/rpc/convert/admin.h"

namespace replyguard::service::rpc {
namespace {

policy::SitePolicy Present() {
  v1::Policy policy;
  policy.set_mode(v1::Policy::MODE_CLASSIFIER);
  policy.set_honeypot(true);
  policy.set_spam_threshold(0.8);
  policy.set_links_max(3);
  policy.add_required_fields(v1::Policy::FIELD_AUTHOR_NAME);
  validation::Violations violations;
  return FromProto(policy, "", violations);
}

v1::UpdateSiteRequest Request(const std::vector<std::string>& paths) {
  v1::UpdateSiteRequest request;
  request.mutable_site()->set_name("sites/blog");
  for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
  return request;
}

TEST(SiteMask, ChangesFieldsOfThePolicyAlone) {
  v1::UpdateSiteRequest request = Request({"policy.mode", "policy.links_max"});
  request.mutable_site()->mutable_policy()->set_mode(v1::Policy::MODE_MODERATE_ALL);
  request.mutable_site()->set_display_name("Not named by the mask");
  const auto update = SiteUpdateOf(request);
  ASSERT_TRUE(update.ok()) << update.status();
  ASSERT_TRUE(update->change_policy);
  const auto policy = update->change_policy(Present());
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->mode, policy::Mode::kModerateAll);
  EXPECT_EQ(policy->links_max, 0) << "named, and not set";
  EXPECT_EQ(policy->spam_threshold, 0.8);
  EXPECT_TRUE(policy->honeypot);
  EXPECT_FALSE(update->display_name);
}

TEST(SiteMask, WithoutOneWhatIsSetIsReplaced) {
  v1::UpdateSiteRequest request = Request({});
  request.mutable_site()->mutable_policy()->set_mode(v1::Policy::MODE_MODERATE_ALL);
  request.mutable_site()->set_shared_learning(false);
  const auto update = SiteUpdateOf(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_FALSE(update->change_policy);
  EXPECT_FALSE(update->policy->honeypot);
  EXPECT_EQ(update->shared_learning, false);
  EXPECT_FALSE(update->display_name || update->languages);
}

TEST(SiteMask, EmptiesWhatItNames) {
  const auto update = SiteUpdateOf(Request({"languages"}));
  ASSERT_TRUE(update.ok()) << update.status();
  ASSERT_TRUE(update->languages);
  EXPECT_TRUE(update->languages->empty());
  EXPECT_FALSE(update->policy);
}

TEST(SiteMask, TakesTheWholePolicyWhereBothAreNamed) {
  v1::UpdateSiteRequest request = Request({"policy.mode", "policy"});
  request.mutable_site()->mutable_policy()->set_links_max(7);
  const auto update = SiteUpdateOf(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_FALSE(update->change_policy);
  EXPECT_EQ(update->policy->links_max, 7);
}

TEST(SiteMask, RefusesWhatIsNone) {
  for (const char* path : {"name", "etag", "*", "policy.", "policy.nothing", "policy.mode.x",
                           "create_time", "", "shared_learning", "teaching_limits"}) {
    EXPECT_FALSE(SiteUpdateOf(Request({path})).ok()) << path;
  }
}

}  // namespace
}  // namespace replyguard::service::rpc
