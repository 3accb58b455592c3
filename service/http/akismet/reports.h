// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The counts of a key as Akismet writes them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/akismet_store.h"

namespace replyguard::service::http::akismet {

// What a person takes to look at one spam, for time_saved.
inline constexpr std::chrono::seconds kSavedBySpam{20};

enum class StatsPeriod { k60Days, k6Months, kAll };

// "60-days", "6-months", "all"; nothing for anything else.
std::optional<StatsPeriod> StatsPeriodOf(std::string_view text);
std::chrono::sys_days BeginOf(StatsPeriod period, std::chrono::sys_days today);
std::string StatsJson(const std::vector<storage::DayUsage>& days, StatsPeriod period);

// Of the days of the present month.
std::string UsageLimitJson(const std::vector<storage::DayUsage>& days, bool extended);

// A month as clients write it: "2026-11".
std::optional<std::chrono::year_month> MonthOf(std::string_view text);
std::string NameOf(std::chrono::year_month month);

struct KeySites {
  std::chrono::year_month month;
  std::int64_t offset = 0;
  std::int32_t limit = 0;
  storage::BlogUsagePage page;
};
std::string KeySitesJson(const KeySites& sites);
// `key` is the caller's own, as the format asks for it.
std::string KeySitesCsv(const KeySites& sites, std::string_view key);

}  // namespace replyguard::service::http::akismet
