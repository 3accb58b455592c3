// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/learn/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "service/usecases/administer/site_directory.h"
#include "service/usecases/errors.h"
#include "service/usecases/learn/model_info.h"
#include "usecases/learn/judged_evidence.h"

namespace replyguard::service {
namespace {

constexpr std::size_t kBins = 10;

// What falls into a bin.
struct BinSums {
  classifier::WeightSums spam;
  classifier::WeightSums ham;  // the same comments, with ham as what is counted
  double probability = 0;
  std::int64_t count = 0;
};

bool IsSpam(const JudgedEvidence::Item& item) {
  return item.judged.label == classifier::Class::kSpam;
}

std::array<BinSums, kBins> SumsOf(const JudgedEvidence& evidence) {
  std::array<BinSums, kBins> sums;
  for (const JudgedEvidence::Item& item : evidence.items) {
    const auto at = static_cast<std::size_t>(item.probability * kBins);
    BinSums& bin = sums[std::min(at, kBins - 1)];
    bin.spam.Add(item.judged.weight, IsSpam(item));
    bin.ham.Add(item.judged.weight, !IsSpam(item));
    bin.probability += item.judged.weight * item.probability;
    ++bin.count;
  }
  return sums;
}

// Of the items of one class, those on the wrong side of the threshold.
CalibrationShare WrongOf(const JudgedEvidence& evidence, bool spam, double threshold) {
  CalibrationShare share;
  classifier::WeightSums sums;
  for (const JudgedEvidence::Item& item : evidence.items) {
    if (IsSpam(item) != spam) continue;
    sums.Add(item.judged.weight, spam != (item.probability >= threshold));
    ++share.count;
  }
  share.weighted = classifier::BoundShare(sums, kCalibrationConfidence);
  return share;
}

}  // namespace

absl::StatusOr<Calibration> ModelInfo::Calibrate(const Principal& principal,
                                                 const std::string& site,
                                                 storage::Deadline deadline) const {
  const auto view = sites_.Enter(principal, Permission::kTrain, site);
  if (!view.ok()) return view.status();
  const auto evidence = EvidenceOf((*view)->record.site_id, deadline);
  if (!evidence.ok()) return evidence.status();
  Calibration out;
  out.judged_count = static_cast<std::int64_t>(evidence->items.size());
  out.blind_count = evidence->blind_count;
  out.left_out_count = evidence->left_out_count;
  if (out.judged_count < kCalibrationCountMin) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reasons::kTooFewJudged,
                     "too few judged comments: there are " + std::to_string(out.judged_count) +
                         " that count, it takes " + std::to_string(kCalibrationCountMin));
  }
  double all = 0;
  double distance = 0;
  const std::array<BinSums, kBins> sums = SumsOf(*evidence);
  for (std::size_t i = 0; i < kBins; ++i) {
    const BinSums& bin = sums[i];
    if (bin.count == 0) continue;
    CalibrationBin shown;
    shown.probability_min = static_cast<double>(i) / kBins;
    shown.probability_max = static_cast<double>(i + 1) / kBins;
    shown.mean_probability = bin.probability / bin.spam.all;
    // Both sides together with the confidence asked for.
    constexpr double kEachSide = 1 - (1 - kCalibrationConfidence) / 2;
    shown.spam = {classifier::BoundShare(bin.spam, kEachSide), bin.count};
    shown.spam_lower = 1 - classifier::BoundShare(bin.ham, kEachSide).upper;
    all += bin.spam.all;
    distance += std::abs(bin.probability - bin.spam.hits);
    out.bins.push_back(shown);
  }
  out.error = distance / all;
  out.spam_threshold = (*view)->policy.spam_threshold;
  out.ham_lost = WrongOf(*evidence, false, out.spam_threshold);
  out.spam_missed = WrongOf(*evidence, true, out.spam_threshold);
  return out;
}

}  // namespace replyguard::service
