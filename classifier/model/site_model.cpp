#include "model/site_model.h"

#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

RawScore FromNats(double nats) {
  return RoundToScore(nats * static_cast<double>(kScoreUnitsPerNat));
}

// What SumView reads; adds up the corrector's part on the way.
struct Evidence {
  const SiteModel& model;
  SiteId site;
  const CountsView& counts;
  double correction = 0;

  void Prefetch(std::uint64_t hash) const {
    counts.Prefetch(CountKey(site, hash));
    model.corrector.weights->Prefetch(hash);
  }
  RawScore LogOddsOf(std::uint64_t hash) {
    correction += model.corrector.WeightOf(hash);
    return model.log_odds(counts.Find(CountKey(site, hash)));
  }
};

}  // namespace

RawScore SiteModel::Bias() const {
  return FromNats(combination.bias + combination.weights[kCorrectorInput] * corrector.bias);
}

RawScore SiteModel::ViewScore(SiteId site, View view, std::span<const std::uint64_t> hashes,
                              const CountsView& counts) const {
  if (hashes.empty()) return 0;
  Evidence evidence{*this, site, counts};
  double sum = 0;
  double positive = 0;
  SumView(hashes, evidence, &sum, &positive);
  const auto v = static_cast<std::size_t>(view);
  return FromNats(combination.weights[v] * sum + combination.weights[kViewCount + v] * positive +
                  combination.weights[kCorrectorInput] *
                      (evidence.correction * CorrectorScale(hashes.size())));
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
