#include "model/site_model.h"

#include "math/exact_math.h"
#include "weights/cold_start.h"

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

// The same, keeping what each feature adds by itself.
struct EvidenceByFeature : Evidence {
  View view;
  std::size_t in_view;
  std::vector<FeaturePart>* parts;
  double damping = Damping(in_view);
  double corrector_scale = CorrectorScale(in_view);
  double cold_start_share = ColdStartShare(model.totals);

  RawScore LogOddsOf(std::uint64_t hash) {
    const double weight = model.corrector.WeightOf(hash);
    correction += weight;
    const FeatureCounts held = counts.Find(CountKey(site, hash));
    const RawScore log_odds = model.log_odds(held);
    const auto& weights = model.combination.weights;
    const auto v = static_cast<std::size_t>(view);
    const double l = Nats(log_odds) * damping;
    const double cold_start = view == View::kShape ? cold_start_share * ColdStartNats(hash) : 0;
    parts->push_back(
        {held, FromNats(cold_start + weights[v] * l + weights[kViewCount + v] * (l > 0 ? l : 0) +
                        weights[kCorrectorInput] * (weight * corrector_scale))});
    return log_odds;
  }
};

double ColdStart(const ClassTotals& totals, std::span<const std::uint64_t> shapes) {
  double nats = 0;
  for (const std::uint64_t hash : shapes) nats += ColdStartNats(hash);
  return nats * ColdStartShare(totals);
}

}  // namespace

RawScore SiteModel::Bias() const {
  return FromNats(combination.bias + combination.weights[kCorrectorInput] * corrector.bias);
}

RawScore SiteModel::ViewScore(SiteId site, View view, std::span<const std::uint64_t> hashes,
                              const CountsView& counts, std::vector<FeaturePart>* parts) const {
  if (hashes.empty()) return 0;
  const auto score = [&](auto evidence) {
    double sum = 0;
    double positive = 0;
    SumView(hashes, evidence, &sum, &positive);
    const auto v = static_cast<std::size_t>(view);
    const double cold_start = view == View::kShape ? ColdStart(totals, hashes) : 0;
    return FromNats(cold_start + combination.weights[v] * sum +
                    combination.weights[kViewCount + v] * positive +
                    combination.weights[kCorrectorInput] *
                        (evidence.correction * CorrectorScale(hashes.size())));
  };
  const Evidence evidence{*this, site, counts};
  if (parts == nullptr) return score(evidence);
  return score(EvidenceByFeature{evidence, view, hashes.size(), parts});
}

}  // namespace replyguard::classifier
