// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/drift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "absl/strings/str_format.h"
#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "usecases/fields.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

using Bins = std::array<std::int64_t, storage::kProbabilityBins>;

// The 95th percentile of chi-squared with kProbabilityBins - 1 degrees of freedom.
constexpr double kChiSquared95 = 16.919;
static_assert(storage::kProbabilityBins == 10);

struct Sum {
  DriftSpan span;
  Bins bins{};
  std::int64_t novelty_count = 0;
  double novelty_sum = 0;

  void Add(const storage::DailyFigures& day) {
    span.comment_count += day.approved_count + day.held_count + day.spam_count;
    span.decided_count += day.decided_count;
    span.override_count += day.spam_then_approved_count + day.approved_then_spam_count;
    for (std::size_t i = 0; i < bins.size(); ++i) {
      bins[i] += day.probability_counts[i];
      span.scored_count += day.probability_counts[i];
    }
    novelty_count += day.novelty_count;
    novelty_sum += day.novelty_sum;
  }
  DriftSpan Done() {
    if (novelty_count > 0) span.novelty = novelty_sum / static_cast<double>(novelty_count);
    return span;
  }
};

double ShareOf(const Bins& bins, std::size_t i, std::int64_t total) {
  constexpr double kAdded = 0.5;
  return (static_cast<double>(bins[i]) + kAdded) /
         (static_cast<double>(total) + kAdded * static_cast<double>(bins.size()));
}

double StabilityIndex(const Sum& recent, const Sum& base) {
  double index = 0;
  for (std::size_t i = 0; i < recent.bins.size(); ++i) {
    const double r = ShareOf(recent.bins, i, recent.span.scored_count);
    const double b = ShareOf(base.bins, i, base.span.scored_count);
    index += (r - b) * std::log(r / b);
  }
  return index;
}

std::string ScoresSentence(const DriftComparison& c) {
  const auto days = [](int count) { return std::to_string(count) + " days"; };
  if (c.level == DriftLevel::kTooFew) {
    return "Too few comments to tell: " + std::to_string(c.recent.scored_count) + " in the last " +
           days(kDriftRecentDays) + " and " + std::to_string(c.base.scored_count) + " in the " +
           days(kDriftBaseDays) + " before; it takes " + std::to_string(kDriftCommentsMin) +
           " in each.";
  }
  const std::string index =
      absl::StrFormat(" (stability index %.3f; %.3f is usual by chance)", *c.psi, *c.psi_noise);
  const std::string spans = "the scores of the last " + days(kDriftRecentDays) +
                            " from those of the " + days(kDriftBaseDays) + " before";
  switch (c.level) {
    case DriftLevel::kTooFew:
    case DriftLevel::kNone:
      return "Nothing tells " + spans + index + ".";
    case DriftLevel::kSome:
      return "Something tells " + spans + index + "; see whether moderators disagree more often.";
    case DriftLevel::kStrong:
      return "Much tells " + spans + index +
             "; what comes in has changed, or the model has. Look at the queue, and consider to "
             "retrain.";
  }
  return "";
}

std::string OverridesSentence(const DriftComparison& c) {
  const auto part = [](const DriftSpan& span) {
    return std::to_string(span.override_count) + " of " + std::to_string(span.decided_count);
  };
  return " Moderators contradicted the machine in " + part(c.recent) + " decisions, and in " +
         part(c.base) + " before.";
}

}  // namespace

DriftComparison CompareDays(std::span<const storage::DailyFigures> days,
                            std::chrono::sys_days today) {
  const auto recent_from = today - std::chrono::days(kDriftRecentDays - 1);
  const auto base_from = recent_from - std::chrono::days(kDriftBaseDays);
  Sum recent;
  Sum base;
  for (const storage::DailyFigures& day : days) {
    if (day.day < base_from || day.day > today) continue;
    (day.day < recent_from ? base : recent).Add(day);
  }
  DriftComparison out;
  out.recent = recent.Done();
  out.base = base.Done();
  if (std::min(out.recent.scored_count, out.base.scored_count) >= kDriftCommentsMin) {
    out.psi = StabilityIndex(recent, base);
    out.psi_noise = kChiSquared95 * (1.0 / static_cast<double>(out.recent.scored_count) +
                                     1.0 / static_cast<double>(out.base.scored_count));
    const bool by_chance = *out.psi <= *out.psi_noise;
    out.level = by_chance || *out.psi < kPsiSome ? DriftLevel::kNone
                : *out.psi < kPsiStrong          ? DriftLevel::kSome
                                                 : DriftLevel::kStrong;
  }
  out.summary = ScoresSentence(out) + OverridesSentence(out);
  return out;
}

ModelDrift::ModelDrift(const SiteDirectory& sites, storage::StatisticsStore& statistics,
                       const Clock& clock)
    : sites_(sites), statistics_(statistics), clock_(clock) {}

absl::StatusOr<ModelDrift::Result> ModelDrift::Get(const Principal& principal,
                                                   const std::string& site, std::int32_t day_count,
                                                   storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  validation::Violations violations;
  CheckRange(day_count, 1, kDriftDaysMax, "day_count", violations, "days");
  if (absl::Status status = InvalidFields(violations); !status.ok()) return status;
  const auto today = std::chrono::floor<std::chrono::days>(clock_.Now());
  const int read_days = std::max<int>(day_count, kDriftRecentDays + kDriftBaseDays);
  storage::DailyQuery query;
  query.site_id = (*view)->record.site_id;
  query.since = today - std::chrono::days(read_days - 1);
  query.until = today + std::chrono::days(1);
  const auto read = statistics_.Daily(query, deadline);
  if (!read.ok()) return FromStorage(read.status());

  Result result;
  result.comparison = CompareDays(*read, today);
  std::map<std::chrono::sys_days, storage::DailyFigures> by_day;
  for (const storage::DailyFigures& day : *read) by_day[day.day] = day;
  for (std::int32_t back = 0; back < day_count; ++back) {
    const auto day = today - std::chrono::days(back);
    storage::DailyFigures& figures = by_day[day];
    figures.day = day;
    result.days.push_back(figures);
  }
  return result;
}

}  // namespace replyguard::service
