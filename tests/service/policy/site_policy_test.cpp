// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/policy/site_policy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace replyguard::service::policy {
namespace {

using std::chrono::milliseconds;

SitePolicy Unusual() {
  SitePolicy policy;
  policy.mode = Mode::kApproveTrusted;
  policy.required_fields = {.author_name = false, .author_email = true, .author_url = true};
  policy.spam_threshold = 0.8125;
  policy.approve_threshold = 0.1;
  policy.blatant_threshold = 1.0;
  policy.hold_first_time_authors = true;
  policy.links_max = 3;
  policy.close_after_days = 14;
  policy.flood_count_max = 5;
  policy.flood_window = milliseconds(90'000);
  policy.duplicate_window = milliseconds(86'400'000);
  policy.honeypot = false;
  policy.fill_time_min = milliseconds(1'500);
  policy.trust_typed_identity = true;
  policy.trusted_after_count = 4;
  policy.blind_sample_rate = 0.25;
  return policy;
}

TEST(SitePolicyJson, ThereAndBack) {
  for (const SitePolicy& policy : {SitePolicy(), Unusual()}) {
    const auto back = SitePolicyFromJson(SitePolicyToJson(policy));
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, policy) << SitePolicyToJson(policy);
  }
}

TEST(SitePolicyJson, AnEmptyObjectIsTheDefaults) {
  const auto policy = SitePolicyFromJson("{}");
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(*policy, SitePolicy());
  EXPECT_TRUE(CheckSitePolicy(*policy).empty());
}

TEST(SitePolicyJson, RefusesWhatItDoesNotKnow) {
  for (const char* bad : {"",
                          "[]",
                          "null",
                          "{",
                          "{}x",
                          "{\"links_mx\":3}",
                          "{\"links_max\":3,\"links_max\":4}",
                          "{\"links_max\":\"3\"}",
                          "{\"links_max\":3.5}",
                          "{\"links_max\":-1}",
                          "{\"links_max\":99999999999999999999}",
                          "{\"links_max\":1001}",
                          "{\"links_max\":null}",
                          "{\"honeypot\":1}",
                          "{\"mode\":\"classifier\"}",
                          "{\"mode\":1}",
                          "{\"spam_threshold\":\"0.9\"}",
                          "{\"spam_threshold\":1.01}",
                          "{\"spam_threshold\":0.4}",
                          "{\"approve_threshold\":-0.1}",
                          "{\"required_fields\":[\"PHONE\"]}",
                          "{\"required_fields\":\"BODY\"}",
                          "{\"required_fields\":[1]}",
                          "{\"flood_window_ms\":999}",
                          "{\"flood_window_ms\":1e3}",
                          "{\"fill_time_min_ms\":9223372036854775807}",
                          "{\"trusted_after_count\":0}",
                          "{\"blind_sample_rate\":1.1}",
                          "{\"blatant_threshold\":0.6}",
                          "{\"spam_threshold\":1e999}",
                          "{\"honeypot\":true /* comment */}"}) {
    const auto policy = SitePolicyFromJson(bad);
    ASSERT_FALSE(policy.ok()) << bad;
    EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(SitePolicyJson, NamesEveryProblemAtOnce) {
  const auto policy =
      SitePolicyFromJson(R"({"links_max":-1,"colour":"red","mode":"X","trusted_after_count":0})");
  ASSERT_FALSE(policy.ok());
  const std::string message(policy.status().message());
  for (const char* field : {"links_max", "colour", "mode", "trusted_after_count"}) {
    EXPECT_NE(message.find(field), std::string::npos) << message;
  }
}

TEST(SitePolicyJson, DeepAndLargeTextsAreRefusedQuietly) {
  std::string deep;
  for (int i = 0; i < 30'000; ++i) deep += "{\"a\":";
  EXPECT_FALSE(SitePolicyFromJson(deep).ok());
  EXPECT_FALSE(SitePolicyFromJson(std::string(kPolicyJsonBytesMax, '[')).ok());
  EXPECT_FALSE(SitePolicyFromJson(std::string(kPolicyJsonBytesMax + 1, ' ')).ok());
  EXPECT_FALSE(SitePolicyFromJson("{\"\xFF\":1}").ok());
}

TEST(CheckSitePolicy, EachBound) {
  const auto refuses = [](auto change) {
    SitePolicy policy;
    change(policy);
    return CheckSitePolicy(policy, "").List();
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(refuses([&](SitePolicy& p) { p.spam_threshold = nan; }).empty());
  EXPECT_FALSE(refuses([&](SitePolicy& p) { p.approve_threshold = nan; }).empty());
  EXPECT_FALSE(refuses([&](SitePolicy& p) { p.blatant_threshold = nan; }).empty());
  EXPECT_FALSE(
      refuses([](SitePolicy& p) { p.spam_threshold = p.approve_threshold = 0.5; }).empty());
  EXPECT_FALSE(refuses([](SitePolicy& p) { p.links_max = kLinksMaxMax + 1; }).empty());
  EXPECT_FALSE(refuses([](SitePolicy& p) { p.close_after_days = -1; }).empty());
  EXPECT_FALSE(refuses([](SitePolicy& p) { p.flood_count_max = kFloodCountMaxMax + 1; }).empty());
  EXPECT_FALSE(
      refuses([](SitePolicy& p) { p.flood_window = kFloodWindowMax + milliseconds(1); }).empty());
  EXPECT_FALSE(refuses([](SitePolicy& p) { p.duplicate_window = milliseconds(-1); }).empty());
  EXPECT_FALSE(
      refuses([](SitePolicy& p) { p.fill_time_min = kFillTimeMinMax + milliseconds(1); }).empty());
  EXPECT_FALSE(refuses([](SitePolicy& p) { p.trusted_after_count = 0; }).empty());
  EXPECT_FALSE(refuses([](SitePolicy& p) { p.blind_sample_rate = -0.1; }).empty());
  EXPECT_FALSE(refuses([&](SitePolicy& p) { p.blind_sample_rate = nan; }).empty());
  EXPECT_FALSE(refuses([](SitePolicy& p) { p.mode = static_cast<Mode>(9); }).empty());
  const auto list = refuses([](SitePolicy& p) { p.links_max = p.close_after_days = -1; });
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].field, "links_max");
  EXPECT_EQ(list[0].reason, validation::reason::kOutOfRange);
}

}  // namespace
}  // namespace replyguard::service::policy
