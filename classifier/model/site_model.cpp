#include "model/site_model.h"

#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

RawScore FromNats(double nats) {
  return RoundToScore(nats * static_cast<double>(kScoreUnitsPerNat));
}

}  // namespace

RawScore SiteModel::Bias() const {
  return FromNats(combination.bias + combination.weights[kCorrectorInput] * corrector.bias);
}

RawScore SiteModel::ViewScore(SiteId site, View view, std::span<const std::uint64_t> hashes,
                              const CountsView& counts) const {
  if (hashes.empty()) return 0;
  double correction = 0;
  const auto log_odds_of = [&](std::uint64_t hash) {
    correction += corrector.WeightOf(hash);
    return log_odds(counts.Find(CountKey(site, hash)));
  };
  double sum = 0;
  double positive = 0;
  SumView(hashes, log_odds_of, &sum, &positive);
  const auto v = static_cast<std::size_t>(view);
  return FromNats(combination.weights[v] * sum + combination.weights[kViewCount + v] * positive +
                  combination.weights[kCorrectorInput] *
                      (correction * CorrectorScale(hashes.size())));
}

RawScore SiteModel::FeatureScore(View view, std::uint64_t hash, std::size_t in_view,
                                 const FeatureCounts& counts) const {
  const auto v = static_cast<std::size_t>(view);
  const double l = Nats(log_odds(counts)) * Damping(in_view);
  return FromNats(
      combination.weights[v] * l + combination.weights[kViewCount + v] * (l > 0 ? l : 0) +
      combination.weights[kCorrectorInput] * (corrector.WeightOf(hash) * CorrectorScale(in_view)));
}

}  // namespace replyguard::classifier
