#include "classifier/score.h"

#include <algorithm>

#include "math/exact_math.h"

namespace replyguard::classifier {

RawScore FromNats(double nats) {
  return RoundToScore(nats * static_cast<double>(kScoreUnitsPerNat));
}

double Probability(RawScore raw) {
  const double x = Nats(raw);
  if (x >= 0) return 1 / (1 + ExactExp(-x));
  const double e = ExactExp(x);
  return e / (1 + e);
}

RawScore ScoreOf(double probability) {
  constexpr double kNatsMax = 40;
  if (!(probability > 0)) return FromNats(-kNatsMax);
  if (probability >= 1) return FromNats(kNatsMax);
  double nats = ExactLog(probability) - ExactLog(1 - probability);
  return FromNats(std::clamp(nats, -kNatsMax, kNatsMax));
}

}  // namespace replyguard::classifier
