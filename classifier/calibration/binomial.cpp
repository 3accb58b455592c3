// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "classifier/binomial.h"

#include <algorithm>
#include <cmath>

#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

// Halvings: a bound is then as exact as a double near it.
constexpr int kHalvings = 60;

// The p at which `at_most`(k, n, p), a P(X <= k), falls to `level`: it falls as p grows.
template <typename AtMost>
double ProbabilityAt(const AtMost& at_most, double k, double n, double level) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (at_most(k, n, middle) > level ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double BinomialAtMost(double k, double n, double p) {
  if (k < 0) return 0;
  const double log_odds = ExactLog(p) - ExactLog(1 - p);
  double log_term = n * ExactLog(1 - p);
  double sum = ExactExp(log_term);
  const auto terms = static_cast<std::uint64_t>(std::min(k, n));
  for (std::uint64_t term = 1; term <= terms; ++term) {
    const auto i = static_cast<double>(term);
    log_term += ExactLog((n - i + 1) / i) + log_odds;
    sum += ExactExp(log_term);
  }
  return std::min(sum, 1.0);
}

double ChernoffAtMost(double k, double n, double p) {
  const double seen = k / n;
  if (seen >= p) return 1;
  double distance = (1 - seen) * (ExactLog(1 - seen) - ExactLog(1 - p));
  if (seen > 0) distance += seen * (ExactLog(seen) - ExactLog(p));
  return ExactExp(-n * distance);
}

void WeightSums::Add(double weight, bool hit) {
  smallest = all > 0 ? std::min(smallest, weight) : weight;
  largest = std::max(largest, weight);
  all += weight;
  if (hit) hits += weight;
}

WeightedShare BoundShare(const WeightSums& sums, double confidence) {
  WeightedShare share;
  if (!(sums.all > 0)) return share;
  share.share = sums.hits / sums.all;
  const double n = sums.all / sums.largest;
  const double k = sums.hits / sums.largest;
  share.effective = n;
  if (sums.hits >= sums.all) return share;
  share.upper = sums.smallest == sums.largest
                    ? ProbabilityAt(BinomialAtMost, std::round(k), std::round(n), 1 - confidence)
                    : ProbabilityAt(ChernoffAtMost, k, n, 1 - confidence);
  return share;
}

Interval ClopperPearson(std::uint64_t k, std::uint64_t n, double confidence) {
  Interval interval;
  const double tail = (1 - confidence) / 2;
  const auto seen = static_cast<double>(k);
  const auto all = static_cast<double>(n);
  if (k > 0) interval.low = ProbabilityAt(BinomialAtMost, seen - 1, all, 1 - tail);
  if (k < n) interval.high = ProbabilityAt(BinomialAtMost, seen, all, tail);
  return interval;
}

}  // namespace replyguard::classifier
