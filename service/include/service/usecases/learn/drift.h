// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Drift: whether what comes in, or what people make of it, has changed since the weeks before.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/auth/principal.h"
#include "service/usecases/clock.h"
#include "storage/statistics_store.h"

namespace replyguard::service {

class SiteDirectory;

// The newest days (today, as far as it has come, among them) against those before.
inline constexpr int kDriftRecentDays = 7;
inline constexpr int kDriftBaseDays = 28;
inline constexpr std::int32_t kDriftDaysMax = 90;
// Fewer comments with a probability, in either of the two, say nothing.
inline constexpr std::int64_t kDriftCommentsMin = 100;
// Of the population stability index, after the usual rule of thumb (N. Siddiqi, Credit Risk
// Scorecards, Wiley 2006): from here on the distribution has shifted a little, and a lot.
inline constexpr double kPsiSome = 0.1;
inline constexpr double kPsiStrong = 0.25;

enum class DriftLevel {
  kTooFew,  // comments to say anything from
  kNone,
  kSome,
  kStrong,
};

struct DriftSpan {
  std::int64_t comment_count = 0;
  // Those with a probability.
  std::int64_t scored_count = 0;
  // The mean share of features that the model had never seen; nothing when it is not known of any.
  std::optional<double> novelty;
  // People's decisions that stand, and those of them that contradict the machine.
  std::int64_t decided_count = 0;
  std::int64_t override_count = 0;
};

struct DriftComparison {
  DriftSpan recent;
  DriftSpan base;
  DriftLevel level = DriftLevel::kTooFew;
  // The population stability index of the probabilities, in tenths: the sum of (r - b) ln(r / b)
  // over the bins, r and b being the shares of a bin, half a comment added to each. Nothing when
  // there are too few.
  std::optional<double> psi;
  // What the index stays below 95 times in 100 when nothing has changed, with so many comments: it
  // is then distributed about as (1/n + 1/m) times chi-squared with 9 degrees of freedom (B.
  // Yurdakul, Statistical Properties of Population Stability Index, 2018).
  std::optional<double> psi_noise;
  // For people: one or two plain sentences.
  std::string summary;
};

// Pure. `days` are those of the last kDriftRecentDays + kDriftBaseDays that hold anything.
DriftComparison CompareDays(std::span<const storage::DailyFigures> days,
                            std::chrono::sys_days today);

// Thread-safe. Holds references; they outlive it. BLOCKS on a read: run it on a bounded executor.
class ModelDrift {
 public:
  struct Result {
    // Newest first, with those on which nothing came.
    std::vector<storage::DailyFigures> days;
    DriftComparison comparison;
  };

  ModelDrift(const SiteDirectory& sites, storage::StatisticsStore& statistics, const Clock& clock);

  // The last `day_count` days (UTC; 1 to kDriftDaysMax). PERMISSION_DENIED; SITE_NOT_FOUND;
  // INVALID_ARGUMENT; UNAVAILABLE and the like. Looks at storage::kDailyRowsMax comments and
  // decisions at most, the newest.
  absl::StatusOr<Result> Get(const Principal& principal, const std::string& site,
                             std::int32_t day_count, storage::Deadline deadline) const;

 private:
  const SiteDirectory& sites_;
  storage::StatisticsStore& statistics_;
  const Clock& clock_;
};

}  // namespace replyguard::service
