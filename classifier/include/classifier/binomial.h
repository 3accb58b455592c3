// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a share that was seen says of the true one.
//
// Thread-safety: pure functions, equal on every machine.
#pragma once

#include <cstdint>

namespace replyguard::classifier {

// P(X <= k) of a binomial with n trials of probability p, 0 < p < 1; 0 for k < 0.
double BinomialAtMost(double k, double n, double p);

// A bound of the same that real n and k have too, by Chernoff (1952): exp(-n KL(k/n || p)), 1 for
// k/n >= p. It holds for weighted counts: with n = W / w and k = K / w, where W is the sum of the
// weights, w the largest, and K the sum of those of independent hits whose probabilities have the
// weighted mean p. For a weight a w, with a <= 1, E[y^(aX)] <= E[y^X]^a by Jensen, and the
// logarithm of E[y^X] is concave in p: nothing is worse than p everywhere at the largest weight.
double ChernoffAtMost(double k, double n, double p);

// A share among weighted comments, and how large it may really be.
struct WeightedShare {
  double share = 0;      // Hajek's estimate: the weights of the hits over all weights
  double upper = 1;      // with `confidence` it is not larger
  double effective = 0;  // W / w: how many comments of one weight the bound counts
};

// Sums weights as a list of items is gone through.
struct WeightSums {
  double all = 0;
  double hits = 0;
  double largest = 0;
  double smallest = 0;

  void Add(double weight, bool hit);
};

// By the exact binomial (Clopper and Pearson) where all weights are equal, else by ChernoffAtMost.
// {0, 1, 0} without items. `confidence` in (0, 1).
WeightedShare BoundShare(const WeightSums& sums, double confidence);

struct Interval {
  double low = 0;
  double high = 1;
};

// The exact interval of Clopper and Pearson (1934) for k of n, with `confidence` in (0, 1); [0, 1]
// for n == 0. REQUIRES: k <= n. Cost: linear in k.
Interval ClopperPearson(std::uint64_t k, std::uint64_t n, double confidence);

}  // namespace replyguard::classifier
