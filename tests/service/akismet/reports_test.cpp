// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/reports.h"

#include <gtest/gtest.h>

namespace replyguard::service::http::akismet {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

constexpr sys_days kToday{std::chrono::year(2026) / 3 / 31};

TEST(Stats, BeginWhereTheirPeriodDoes) {
  EXPECT_EQ(StatsPeriodOf(""), StatsPeriod::k60Days);
  EXPECT_EQ(StatsPeriodOf("6-months"), StatsPeriod::k6Months);
  EXPECT_FALSE(StatsPeriodOf("7-months"));
  EXPECT_EQ(BeginOf(StatsPeriod::k60Days, kToday), kToday - std::chrono::days(59));
  EXPECT_EQ(BeginOf(StatsPeriod::k6Months, kToday), sys_days(std::chrono::year(2025) / 10 / 1));
  EXPECT_EQ(BeginOf(StatsPeriod::kAll, kToday), sys_days());
}

TEST(Stats, AreSumsByDayOrMonth) {
  const std::vector<storage::DayUsage> days = {{kToday, {10, 6, 2, 1, 1}},
                                               {kToday + std::chrono::days(1), {3, 2, 0, 0, 0}},
                                               {kToday + std::chrono::days(2), {1, 0, 0, 0, 0}}};
  EXPECT_EQ(
      StatsJson(days, StatsPeriod::kAll),
      R"({"spam":8,"ham":2,"missed_spam":1,"false_positives":1,"accuracy":80.0,"time_saved":160,)"
      R"("breakdown":{"2026-03":{"spam":6,"ham":2,"missed_spam":1,"false_positives":1,"da":"2026-03-01"},)"
      R"("2026-04":{"spam":2,"ham":0,"missed_spam":0,"false_positives":0,"da":"2026-04-01"}}})");
  EXPECT_EQ(
      StatsJson({days.front()}, StatsPeriod::k60Days),
      R"({"spam":6,"ham":2,"missed_spam":1,"false_positives":1,"accuracy":75.0,"time_saved":120,)"
      R"("breakdown":{"2026-03-31":{"spam":6,"ham":2,"missed_spam":1,"false_positives":1,"da":"2026-03-31"}}})");
  EXPECT_EQ(
      StatsJson({}, StatsPeriod::kAll),
      R"({"spam":0,"ham":0,"missed_spam":0,"false_positives":0,"accuracy":100.0,"time_saved":0,"breakdown":{}})");
}

TEST(KeySites, ReadMonths) {
  EXPECT_EQ(MonthOf("2026-11"), std::chrono::year(2026) / 11);
  for (const char* bad :
       {"", "2026", "2026-13", "2026-00", "2026-1", "26-11", "2026/11", "2026-1x", "0000-01"}) {
    EXPECT_FALSE(MonthOf(bad)) << bad;
  }
}

TEST(KeySites, AreAnArrayOrATable) {
  const KeySites sites{std::chrono::year(2026) / 11,
                       0,
                       10,
                       {{{"a.example", {4, 2, 1, 0, 1}}, {"", {1, 0, 1, 0, 0}}}, 2}};
  EXPECT_EQ(
      KeySitesJson(sites),
      R"({"2026-11":[{"site":"a.example","api_calls":"4","spam":"2","ham":"1","missed_spam":"0","false_positives":"1","is_revoked":false},)"
      R"x({"site":"(other)","api_calls":"1","spam":"0","ham":"1","missed_spam":"0","false_positives":"0","is_revoked":false}],)x"
      R"("limit":10,"offset":0,"total":2})");
  EXPECT_EQ(KeySitesCsv(sites, "k"),
            "Active sites for k during 2026-11 (limit:10, offset: 0, total: 2)\n"
            "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked\n"
            "a.example,4,2,1,0,1,false\n(other),1,0,1,0,0,false");
}

TEST(UsageLimit, SaysThatThereIsNone) {
  EXPECT_EQ(UsageLimitJson({{kToday, {4, 0, 0, 0, 0}}}, false),
            R"({"limit":"none","usage":4,"percentage":"0.0","throttled":false})");
}

}  // namespace
}  // namespace replyguard::service::http::akismet
