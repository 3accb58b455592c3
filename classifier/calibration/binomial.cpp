// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "classifier/binomial.h"

#include <algorithm>

#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

// Halvings: a bound is then as exact as a double near it.
constexpr int kHalvings = 60;

// The p at which P(X <= k) falls to `level`: it falls as p grows.
double ProbabilityAt(double k, double n, double level) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (BinomialAtMost(k, n, middle) > level ? low : high) = middle;
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

Interval ClopperPearson(std::uint64_t k, std::uint64_t n, double confidence) {
  Interval interval;
  const double tail = (1 - confidence) / 2;
  const auto seen = static_cast<double>(k);
  const auto all = static_cast<double>(n);
  if (k > 0) interval.low = ProbabilityAt(seen - 1, all, 1 - tail);
  if (k < n) interval.high = ProbabilityAt(seen, all, tail);
  return interval;
}

}  // namespace replyguard::classifier
