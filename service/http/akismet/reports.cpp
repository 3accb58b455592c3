// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/http/akismet/reports.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/http/server/text.h"
#include "service/usecases/akismet/usage.h"

namespace replyguard::service::http::akismet {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using storage::UsageCounts;

// Where blogs beyond what is told apart are counted.
constexpr std::string_view kOtherBlogs = "(other)";

std::string Date(sys_days day) {
  const year_month_day date(day);
  return absl::StrFormat("%04d-%02u-%02u", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// In percent, with two places.
double Accuracy(const UsageCounts& counts) {
  const auto checked = static_cast<double>(counts.spam + counts.ham);
  const auto wrong = static_cast<double>(counts.missed_spam + counts.false_positives);
  if (checked <= 0) return 100;
  return std::round(std::max(0.0, 1 - wrong / checked) * 10'000) / 100;
}

Json CountsJson(const UsageCounts& counts) {
  return {{"spam", counts.spam},
          {"ham", counts.ham},
          {"missed_spam", counts.missed_spam},
          {"false_positives", counts.false_positives}};
}

sys_days FirstOf(std::chrono::year_month month) { return sys_days(month / 1); }

std::string_view SiteOf(const storage::BlogUsage& usage) {
  return usage.blog.empty() ? kOtherBlogs : std::string_view(usage.blog);
}

}  // namespace

std::optional<StatsPeriod> StatsPeriodOf(std::string_view text) {
  if (text.empty() || text == "60-days") return StatsPeriod::k60Days;
  if (text == "6-months") return StatsPeriod::k6Months;
  if (text == "all") return StatsPeriod::kAll;
  return std::nullopt;
}

sys_days BeginOf(StatsPeriod period, sys_days today) {
  const year_month_day date(today);
  switch (period) {
    case StatsPeriod::k60Days:
      return today - std::chrono::days(59);
    case StatsPeriod::k6Months:
      return FirstOf(date.year() / date.month() - std::chrono::months(5));
    case StatsPeriod::kAll:
      break;
  }
  return sys_days();
}

std::string StatsJson(const std::vector<storage::DayUsage>& days, StatsPeriod period) {
  UsageCounts total;
  struct Part {
    sys_days first;
    UsageCounts counts;
  };
  std::map<std::string, Part> parts;
  for (const storage::DayUsage& day : days) {
    AddTo(total, day.counts);
    const year_month_day date(day.day);
    const bool daily = period == StatsPeriod::k60Days;
    const auto month = date.year() / date.month();
    Part& part = parts[daily ? Date(day.day) : NameOf(month)];
    part.first = daily ? day.day : FirstOf(month);
    AddTo(part.counts, day.counts);
  }
  Json json = CountsJson(total);
  json["accuracy"] = Accuracy(total);
  json["time_saved"] = total.spam * std::chrono::seconds(kSavedBySpam).count();
  json["breakdown"] = Json::object();
  for (const auto& [name, part] : parts) {
    Json entry = CountsJson(part.counts);
    entry["da"] = Date(part.first);
    json["breakdown"][name] = std::move(entry);
  }
  return json.dump();
}

std::string UsageLimitJson(const std::vector<storage::DayUsage>& days, bool extended) {
  UsageCounts total;
  for (const storage::DayUsage& day : days) AddTo(total, day.counts);
  Json json = {
      {"limit", "none"}, {"usage", total.api_calls}, {"percentage", "0.0"}, {"throttled", false}};
  if (extended) {
    json["notice_level"] = "NOTICE_NONE";
    json["upgrade"] = false;
  }
  return json.dump();
}

std::optional<std::chrono::year_month> MonthOf(std::string_view text) {
  constexpr std::size_t kMonthBytes = 7;
  int year = 0;
  unsigned month = 0;
  if (text.size() != kMonthBytes || text[4] != '-' ||
      !absl::SimpleAtoi(absl::string_view(text.data(), 4), &year) ||
      !absl::SimpleAtoi(absl::string_view(text.data() + 5, 2), &month)) {
    return std::nullopt;
  }
  const std::chrono::year_month out = std::chrono::year(year) / std::chrono::month(month);
  return out.ok() && year > 0 ? std::optional(out) : std::nullopt;
}

std::string NameOf(std::chrono::year_month month) {
  return absl::StrFormat("%04d-%02u", static_cast<int>(month.year()),
                         static_cast<unsigned>(month.month()));
}

std::string KeySitesJson(const KeySites& sites) {
  Json list = Json::array();
  for (const storage::BlogUsage& usage : sites.page.blogs) {
    // Numbers are texts in this one, as Akismet's own are.
    list.push_back({{"site", SiteOf(usage)},
                    {"api_calls", std::to_string(usage.counts.api_calls)},
                    {"spam", std::to_string(usage.counts.spam)},
                    {"ham", std::to_string(usage.counts.ham)},
                    {"missed_spam", std::to_string(usage.counts.missed_spam)},
                    {"false_positives", std::to_string(usage.counts.false_positives)},
                    {"is_revoked", false}});
  }
  Json json;
  json[NameOf(sites.month)] = std::move(list);
  json["limit"] = sites.limit;
  json["offset"] = sites.offset;
  json["total"] = sites.page.total;
  return json.dump();
}

std::string KeySitesCsv(const KeySites& sites, std::string_view key) {
  std::string text = absl::StrCat(
      "Active sites for ", View(key), " during ", NameOf(sites.month), " (limit:", sites.limit,
      ", offset: ", sites.offset, ", total: ", sites.page.total,
      ")\nSite,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked");
  for (const storage::BlogUsage& usage : sites.page.blogs) {
    const UsageCounts& counts = usage.counts;
    const std::string_view site = SiteOf(usage);
    absl::StrAppend(&text, "\n", View(site), ",", counts.api_calls, ",", counts.spam, ",",
                    counts.ham);
    absl::StrAppend(&text, ",", counts.missed_spam, ",", counts.false_positives, ",false");
  }
  return text;
}

}  // namespace replyguard::service::http::akismet
