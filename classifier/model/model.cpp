#include "classifier/model.h"

#include <algorithm>

#include "math/exact_math.h"
#include "model/site_model.h"

namespace replyguard::classifier {
namespace {

constexpr double kAuthorBoundNats = 3.0;
constexpr double kNetworkBoundNats = 1.5;

// The additive view of how people judged a key's earlier comments: smoothed log-odds, bounded, as a
// key is easily changed or shared.
RawScore HistoryScore(std::uint32_t spam, std::uint32_t ham, double bound_nats) {
  if (spam == 0 && ham == 0) return 0;
  const double nats = ExactLog((spam + 0.5) / (ham + 0.5));
  return RoundToScore(std::clamp(nats, -bound_nats, bound_nats) *
                      static_cast<double>(kScoreUnitsPerNat));
}

Training TrainingFrom(const ClassTotals& totals) {
  return {totals.spam >= kTrainedLabelsMin && totals.ham >= kTrainedLabelsMin, totals.spam,
          totals.ham};
}

}  // namespace

std::string ModelId::ToString() const {
  return "x" + std::to_string(extractor_version) + ".e" + std::to_string(epoch) + ".p" +
         std::to_string(position);
}

Model::Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

const ModelId& Model::id() const { return impl_->id; }

Training Model::TrainingOf(SiteId site) const { return TrainingFrom(impl_->Site(site).totals); }

Partial Model::Score(SiteId site, const Features& features) const {
  return impl_->Score(site, features, nullptr);
}

Partial Model::Impl::Score(SiteId site, const Features& features,
                           std::vector<FeaturePart>* parts) const {
  const SiteModel& site_model = Site(site);
  if (parts != nullptr) parts->clear();
  Partial partial;
  partial.model = id;
  partial.training = TrainingFrom(site_model.totals);
  partial.text = site_model.Bias();
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto view = static_cast<View>(v);
    partial.text += site_model.ViewScore(site, view, features.view(view), counts, parts);
  }
  return partial;
}

Result Model::Finish(const Partial& partial, const History& history) {
  Result result;
  result.model = partial.model;
  result.training = partial.training;
  result.score = partial.text +
                 HistoryScore(history.author_spam, history.author_ham, kAuthorBoundNats) +
                 HistoryScore(history.network_spam, history.network_ham, kNetworkBoundNats);
  result.probability = Probability(result.score);
  return result;
}

std::size_t Model::feature_count() const { return impl_->feature_count; }
std::size_t Model::memory_bytes() const { return impl_->counts.memory_bytes(); }

}  // namespace replyguard::classifier
