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
  return FromNats(std::clamp(nats, -bound_nats, bound_nats));
}

}  // namespace

std::string ModelId::ToString() const {
  const std::string with = starter == 0 ? "" : "s" + std::to_string(starter);
  const std::string of = generation == 1 ? "" : "g" + std::to_string(generation) + ".";
  return of + "x" + std::to_string(extractor_version) + with + ".e" + std::to_string(epoch) + ".p" +
         std::to_string(position);
}

Model::Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

const ModelId& Model::id() const { return impl_->id; }

Training Model::TrainingOf(SiteId site) const { return impl_->TrainingOf(site); }

Partial Model::Score(SiteId site, const Features& features) const {
  return impl_->Score(site, features, nullptr);
}

Result Model::Finish(const Partial& partial, const History& history) {
  Result result;
  result.model = partial.model;
  result.training = partial.training;
  result.novelty = partial.novelty;
  result.score = partial.text +
                 HistoryScore(history.author_spam, history.author_ham, kAuthorBoundNats) +
                 HistoryScore(history.network_spam, history.network_ham, kNetworkBoundNats);
  result.probability = Probability(result.score);
  return result;
}

std::size_t Model::feature_count() const { return impl_->feature_count; }
std::size_t Model::memory_bytes() const { return impl_->memory_bytes; }

}  // namespace replyguard::classifier
