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

struct Interval {
  double low = 0;
  double high = 1;
};

// The exact interval of Clopper and Pearson (1934) for k of n, with `confidence` in (0, 1); [0, 1]
// for n == 0. REQUIRES: k <= n. Cost: linear in k.
Interval ClopperPearson(std::uint64_t k, std::uint64_t n, double confidence);

}  // namespace replyguard::classifier
