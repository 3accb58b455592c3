#include "classifier/threshold.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "classifier/binomial.h"
#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

// The largest weight of ham at or above a threshold, in units of the largest one, that still keeps
// the promise for n; below 0: none does. `equal`: all weights are.
double LossesAllowed(double n, bool equal, double ham_loss_max, double confidence) {
  const auto kept = [&](double k) {
    const double at_most =
        equal ? BinomialAtMost(k, n, ham_loss_max) : ChernoffAtMost(k, n, ham_loss_max);
    return at_most <= 1 - confidence;
  };
  if (!kept(0)) return -1;
  double low = 0;
  double high = std::floor(n * ham_loss_max) + 1;  // as many as expected are never improbably few
  const double exactness = equal ? 1 : 1e-6;
  while (high - low > exactness) {
    const double middle = equal ? std::floor((low + high) / 2) : (low + high) / 2;
    (kept(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::uint64_t HamNeeded(double ham_loss_max, double confidence) {
  return static_cast<std::uint64_t>(
      std::ceil(ExactLog(1 - confidence) / ExactLog(1 - ham_loss_max)));
}

absl::StatusOr<Threshold> ThresholdForHamLoss(std::span<const JudgedScore> judged,
                                              double ham_loss_max, double confidence) {
  const auto within = [](double x) { return x > 0 && x < 1; };
  if (!within(ham_loss_max) || ham_loss_max < kHamLossMin || !within(confidence)) {
    return absl::InvalidArgumentError(
        "ham loss must be at least 0.000001 and below 1, confidence between 0 and 1");
  }
  std::vector<JudgedScore> ham;
  WeightSums ham_sums;
  double spam_weight = 0;
  for (const JudgedScore& item : judged) {
    if (!(item.weight > 0)) return absl::InvalidArgumentError("a weight is not above 0");
    if (item.label == Class::kSpam) {
      spam_weight += item.weight;
      continue;
    }
    ham.push_back(item);
    ham_sums.Add(item.weight, false);
  }
  const double effective = ham.empty() ? 0 : ham_sums.all / ham_sums.largest;
  const double allowed =
      LossesAllowed(effective, ham_sums.smallest == ham_sums.largest, ham_loss_max, confidence);
  if (allowed < 0) {
    return absl::FailedPreconditionError("too few good comments to promise this: there are " +
                                         std::to_string(static_cast<std::uint64_t>(effective)) +
                                         ", it takes " +
                                         std::to_string(HamNeeded(ham_loss_max, confidence)));
  }
  std::sort(ham.begin(), ham.end(),
            [](const JudgedScore& a, const JudgedScore& b) { return a.score > b.score; });
  // The highest score that must stay below the threshold.
  Threshold threshold;
  threshold.ham_seen = ham.size();
  const double budget = allowed * ham_sums.largest;
  double lost = 0;
  std::size_t i = 0;
  RawScore above = ham.front().score;
  while (i < ham.size()) {
    double tied = 0;
    std::size_t end = i;
    while (end < ham.size() && ham[end].score == ham[i].score) tied += ham[end++].weight;
    above = ham[i].score;
    if (lost + tied > budget) break;
    lost += tied;
    i = end;
  }
  threshold.score = above + 1;
  threshold.probability = Probability(threshold.score);
  threshold.ham_loss = lost / ham_sums.all;
  threshold.ham_effective = effective;
  double caught = 0;
  for (const JudgedScore& item : judged) {
    if (item.label == Class::kSpam && item.score >= threshold.score) caught += item.weight;
  }
  threshold.spam_caught = spam_weight > 0 ? caught / spam_weight : 0;
  return threshold;
}

}  // namespace replyguard::classifier
