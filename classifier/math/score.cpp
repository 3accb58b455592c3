#include "classifier/score.h"

#include "math/exact_math.h"

namespace replyguard::classifier {

double Probability(RawScore raw) {
  const double x = Nats(raw);
  if (x >= 0) return 1 / (1 + ExactExp(-x));
  const double e = ExactExp(x);
  return e / (1 + e);
}

RawScore ScoreOf(double probability) {
  constexpr double kNatsMax = 40;
  if (!(probability > 0)) return RoundToScore(-kNatsMax * kScoreUnitsPerNat);
  if (probability >= 1) return RoundToScore(kNatsMax * kScoreUnitsPerNat);
  double nats = ExactLog(probability) - ExactLog(1 - probability);
  if (nats > kNatsMax) nats = kNatsMax;
  if (nats < -kNatsMax) nats = -kNatsMax;
  return RoundToScore(nats * kScoreUnitsPerNat);
}

}  // namespace replyguard::classifier
