// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/rpc/handlers/site_mask.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace replyguard::service::rpc {
namespace {

v1::Policy Present() {
  v1::Policy policy;
  policy.set_mode(v1::Policy::MODE_CLASSIFIER);
  policy.set_honeypot(true);
  policy.set_spam_threshold(0.8);
  policy.set_links_max(3);
  policy.add_required_fields(v1::Policy::FIELD_AUTHOR_NAME);
  return policy;
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
  ASSERT_TRUE(NamesFieldsOfThePolicy(request));
  const auto update = SiteUpdateOf(request, Present());
  ASSERT_TRUE(update.ok()) << update.status();
  ASSERT_TRUE(update->policy);
  EXPECT_EQ(update->policy->mode, policy::Mode::kModerateAll);
  EXPECT_EQ(update->policy->links_max, 0) << "named, and not set";
  EXPECT_EQ(update->policy->spam_threshold, 0.8);
  EXPECT_TRUE(update->policy->honeypot);
  EXPECT_FALSE(update->display_name);
}

TEST(SiteMask, WithoutOneWhatIsSetIsReplaced) {
  v1::UpdateSiteRequest request = Request({});
  request.mutable_site()->mutable_policy()->set_mode(v1::Policy::MODE_MODERATE_ALL);
  request.mutable_site()->set_shared_learning(false);
  ASSERT_FALSE(NamesFieldsOfThePolicy(request));
  const auto update = SiteUpdateOf(request, {});
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_FALSE(update->policy->honeypot);
  EXPECT_EQ(update->shared_learning, false);
  EXPECT_FALSE(update->display_name || update->languages);
}

TEST(SiteMask, EmptiesWhatItNames) {
  const auto update = SiteUpdateOf(Request({"languages"}), {});
  ASSERT_TRUE(update.ok()) << update.status();
  ASSERT_TRUE(update->languages);
  EXPECT_TRUE(update->languages->empty());
  EXPECT_FALSE(update->policy);
}

TEST(SiteMask, TakesTheWholePolicyWhereBothAreNamed) {
  v1::UpdateSiteRequest request = Request({"policy.mode", "policy"});
  request.mutable_site()->mutable_policy()->set_links_max(7);
  ASSERT_FALSE(NamesFieldsOfThePolicy(request));
  const auto update = SiteUpdateOf(request, {});
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->policy->links_max, 7);
}

TEST(SiteMask, RefusesWhatIsNone) {
  for (const char* path : {"name", "etag", "*", "policy.", "policy.nothing", "policy.mode.x",
                           "create_time", "", "shared_learning", "teaching_limits"}) {
    EXPECT_FALSE(SiteUpdateOf(Request({path}), Present()).ok()) << path;
  }
}

}  // namespace
}  // namespace replyguard::service::rpc
