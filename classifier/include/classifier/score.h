// Fixed-point log-odds: the unit in which everything that is added up is kept.
//
// A score is ln(P(spam) / P(ham)) in units of 2^-20 nat, as a signed 64-bit integer. Integers make
// sums exact and equal on every CPU in whatever order they are taken; as a double, `raw /
// 1048576.0` is exact, so sums of reasons are exact there too. Scores and all their parts stay
// within +-2^40 (a million nats).
#pragma once

#include <cstdint>

namespace replyguard::classifier {

inline constexpr std::int64_t kScoreUnitsPerNat = std::int64_t{1} << 20;

using RawScore =
    std::int64_t;  // log-odds in units of 1 / kScoreUnitsPerNat nat; > 0 speaks for spam

// Exact for every score within the bounds above.
constexpr double Nats(RawScore raw) {
  return static_cast<double>(raw) / static_cast<double>(kScoreUnitsPerNat);
}

// The inverse of Nats, rounded to the nearest unit and kept within the bounds above.
RawScore FromNats(double nats);

// 1 / (1 + e^-score), in [0, 1]; strictly increasing where doubles can tell; bit for bit equal on
// every CPU.
double Probability(RawScore raw);

// The inverse, rounded to the nearest unit and kept within +-40 nats. `probability` outside [0, 1]
// is clamped.
RawScore ScoreOf(double probability);

}  // namespace replyguard::classifier
