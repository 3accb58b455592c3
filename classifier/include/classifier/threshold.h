// The threshold that keeps an operator's promise: "lose at most 1 good comment in 1,000".
//
// From comments whose score was given before their label was known. The promise is kept with a
// stated confidence, not on average: with n ham of which k lie at or above a threshold, the share
// of all good comments that would be lost is below `ham_loss_max` unless the data were improbably
// lucky (the exact binomial bound of Clopper and Pearson, 1934).
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "classifier/label.h"
#include "classifier/score.h"

namespace replyguard::classifier {

// The smallest share that can be asked for; it takes some three million ham.
inline constexpr double kHamLossMin = 1e-6;
// Of the promise, unless another is asked for.
inline constexpr double kThresholdConfidence = 0.95;

struct JudgedScore {
  RawScore score = 0;
  Class label = Class::kHam;
  // 1 / the probability with which this comment came to be judged; > 0. Comments that were all
  // judged weigh 1.
  double weight = 1;
};

struct Threshold {
  RawScore score = 0;      // call spam what scores at least this
  double probability = 0;  // Probability(score)
  double ham_loss = 0;     // share of the ham at or above, as seen
  double spam_caught = 0;  // share of the spam at or above, as seen; 0 without spam
  std::uint64_t ham_seen = 0;
  // How many ham of one weight they are worth in the bound; ham_seen with equal weights.
  double ham_effective = 0;
};

// The lowest threshold that keeps ham loss at or below `ham_loss_max`, in [kHamLossMin, 1), with
// `confidence`, in (0, 1). With unequal weights by ChernoffAtMost, which is cautious; Kish's
// effective number (1965), as of Korn and Graubard's interval (1998), is not where what is lost
// weighs most. InvalidArgument: a bound out of range or a weight not above 0. FailedPrecondition:
// too few ham to promise this; the message states how many there are and how many it takes.
absl::StatusOr<Threshold> ThresholdForHamLoss(std::span<const JudgedScore> judged,
                                              double ham_loss_max,
                                              double confidence = kThresholdConfidence);

// How many ham, none of them lost, it takes at least to promise this.
// REQUIRES: both within the bounds above.
std::uint64_t HamNeeded(double ham_loss_max, double confidence);

}  // namespace replyguard::classifier
